/* mmap and its kin on a cage's memory; mremap has a file of its own. Each function decides first and then
 * acts: one host call that replaces a range in place, so that the reservation never has a hole into which the
 * host process could map something of its own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"
#include "cage/memory_limit.h"
#include "cage/memory_snapshot.h"

int memory_host_reserve(struct memory *memory, uint64_t start, uint64_t length)
{
	void *at = mmap(memory->guest.base + start, length, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	return at == MAP_FAILED ? -errno : 0;
}

int memory_map_at(struct memory *memory, uint64_t start, uint64_t length, int protection, int flags,
		  int host_fd, uint64_t offset, const char *path)
{
	struct memory_area area = {
		.start = start,
		.end = start + length,
		.protection = protection,
		.flags = flags & (MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MEMORY_DONTFORK |
				  MEMORY_WIPEONFORK | MEMORY_SEGMENT),
		.offset = flags & MAP_ANONYMOUS ? 0 : offset,
	};
	bool kept = !(flags & (MAP_SHARED | MAP_ANONYMOUS)) || (flags & MEMORY_SEGMENT);
	bool anonymous = (flags & MAP_PRIVATE) && (flags & MAP_ANONYMOUS);

	/* The descriptor is the guest's to close; fork will want to map the file again. */
	if (kept && !(area.file = memory_file_get(host_fd)))
		return -ENOMEM;
	if (!(anonymous && memory_snapshot_begin(memory, &area, flags)) &&
	    mmap(memory->guest.base + start, length, memory_host_protection(protection),
		 (flags & MEMORY_HOST_FLAGS) | MAP_FIXED, host_fd, (off_t)offset) == MAP_FAILED) {
		int error = errno;

		/* Linux may have unmapped the range before it failed. */
		if (memory_is_free(memory, start, start + length))
			memory_host_reserve(memory, start, length);
		memory_file_unref(area.file);
		return -error;
	}
	area.path = path ? strdup(path) : NULL;
	memory_areas_remove(memory, start, start + length);
	if (area.direct)
		memory_file_ref(area.file);
	memory_areas_insert(memory, &area);
	return 0;
}

static int map_check(uint64_t address, uint64_t length, int flags, uint64_t offset)
{
	int type = flags & MAP_TYPE;

	if (length == 0 || (offset & (GUEST_PAGE - 1)) || offset > INT64_MAX - GUEST_SPACE)
		return -EINVAL;
	if (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_SHARED_VALIDATE)
		return -EINVAL;
	if (length > MEMORY_TOP)
		return -ENOMEM;
	if (flags & (MAP_HUGETLB | MAP_SYNC))
		return type == MAP_SHARED_VALIDATE ? -EOPNOTSUPP : -EINVAL;
	if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		return 0;
	if (address & (GUEST_PAGE - 1))
		return -EINVAL;
	if (address < GUEST_PAGE)
		return -EPERM;
	return address > MEMORY_TOP - memory_page_up(length) ? -ENOMEM : 0;
}

int64_t memory_map_with(struct memory *memory, uint64_t address, uint64_t length, int protection, int flags,
			int host_fd, uint64_t offset, const char *path, uint64_t limit)
{
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	int64_t result = map_check(address, length, flags, offset);

	if (result < 0)
		return result;
	length = memory_page_up(length);
	if ((flags & MAP_TYPE) == MAP_SHARED_VALIDATE)
		flags = (flags & ~MAP_TYPE) | MAP_SHARED;
	pthread_mutex_lock(&memory->lock);
	result = memory_areas_prepare(memory);
	if (result == 0 && (flags & MAP_FIXED_NOREPLACE) &&
	    !memory_is_free(memory, address, address + length))
		result = -EEXIST;
	if (result == 0 && !fixed) {
		/* A hint is taken where it is free, as Linux does. */
		address &= ~(uint64_t)(GUEST_PAGE - 1);
		if (address < GUEST_PAGE || address > MEMORY_TOP - length ||
		    !memory_is_free(memory, address, address + length))
			address = memory_find_free(memory, length);
		if (address == 0)
			result = -ENOMEM;
	}
	if (result == 0)
		result = memory_limit_take(memory, length, limit);
	if (result == 0) {
		result = memory_map_at(memory, address, length, protection, flags, host_fd, offset, path);
		memory_limit_give(length);
	}
	pthread_mutex_unlock(&memory->lock);
	return result < 0 ? result : (int64_t)address;
}

