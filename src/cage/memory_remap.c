/* mremap. What the guest takes for one area may be several here; they are moved one by one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"
#include "cage/memory_limit.h"
#include "cage/memory_snapshot.h"

/* A range and where it goes. Both lengths are at least a page. */
struct move {
	uint64_t from, old_length, to, new_length;
};

static uint64_t kept_length(const struct move *move)
{
	return move->old_length < move->new_length ? move->old_length : move->new_length;
}

/* The descriptor behind a private area of a file, else -1. */
static int host_of(const struct memory_area *area)
{
	return area->file && !(area->flags & MAP_ANONYMOUS) ? area->file->host : -1;
}

/* Makes the pages of [from, to) appear at `at`. The source stays mapped, without pages, until it is reserved
 * again. */
static int move_pages(struct memory *memory, uint64_t from, uint64_t to, uint64_t at)
{
	uint8_t *base = memory->guest.base;

	return mremap(base + from, to - from, to - from, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
		      base + at) == MAP_FAILED
		       ? -errno
		       : 0;
}

/* The areas from `first` on, up to `end`. After an error all is as it was. */
static int move_private(struct memory *memory, size_t first, const struct move *move)
{
	uint64_t end = move->from + kept_length(move);
	size_t at = first;
	int result = 0;

	for (; result == 0 && at < memory->area_count && memory->areas[at].start < end; at++)
		result = move_pages(memory, memory->areas[at].start, memory->areas[at].end,
				    memory->areas[at].start - move->from + move->to);
	if (result == 0)
		return 0;
	for (at--; at-- > first;) {
		const struct memory_area *area = &memory->areas[at];
		uint64_t moved = area->start - move->from + move->to;

		move_pages(memory, moved, moved + (area->end - area->start), area->start);
	}
	return result;
}

/* Maps what the range grows by behind its new place, and makes the area for it, whose path is the last one's
 * still. */
static int map_growth(struct memory *memory, const struct memory_area *last, const struct move *move,
		      struct memory_area *growth)
{
	int host = host_of(last);

	*growth = *last;
	growth->start = move->to + move->old_length;
	growth->end = move->to + move->new_length;
	growth->offset = host < 0 ? 0 : last->offset + (last->end - last->start);
	growth->file = host < 0 ? NULL : memory_file_ref(last->file);
	growth->direct = false;
	if (host < 0 && memory_snapshot_begin(memory, growth, 0)) {
		memory_file_ref(growth->file);
		return 0;
	}
	return mmap(memory->guest.base + growth->start, growth->end - growth->start,
		    memory_host_protection(last->protection), (last->flags & MEMORY_HOST_FLAGS) | MAP_FIXED,
		    host, (off_t)growth->offset) == MAP_FAILED
		       ? -errno
		       : 0;
}

/* Moves areas [first, last) on the host. *growth is filled where the range grows by an area of its own. */
static int move_host(struct memory *memory, size_t first, size_t last, const struct move *move,
		     struct memory_area *growth)
{
	uint8_t *base = memory->guest.base;
	int result;

	/* An old size of 0 makes a second mapping of shared pages, of any length. */
	if (memory->areas[first].flags & MAP_SHARED)
		return mremap(base + move->from, 0, move->new_length, MREMAP_MAYMOVE | MREMAP_FIXED,
			      base + move->to) == MAP_FAILED
			       ? -errno
			       : 0;
	result = memory_host_reserve(memory, move->to, move->new_length);
	if (result == 0 && move->new_length > move->old_length)
		result = map_growth(memory, &memory->areas[last - 1], move, growth);
	return result < 0 ? result : move_private(memory, first, move);
}

static void insert_growth(struct memory *memory, struct memory_area *growth)
{
	growth->path = growth->path ? strdup(growth->path) : NULL;
	memory_areas_insert(memory, growth);
}

