/* A copy of a memory for a forked cage: the same areas, and of private ones what they hold now. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"
#include "cage/memory_pages.h"

/* From the memory that forks to the child's. */
struct copy {
	uint8_t *from, *to;
	bool exact; /* false: what can't be copied is lost on both sides (a file that has shrunk) */
	bool readable;
};

/* Page by page where something is in the way: what the parent can't be asked for, the child can't have. */
static int copy_slowly(const struct copy *copy, const uint8_t *start, const uint8_t *end)
{
	for (; start < end; start += GUEST_PAGE) {
		uint8_t *to = copy->to + (start - copy->from);

		if (memory_pages_peek(to, start, GUEST_PAGE) != GUEST_PAGE && copy->exact)
			return -ENOMEM;
	}
	return 0;
}

static int copy_run(void *context, uint8_t *start, uint8_t *end)
{
	const struct copy *copy = context;

	if (!copy->exact || !copy->readable)
		return copy_slowly(copy, start, end);
	memcpy(copy->to + (start - copy->from), start, (size_t)(end - start));
	return 0;
}

static int fork_private(const struct memory *parent, const struct memory_area *area, uint8_t *to)
{
	uint8_t *from = parent->guest.base + area->start;
	uint64_t length = area->end - area->start;
	struct copy copy = {
		.from = from,
		.to = to,
		.exact = !area->file,
		.readable = area->protection & (PROT_READ | PROT_WRITE),
	};
	int flags = (area->flags & (MAP_PRIVATE | MAP_ANONYMOUS)) | MAP_FIXED;
	int protection = memory_host_protection(area->protection), result;

	if (mmap(to, length, PROT_READ | PROT_WRITE, flags, area->file ? memory_file_host(area->file) : -1,
		 (off_t)area->offset) == MAP_FAILED)
		return -errno;
	result = memory_pages_own(from, from + length, copy_run, &copy);
	if (result == 0 && protection != (PROT_READ | PROT_WRITE) && mprotect(to, length, protection) < 0)
		result = -errno;
	return result;
}

/* An old size of 0 makes a second mapping of the same shared pages. */
static int fork_shared(const struct memory *parent, const struct memory_area *area, uint8_t *to)
{
	return mremap(parent->guest.base + area->start, 0, area->end - area->start,
		      MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED
		       ? -errno
		       : 0;
}

static int fork_area(struct memory *child, const struct memory *parent, const struct memory_area *area)
{
	struct memory_area fresh = *area;
	uint8_t *to = child->guest.base + area->start;
	int result = memory_areas_prepare(child);

	if (result == 0)
		result = area->flags & MAP_SHARED ? fork_shared(parent, area, to)
						  : fork_private(parent, area, to);
	if (result < 0)
		return result;
	fresh.path = area->path ? strdup(area->path) : NULL;
	fresh.file = memory_file_ref(area->file);
	memory_areas_insert(child, &fresh);
	return 0;
}

struct memory *memory_fork(struct memory *parent)
{
	struct memory *child = memory_new_empty();
	int result = 0;

	if (!child)
		return NULL;
	pthread_mutex_lock(&parent->lock);
	for (size_t i = 0; result == 0 && i < parent->area_count; i++)
		result = fork_area(child, parent, &parent->areas[i]);
	child->break_start = parent->break_start;
	child->break_end = parent->break_end;
	pthread_mutex_unlock(&parent->lock);
	if (result < 0) {
		memory_unref(child);
		return NULL;
	}
	return child;
}