int64_t memory_map(struct memory *memory, uint64_t address, uint64_t length, int protection, int flags,
		   int host_fd, uint64_t offset, const char *path, uint64_t limit)
{
	return memory_map_with(memory, address, length, protection,
			       flags & ~(MEMORY_DONTFORK | MEMORY_WIPEONFORK | MEMORY_SEGMENT), host_fd,
			       offset, path, limit);
}

int memory_range_check(uint64_t address, uint64_t *length, int error_outside)
{
	if (address & (GUEST_PAGE - 1))
		return -EINVAL;
	if (address > GUEST_SPACE || *length > GUEST_SPACE - address)
		return error_outside;
	*length = memory_page_up(*length);
	return 0;
}

int64_t memory_unmap(struct memory *memory, uint64_t address, uint64_t length)
{
	int result = memory_range_check(address, &length, -EINVAL);

	if (result < 0 || length == 0)
		return -EINVAL;
	pthread_mutex_lock(&memory->lock);
	result = memory_areas_prepare(memory);
	if (result == 0)
		result = memory_host_reserve(memory, address, length);
	if (result == 0)
		memory_areas_remove(memory, address, address + length);
	pthread_mutex_unlock(&memory->lock);
	return result;
}

int64_t memory_protect(struct memory *memory, uint64_t address, uint64_t length, int protection)
{
	int result = memory_range_check(address, &length, -ENOMEM);
	uint64_t end = address + length;

	if (result < 0 || (protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC)))
		return result < 0 ? result : -EINVAL;
	pthread_mutex_lock(&memory->lock);
	result = memory_areas_prepare(memory);
	if (result == 0 && length > 0)
		memory_areas_cut(memory, address, end);
	/* Up to the first hole or refusal, as Linux does. */
	for (size_t at = memory_area_at(memory, address); result == 0 && address < end; at++) {
		struct memory_area *area = &memory->areas[at];

		if (at == memory->area_count || area->start > address)
			result = -ENOMEM;
		else if (mprotect(memory->guest.base + area->start, area->end - area->start,
				  memory_host_protection(protection)) < 0)
			result = -errno;
		else
			area->protection = protection;
		if (result == 0)
			address = area->end;
	}
	pthread_mutex_unlock(&memory->lock);
	return result;
}

static int grow_heap(struct memory *memory, uint64_t start, uint64_t end, uint64_t limit)
{
	int result =
		memory_is_free(memory, start, end) ? memory_limit_take(memory, end - start, limit) : -ENOMEM;

	if (result < 0)
		return result;
	result = memory_map_at(memory, start, end - start, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, NULL);
	memory_limit_give(end - start);
	return result;
}

int64_t memory_break(struct memory *memory, uint64_t address, uint64_t limit)
{
	uint64_t old_end, new_end;
	int result = 0;

	pthread_mutex_lock(&memory->lock);
	old_end = memory_page_up(memory->break_end);
	new_end = memory_page_up(address);
	if (address < memory->break_start || address > MEMORY_TOP || memory_areas_prepare(memory) < 0)
		result = -ENOMEM;
	else if (new_end > old_end)
		result = grow_heap(memory, old_end, new_end, limit);
	else if (new_end < old_end)
		result = memory_host_reserve(memory, new_end, old_end - new_end);
	if (result == 0 && new_end < old_end)
		memory_areas_remove(memory, new_end, old_end);
	if (result == 0)
		memory->break_end = address;
	address = memory->break_end;
	pthread_mutex_unlock(&memory->lock);
	return (int64_t)address;
}
