/* A copy of a memory for a forked cage: the same areas, and of private ones what they hold now. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"
#include "cage/memory_limit.h"
#include "cage/memory_pages.h"
#include "cage/memory_snapshot.h"

/* Page by page where something is in the way. What a file that has shrunk has taken back is missing on both
 * sides; anonymous pages are there. */
static int copy_slowly(uint8_t *to, const uint8_t *from, uint64_t length, bool all)
{
	for (uint64_t at = 0; at < length; at += GUEST_PAGE)
		if (memory_pages_peek(to + at, from + at, GUEST_PAGE) != GUEST_PAGE && all)
			return -ENOMEM;
	return 0;
}

static int copy_pages(const struct memory *child, const struct memory *parent, const struct memory_area *area,
		      const struct memory_pages *pages)
{
	bool anonymous = area->flags & MAP_ANONYMOUS;
	bool fast = anonymous && memory_host_protection(area->protection) != PROT_NONE;
	struct memory_run run;
	int result = 0;

	for (size_t at = memory_pages_at(pages, area->start);
	     result == 0 && memory_pages_piece(pages, at, area->start, area->end, &run); at++) {
		uint8_t *to = child->guest.base + run.start, *from = parent->guest.base + run.start;

		if (fast)
			memcpy(to, from, run.end - run.start);
		else
			result = copy_slowly(to, from, run.end - run.start, anonymous);
	}
	return result;
}

/* Without `pages`, what the parent's area shows has all that it holds. */
static int fork_private(const struct memory *child, const struct memory *parent,
			const struct memory_area *area, const struct memory_pages *pages)
{
	uint8_t *to = child->guest.base + area->start;
	uint64_t length = area->end - area->start;
	int flags = MAP_PRIVATE | MAP_FIXED | (area->flags & MAP_NORESERVE);
	int protection = memory_host_protection(area->protection), both = PROT_READ | PROT_WRITE, result = 0;

	if (mmap(to, length, pages ? both : protection, area->file ? flags : flags | MAP_ANONYMOUS,
		 area->file ? area->file->host : -1, area->file ? (off_t)area->offset : 0) == MAP_FAILED)
		return -errno;
	if (!pages)
		return 0;
	result = copy_pages(child, parent, area, pages);
	if (result == 0 && protection != both && mprotect(to, length, protection) < 0)
		result = -errno;
	return result;
}

/* An old size of 0 makes a second mapping of the same shared pages. */
static int fork_shared(const struct memory *child, const struct memory *parent,
		       const struct memory_area *area)
{
	return mremap(parent->guest.base + area->start, 0, area->end - area->start,
		      MREMAP_MAYMOVE | MREMAP_FIXED, child->guest.base + area->start) == MAP_FAILED
		       ? -errno
		       : 0;
}

/* Brings the snapshots up to date, before the child shows them too. */
static void take_snapshots(struct memory *parent, const struct memory_pages *pages, bool alone)
{
	/* An area may be cut on the way; its upper part comes next. */
	for (size_t i = 0; i < parent->area_count; i++) {
		int flags = parent->areas[i].flags;
		bool taken = (flags & MAP_PRIVATE) && (flags & MAP_ANONYMOUS) &&
			     memory_snapshot_take(parent, i, pages, alone);

		parent->areas[i].copied = (flags & MAP_PRIVATE) && !taken;
	}
	memory_areas_compact(parent);
}

static int fork_area(struct memory *child, const struct memory *parent, const struct memory_area *area,
		     const struct memory_pages *pages)
{
	struct memory_area fresh = *area;
	int result = memory_areas_prepare(child);

	if (result == 0 && (area->flags & MEMORY_WIPEONFORK))
		return memory_map_at(child, area->start, area->end - area->start, area->protection,
				     area->flags, -1, 0, NULL);
	if (result == 0)
		result = area->flags & MAP_SHARED
				 ? fork_shared(child, parent, area)
				 : fork_private(child, parent, area, area->copied ? pages : NULL);
	if (result < 0)
		return result;
	fresh.path = area->path ? strdup(area->path) : NULL;
	fresh.file = memory_file_ref(area->file);
	memory_areas_insert(child, &fresh);
	return 0;
}

struct memory *memory_fork(struct memory *parent, bool alone)
{
	struct memory *child = memory_new_empty();
	struct memory_pages pages = {0};
	uint64_t held;
	int result;

	if (!child)
		return NULL;
	pthread_mutex_lock(&parent->lock);
	alone = alone && memory_hold_alone(parent);
	result = memory_limit_take(child, parent->mapped, UINT64_MAX);
	held = result == 0 ? parent->mapped : 0;
	if (result == 0)
		result = memory_snapshot_settle(parent);
	if (result == 0)
		result = memory_pages_find(&pages, parent->guest.base);
	if (result == 0) {
		memory_snapshot_sweep(parent);
		take_snapshots(parent, &pages, alone);
	}
	for (size_t i = 0; result == 0 && i < parent->area_count; i++)
		if (!(parent->areas[i].flags & MEMORY_DONTFORK))
			result = fork_area(child, parent, &parent->areas[i], &pages);
	memory_limit_give(held);
	child->break_start = parent->break_start;
	child->break_end = parent->break_end;
	child->snapshot = memory_file_ref(parent->snapshot);
	child->direct_above = parent->direct_above;
	if (alone)
		memory_release_alone(parent);
	pthread_mutex_unlock(&parent->lock);
	memory_pages_end(&pages);
	if (result < 0) {
		memory_unref(child);
		return NULL;
	}
	return child;
}
