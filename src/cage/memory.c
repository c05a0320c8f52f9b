/* The memory object and the list of its areas. What the areas say and what the host has mapped change
 * together, under the lock. */
#include "cage/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"
#include "cage/memory_limit.h"
#include "cage/memory_snapshot.h"
#include "engine/engine.h"

#define HELD_ALONE (1U << 31)

static int area_list_reserve(struct memory *memory, size_t extra)
{
	size_t capacity = memory->area_capacity ? memory->area_capacity : 16;
	struct memory_area *areas;

	if (memory->area_count + extra > LIMIT_MEMORY_AREAS)
		return -ENOMEM;
	while (capacity < memory->area_count + extra)
		capacity *= 2;
	if (capacity == memory->area_capacity)
		return 0;
	areas = realloc(memory->areas, capacity * sizeof *areas);
	if (!areas)
		return -ENOMEM;
	memory->areas = areas;
	memory->area_capacity = capacity;
	return 0;
}

struct memory *memory_new_empty(void)
{
	struct memory *memory = calloc(1, sizeof *memory);
	void *base;

	if (!memory)
		return NULL;
	base = mmap(NULL, engine_memory_reservation(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (base == MAP_FAILED) {
		free(memory);
		return NULL;
	}
	memory->guest.base = base;
	atomic_init(&memory->references, 1);
	pthread_mutex_init(&memory->lock, NULL);
	memory->direct_above = UINT64_MAX;
	return memory;
}

struct memory *memory_new(uint32_t heap_base, bool may_fork)
{
	struct memory *memory = memory_new_empty();
	uint64_t end = memory_page_up(heap_base);

	if (!memory)
		return NULL;
	memory->break_start = memory->break_end = end;
	if (end > MEMORY_TOP ||
	    (end > GUEST_PAGE &&
	     memory_map(memory, GUEST_PAGE, end - GUEST_PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0, NULL, UINT64_MAX) < 0)) {
		memory_unref(memory);
		return NULL;
	}
	if (may_fork)
		memory->direct_above = memory->mapped + LIMIT_PLAIN_MEMORY;
	return memory;
}

/* Gives back what an area that is no longer listed had. */
static void area_end(const struct memory_area *area)
{
	free(area->path);
	memory_file_unref(area->file);
}

struct memory *memory_ref(struct memory *memory)
{
	/* acquire: after the fork that held it, if it was held. */
	if (atomic_fetch_add_explicit(&memory->references, 1, memory_order_acquire) & HELD_ALONE) {
		pthread_mutex_lock(&memory->lock);
		pthread_mutex_unlock(&memory->lock);
	}
	return memory;
}

bool memory_hold_alone(struct memory *memory)
{
	unsigned one = 1;

	/* acquire: what others wrote before they gave it up. */
	return atomic_compare_exchange_strong_explicit(&memory->references, &one, 1 | HELD_ALONE,
						       memory_order_acquire, memory_order_relaxed);
}

void memory_release_alone(struct memory *memory)
{
	atomic_fetch_and_explicit(&memory->references, ~HELD_ALONE, memory_order_release);
}

void memory_unref(struct memory *memory)
{
	/* acq_rel: whoever frees sees all that the others did with it. */
	if (!memory || atomic_fetch_sub_explicit(&memory->references, 1, memory_order_acq_rel) != 1)
		return;
	munmap(memory->guest.base, engine_memory_reservation());
	memory_limit_count(memory, -(int64_t)memory->mapped);
	for (size_t i = 0; i < memory->area_count; i++) {
		if (memory_snapshot_shown(&memory->areas[i]))
			atomic_store_explicit(&memory->areas[i].file->stale, true, memory_order_relaxed);
		area_end(&memory->areas[i]);
	}
	memory_file_unref(memory->snapshot);
	free(memory->areas);
	pthread_mutex_destroy(&memory->lock);
	free(memory);
}

int memory_settle(struct memory *memory)
{
	int result;

	pthread_mutex_lock(&memory->lock);
	memory->direct_above = UINT64_MAX;
	result = memory_snapshot_settle(memory);
	pthread_mutex_unlock(&memory->lock);
	return result;
}

size_t memory_area_at(const struct memory *memory, uint64_t address)
{
	size_t low = 0, high = memory->area_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memory->areas[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool memory_is_free(const struct memory *memory, uint64_t start, uint64_t end)
{
	size_t at = memory_area_at(memory, start);

	return at == memory->area_count || memory->areas[at].start >= end;
}

bool memory_is_mapped(const struct memory *memory, uint64_t start, uint64_t end)
{
	for (size_t at = memory_area_at(memory, start); start < end; at++) {
		if (at == memory->area_count || memory->areas[at].start > start)
			return false;
		start = memory->areas[at].end;
	}
	return true;
}

bool memory_has(struct memory *memory, uint64_t address)
{
	bool has;

	pthread_mutex_lock(&memory->lock);
	has = memory_is_mapped(memory, address, address + 1);
	pthread_mutex_unlock(&memory->lock);
	return has;
}

uint64_t memory_find_free(const struct memory *memory, uint64_t length)
{
	uint64_t end = MEMORY_TOP;

	for (size_t i = memory->area_count; i-- > 0;) {
		const struct memory_area *area = &memory->areas[i];

		if (area->end < end && end - area->end >= length)
			return end - length;
		if (area->start < end)
			end = area->start;
	}
	return end >= length + GUEST_PAGE ? end - length : 0;
}

int memory_areas_prepare(struct memory *memory)
{
	/* A move removes two ranges, each of which may split two areas, and inserts one. */
	return area_list_reserve(memory, 5);
}

/* Cuts the area that spans `address` in two there. Room for one more has been reserved. */
static void area_split(struct memory *memory, uint64_t address)
{
	size_t at = memory_area_at(memory, address);
	struct memory_area *area;

	if (at == memory->area_count || memory->areas[at].start >= address)
		return;
	area = &memory->areas[at];
	memmove(area + 1, area, (memory->area_count - at) * sizeof *area);
	memory->area_count++;
	area[0].end = address;
	area[1].start = address;
	area[1].offset += address - area[0].start;
	/* The name is for /proc alone: an area that lost it to a lack of memory is still right. */
	area[1].path = area[0].path ? strdup(area[0].path) : NULL;
	memory_file_ref(area[1].file);
}

void memory_areas_cut(struct memory *memory, uint64_t start, uint64_t end)
{
	area_split(memory, start);
	area_split(memory, end);
}

void memory_areas_remove(struct memory *memory, uint64_t start, uint64_t end)
{
	size_t first, last;

	memory_areas_cut(memory, start, end);
	first = memory_area_at(memory, start);
	for (last = first; last < memory->area_count && memory->areas[last].start < end; last++) {
		memory_limit_count(memory, -(int64_t)(memory->areas[last].end - memory->areas[last].start));
		if (memory_snapshot_shown(&memory->areas[last]))
			memory_snapshot_leave(memory, &memory->areas[last]);
		area_end(&memory->areas[last]);
		memory->areas[last].file = NULL;
	}
	memmove(&memory->areas[first], &memory->areas[last],
		(memory->area_count - last) * sizeof *memory->areas);
	memory->area_count -= last - first;
}

/* True if the guest takes two neighbours for one area. */
static bool areas_alike(const struct memory_area *low, const struct memory_area *high)
{
	if (low->end != high->start || low->protection != high->protection || low->flags != high->flags)
		return false;
	/* Each shared mapping is an object of its own, which fork and mremap map a second time. */
	if (low->flags & MAP_SHARED)
		return false;
	if (low->flags & MAP_ANONYMOUS)
		return true;
	if (!low->path != !high->path || (low->path && strcmp(low->path, high->path) != 0))
		return false;
	return low->file == high->file && low->offset + (low->end - low->start) == high->offset;
}

static bool areas_join(const struct memory_area *low, const struct memory_area *high)
{
	if (!areas_alike(low, high) || low->file != high->file || low->direct != high->direct)
		return false;
	return !low->file || low->offset + (low->end - low->start) == high->offset;
}

void memory_areas_compact(struct memory *memory)
{
	size_t kept = 0;

	for (size_t i = 1; i < memory->area_count; i++) {
		struct memory_area *low = &memory->areas[kept], *area = &memory->areas[i];

		if (areas_join(low, area)) {
			low->end = area->end;
			low->copied |= area->copied;
			area_end(area);
		} else if (++kept != i) {
			memory->areas[kept] = *area;
		}
	}
	memory->area_count = memory->area_count ? kept + 1 : 0;
}

size_t memory_areas_run(const struct memory *memory, size_t first)
{
	while (++first < memory->area_count && areas_alike(&memory->areas[first - 1], &memory->areas[first]))
		;
	return first;
}

void memory_areas_insert(struct memory *memory, const struct memory_area *fresh)
{
	size_t at = memory_area_at(memory, fresh->start);
	struct memory_area *area = &memory->areas[at];

	memory_limit_count(memory, (int64_t)(fresh->end - fresh->start));
	if (at > 0 && areas_join(&area[-1], fresh)) {
		area[-1].end = fresh->end;
		area_end(fresh);
		return;
	}
	memmove(area + 1, area, (memory->area_count - at) * sizeof *area);
	memory->area_count++;
	*area = *fresh;
}
