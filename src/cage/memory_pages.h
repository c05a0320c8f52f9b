/* Which pages of a private mapping are its own: written to, and so apart from what the mapping shows. */
#ifndef LIND_CAGE_MEMORY_PAGES_H
#define LIND_CAGE_MEMORY_PAGES_H

#include <stdint.h>

/* Told of one run of pages. Anything but 0 ends the walk, and is what the walk returns. */
typedef int memory_pages_visit(void *context, uint8_t *start, uint8_t *end);

/* Visits, from low to high, the runs of anonymous pages that exist in [start, end) of this process, in memory
 * or swapped out. Pages of files and of shared memory are not visited. Both ends are page aligned. Returns
 * what the last visit did, or -errno: the host tells it in /proc/self/pagemap. */
int memory_pages_own(uint8_t *start, uint8_t *end, memory_pages_visit *visit, void *context);

/* Copies from any address of this process that is mapped, whatever its protection. Returns the number of
 * bytes, fewer than asked for where a page can't be had, or -errno. */
int64_t memory_pages_peek(void *to, const uint8_t *from, uint64_t length);

#endif
