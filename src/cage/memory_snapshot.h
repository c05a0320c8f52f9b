/* Snapshots: what private anonymous memory held when it was forked, in a file without a name that parent and
 * child map privately, each at the same areas (`file` and `offset` of an anonymous area). From then on the
 * kernel copies each page that one of them writes to. Large memory of a program that may fork is there from
 * the beginning, written to directly.
 *
 * A snapshot is written to only while one memory alone shows it, so nobody sees it change: at a later fork
 * the pages that the forker has changed since then go back into it. All functions expect the memory's lock.
 */
#ifndef LIND_CAGE_MEMORY_SNAPSHOT_H
#define LIND_CAGE_MEMORY_SNAPSHOT_H

#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_pages.h"

static inline bool memory_snapshot_shown(const struct memory_area *area)
{
	return area->file && (area->flags & MAP_ANONYMOUS);
}

/* Maps the area, private anonymous memory that is not in the list yet, direct. `flags` as mmap's. False:
 * plain memory must do. True: the file is not counted yet, so that what the area replaces can be given back.
 */
bool memory_snapshot_begin(struct memory *memory, struct memory_area *area, int flags);
/* Makes zeros of [start, end) in a direct area. 0 or -errno. */
int memory_snapshot_clear(const struct memory_area *area, uint64_t start, uint64_t end);
/* Makes private mappings of all direct areas: what is written from now on does not reach the snapshot. 0 or
 * -ENOMEM. */
int memory_snapshot_settle(struct memory *memory);

/* Puts the pages of area `at` into a snapshot, so that a child needs no copy of them. With `alone`, nobody
 * can write to the memory meanwhile. The area may be cut to put a part of it there: then `at` is the lower
 * part. False: the snapshot of the area, if it has one, lacks its `pages`. */
bool memory_snapshot_take(struct memory *memory, size_t at, const struct memory_pages *pages, bool alone);

/* Gives back what is left of areas that went while others showed them too. */
void memory_snapshot_sweep(struct memory *memory);
/* The area is about to be unmapped: the snapshot gives its pages back, now or when it can. */
void memory_snapshot_leave(struct memory *memory, const struct memory_area *area);

#endif
