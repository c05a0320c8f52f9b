/* Inside the memory map: the sorted list of areas. Every function expects the memory's lock to be held. */
#ifndef LIND_CAGE_MEMORY_AREAS_H
#define LIND_CAGE_MEMORY_AREAS_H

#include <stdbool.h>
#include <sys/mman.h>

#include "cage/memory.h"

/* No mapping ends above this: results near 2^32 would read as errors in a 32-bit long. */
#define MEMORY_TOP UINT64_C(0xFFFE0000)

static inline uint64_t memory_page_up(uint64_t value)
{
	return (value + GUEST_PAGE - 1) & ~(uint64_t)(GUEST_PAGE - 1);
}

/* PROT_EXEC never reaches the host. */
static inline int memory_host_protection(int protection)
{
	return protection & (PROT_READ | PROT_WRITE);
}

/* A memory in which nothing is mapped. NULL: out of memory or address space. */
struct memory *memory_new_empty(void);

/* What of the guest's flags the host is to see. The rest is either implied (FIXED), without meaning here
 * (STACK, GROWSDOWN, 32BIT, EXECUTABLE, DENYWRITE), or would touch the limits of the whole process (LOCKED).
 */
#define MEMORY_HOST_FLAGS                                                                                    \
	(MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK)

/* In an area's flags: what madvise said about forks. mmap has no flags of these values. */
#define MEMORY_DONTFORK   (1 << 29)
#define MEMORY_WIPEONFORK (1 << 30)
/* The area shows a segment of System V's (memory_segment.c), shared, and `file` is that. */
#define MEMORY_SEGMENT (1 << 28)

/* Makes a range inaccessible on the host. 0 or -errno. */
int memory_host_reserve(struct memory *memory, uint64_t start, uint64_t length);
/* Maps over whatever is in the range. Room in the list has been prepared. 0 or -errno. */
int memory_map_at(struct memory *memory, uint64_t start, uint64_t length, int protection, int flags,
		  int host_fd, uint64_t offset, const char *path);
/* memory_map, with flags of the above too. */
int64_t memory_map_with(struct memory *memory, uint64_t address, uint64_t length, int protection, int flags,
			int host_fd, uint64_t offset, const char *path, uint64_t limit);
/* For munmap, mprotect and the like: an aligned start and a range inside the guest's space, whose length is
 * rounded up. 0, -EINVAL, or what is said for a range that leaves it. */
int memory_range_check(uint64_t address, uint64_t *length, int error_outside);

/* Until the second call nobody but the caller counts the memory, and memory_ref waits for the lock, which is
 * held all the time. False: others have it already. */
bool memory_hold_alone(struct memory *memory);
void memory_release_alone(struct memory *memory);

/* Index of the first area that ends after `address`. */
size_t memory_area_at(const struct memory *memory, uint64_t address);
bool memory_is_free(const struct memory *memory, uint64_t start, uint64_t end);
bool memory_is_mapped(const struct memory *memory, uint64_t start, uint64_t end);
/* The highest free range of `length` bytes, or 0. */
uint64_t memory_find_free(const struct memory *memory, uint64_t length);

/* Makes sure that two removals followed by one insertion cannot fail. 0 or -ENOMEM. Before anything is
 * changed on the host. */
int memory_areas_prepare(struct memory *memory);
/* Makes `start` and `end` borders of areas. */
void memory_areas_cut(struct memory *memory, uint64_t start, uint64_t end);
/* The index behind the areas from `first` on that the guest takes for one. */
size_t memory_areas_run(const struct memory *memory, size_t first);
/* Makes one of neighbours that have become alike. */
void memory_areas_compact(struct memory *memory);
void memory_areas_remove(struct memory *memory, uint64_t start, uint64_t end);
/* Into a range that is free; takes path and file over. */
void memory_areas_insert(struct memory *memory, const struct memory_area *fresh);

#endif