static int64_t remap_move(struct memory *memory, const struct move *move)
{
	uint64_t kept = kept_length(move), end = move->from + kept;
	struct memory_area growth = {0}, *pieces;
	size_t first, last, count;
	int result;

	memory_areas_remove(memory, move->to, move->to + move->new_length);
	if (kept < move->old_length) {
		memory_areas_remove(memory, end, move->from + move->old_length);
		memory_host_reserve(memory, end, move->old_length - kept);
	}
	memory_areas_cut(memory, move->from, end);
	first = memory_area_at(memory, move->from);
	last = memory_area_at(memory, end);
	count = last - first;
	pieces = malloc(count * sizeof *pieces);
	result = pieces ? move_host(memory, first, last, move, &growth) : -ENOMEM;
	if (result < 0) {
		memory_host_reserve(memory, move->to, move->new_length);
		memory_file_unref(growth.file);
		free(pieces);
		return result;
	}
	memory_host_reserve(memory, move->from, kept);
	for (size_t i = 0; i < count; i++) {
		pieces[i] = memory->areas[first + i];
		pieces[i].start += move->to - move->from;
		pieces[i].end += move->to - move->from;
		/* What they own has moved with them. */
		memory->areas[first + i].path = NULL;
		memory->areas[first + i].file = NULL;
	}
	if (pieces[0].flags & MAP_SHARED)
		pieces[0].end = move->to + move->new_length;
	memory_areas_remove(memory, move->from, end);
	if (growth.end)
		insert_growth(memory, &growth);
	for (size_t i = 0; i < count; i++)
		memory_areas_insert(memory, &pieces[i]);
	free(pieces);
	return (int64_t)move->to;
}

static int64_t shrink(struct memory *memory, uint64_t start, uint64_t end)
{
	int result = start < end ? memory_host_reserve(memory, start, end - start) : 0;

	if (result == 0 && start < end)
		memory_areas_remove(memory, start, end);
	return result;
}

/* `last`: the area in which the source ends. */
static int64_t remap_locked(struct memory *memory, struct move *move, const struct memory_area *last,
			    int flags, uint64_t growth)
{
	uint64_t end = move->from + move->old_length;

	if (flags & MREMAP_FIXED)
		return remap_move(memory, move);
	if (growth == 0) {
		int64_t result = shrink(memory, move->from + move->new_length, end);

		return result < 0 ? result : (int64_t)move->from;
	}
	if ((last->flags & MAP_PRIVATE) && last->end == end && end + growth <= MEMORY_TOP &&
	    memory_is_free(memory, end, end + growth)) {
		int result = memory_map_at(memory, end, growth, last->protection, last->flags, host_of(last),
					   last->offset + (last->end - last->start), last->path);

		return result < 0 ? result : (int64_t)move->from;
	}
	move->to = (flags & MREMAP_MAYMOVE) ? memory_find_free(memory, move->new_length) : 0;
	return move->to ? remap_move(memory, move) : -ENOMEM;
}

static int64_t remap_limited(struct memory *memory, struct move *move, int flags, uint64_t limit)
{
	uint64_t growth = move->new_length > move->old_length ? move->new_length - move->old_length : 0;
	size_t at = memory_area_at(memory, move->from);
	const struct memory_area *last;
	int64_t result;

	if (at == memory->area_count || memory->areas[at].start > move->from)
		return -EFAULT;
	last = &memory->areas[memory_areas_run(memory, at) - 1];
	if (last->end < move->from + move->old_length)
		return -EFAULT;
	result = memory_limit_take(memory, growth, limit);
	if (result == 0) {
		result = remap_locked(memory, move, last, flags, growth);
		memory_limit_give(growth);
	}
	return result;
}

int64_t memory_remap(struct memory *memory, uint64_t address, uint64_t old_length, uint64_t new_length,
		     int flags, uint64_t new_address, uint64_t limit)
{
	struct move move = {.from = address, .to = new_address};
	int64_t result;

	if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) ||
	    ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE)))
		return -EINVAL;
	if (new_length == 0 || old_length == 0 || memory_range_check(address, &old_length, -EINVAL) < 0)
		return -EINVAL;
	if (new_length > MEMORY_TOP)
		return -ENOMEM;
	new_length = memory_page_up(new_length);
	if (flags & MREMAP_FIXED) {
		if ((new_address & (GUEST_PAGE - 1)) || new_address < GUEST_PAGE ||
		    new_address > MEMORY_TOP - new_length)
			return -EINVAL;
		if (new_address < address + old_length && address < new_address + new_length)
			return -EINVAL;
	}
	move.old_length = old_length;
	move.new_length = new_length;
	pthread_mutex_lock(&memory->lock);
	result = memory_areas_prepare(memory);
	if (result == 0)
		result = remap_limited(memory, &move, flags, limit);
	pthread_mutex_unlock(&memory->lock);
	return result;
}
