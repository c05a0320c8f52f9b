/* Segments of System V's shared memory in a memory map: shared mappings of a file without a name, which are
 * known as such, so that they can be found by the address that they were attached at, and counted. */
#include <errno.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"

int64_t memory_attach(struct memory *memory, uint64_t address, uint64_t length, int protection, bool replace,
		      int host_fd, const char *path, uint64_t limit)
{
	int flags = MAP_SHARED | MEMORY_SEGMENT;

	if (address)
		flags |= replace ? MAP_FIXED : MAP_FIXED_NOREPLACE;
	return memory_map_with(memory, address, length, protection, flags, host_fd, 0, path, limit);
}

/* Where the segment that the area shows would begin, had all of it stayed. */
static uint64_t attached_at(const struct memory_area *area)
{
	return area->start - area->offset;
}

static bool shows(const struct memory_area *area, uint64_t address)
{
	return (area->flags & MEMORY_SEGMENT) && attached_at(area) == address;
}

int memory_detach(struct memory *memory, uint64_t address, struct memory_file **shown)
{
	int result;

	*shown = NULL;
	pthread_mutex_lock(&memory->lock);
	result = memory_areas_prepare(memory);
	for (size_t at = memory_area_at(memory, address); result == 0 && at < memory->area_count;) {
		struct memory_area *area = &memory->areas[at];
		uint64_t start = area->start, end = area->end;

		/* What moved pieces of other segments are in between stays. */
		if (!shows(area, address) || (*shown && area->file != *shown)) {
			at++;
			continue;
		}
		result = memory_host_reserve(memory, start, end - start);
		if (result < 0)
			break;
		if (!*shown)
			*shown = memory_file_ref(area->file);
		memory_areas_remove(memory, start, end);
	}
	pthread_mutex_unlock(&memory->lock);
	return result < 0 ? result : *shown ? 0 : -EINVAL;
}
