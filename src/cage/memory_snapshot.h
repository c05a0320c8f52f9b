/* Snapshots: what private anonymous memory held when it was forked, in a file without a name that parent and
 * child map privately, each at the same areas (`file` and `offset` of an anonymous area). From then on the
 * kernel copies each page that one of them writes to.
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

/* Puts the pages of area `at` into a snapshot, so that a child needs no copy of them. With `alone`, nobody
 * can write to the memory meanwhile. The area may be cut to put a part of it there: then `at` is the lower
 * part. False: the snapshot of the area, if it has one, lacks its `pages`. */
bool memory_snapshot_take(struct memory *memory, size_t at, const struct memory_pages *pages, bool alone);

/* The area is about to be unmapped: the snapshot gives its pages back, now or when it can. */
void memory_snapshot_leave(struct memory *memory, const struct memory_area *area);

#endif
