/* Calls that ask about mapped pages or give advice on them, and change no area. */
#include <errno.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_snapshot.h"

static bool advice_is_known(int advice)
{
	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_WILLNEED:
	case MADV_DONTNEED:
	case MADV_FREE:
	case MADV_REMOVE:
	case MADV_HUGEPAGE:
	case MADV_NOHUGEPAGE:
	case MADV_DONTDUMP:
	case MADV_DODUMP:
	case MADV_COLD:
	case MADV_PAGEOUT:
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return true;
	default:
		return false;
	}
}

/* Runs `act` on each mapped piece of the range. Returns its first error, else -ENOMEM if there was a hole,
 * else 0, as madvise and msync do. Under the lock. */
static int64_t each_piece(const struct memory *memory, uint64_t address, uint64_t end, int argument,
			  int (*act)(const struct memory_area *, void *, size_t, int))
{
	int result = 0, holes = 0;

	for (size_t at = memory_area_at(memory, address); result == 0 && address < end; at++) {
		uint64_t stop;

		if (at == memory->area_count || memory->areas[at].start >= end) {
			holes = -ENOMEM;
			break;
		}
		if (memory->areas[at].start > address) {
			holes = -ENOMEM;
			address = memory->areas[at].start;
		}
		stop = memory->areas[at].end < end ? memory->areas[at].end : end;
		if (act(&memory->areas[at], memory->guest.base + address, stop - address, argument) < 0)
			result = -errno;
		address = stop;
	}
	return result ? result : holes;
}

/* Makes anonymous pages of the range zeros that can be given back, whatever they showed: for the host, a
 * snapshot is a file, whose contents would come back. */
static int discard(struct memory *memory, uint64_t start, uint64_t end)
{
	for (size_t at = memory_area_at(memory, start);
	     at < memory->area_count && memory->areas[at].start < end; at++) {
		const struct memory_area *area = &memory->areas[at];
		uint64_t from = area->start > start ? area->start : start;
		uint64_t to = area->end < end ? area->end : end;
		int result;

		if (!memory_snapshot_shown(area))
			continue;
		if (area->direct) {
			result = memory_snapshot_clear(area, from, to);
			if (result < 0)
				return result;
			continue;
		}
		result = memory_areas_prepare(memory);
		if (result == 0)
			result = memory_map_at(memory, from, to - from, memory->areas[at].protection,
					       memory->areas[at].flags, -1, 0, NULL);
		if (result < 0)
			return result;
		/* The list has changed: on from the end of what was done. */
		at = memory_area_at(memory, to) - 1;
	}
	return 0;
}

static bool advice_is_on_forks(int advice)
{
	return advice == MADV_DONTFORK || advice == MADV_DOFORK || advice == MADV_WIPEONFORK ||
	       advice == MADV_KEEPONFORK;
}

/* Kept by the areas, for memory_fork. */
static int64_t advise_on_forks(struct memory *memory, uint64_t address, uint64_t end, int advice)
{
	int flag = advice == MADV_DONTFORK || advice == MADV_DOFORK ? MEMORY_DONTFORK : MEMORY_WIPEONFORK;
	bool set = advice == MADV_DONTFORK || advice == MADV_WIPEONFORK;
	int64_t result = address < end ? memory_areas_prepare(memory) : 0;

	if (result < 0 || address == end)
		return result;
	memory_areas_cut(memory, address, end);
	for (size_t at = memory_area_at(memory, address);
	     at < memory->area_count && memory->areas[at].start < end; at++) {
		struct memory_area *area = &memory->areas[at];

		/* Nothing else can be made zeros. */
		if (advice == MADV_WIPEONFORK &&
		    (area->flags & (MAP_PRIVATE | MAP_ANONYMOUS)) != (MAP_PRIVATE | MAP_ANONYMOUS))
			return -EINVAL;
		area->flags = set ? area->flags | flag : area->flags & ~flag;
	}
	return memory_is_mapped(memory, address, end) ? 0 : -ENOMEM;
}

static int advise_piece(const struct memory_area *area, void *start, size_t length, int advice)
{
	if (advice == MADV_REMOVE && memory_snapshot_shown(area)) {
		errno = EINVAL; /* anonymous memory has nothing to remove */
		return -1;
	}
	/* For the host this is no anonymous memory. The pages are free already. */
	if (advice == MADV_FREE && area->direct)
		return 0;
	return madvise(start, length, advice);
}

static int sync_piece(const struct memory_area *area, void *start, size_t length, int flags)
{
	(void)area;
	return msync(start, length, flags);
}

int64_t memory_advise(struct memory *memory, uint64_t address, uint64_t length, int advice)
{
	int64_t result;

	if (!advice_is_known(advice) && !advice_is_on_forks(advice))
		return advice == MADV_HWPOISON ? -EPERM : -EINVAL;
	result = memory_range_check(address, &length, -EINVAL);
	if (result < 0)
		return result;
	pthread_mutex_lock(&memory->lock);
	if (advice == MADV_DONTNEED || advice == MADV_FREE)
		result = discard(memory, address, address + length);
	if (advice_is_on_forks(advice))
		result = advise_on_forks(memory, address, address + length, advice);
	else if (result == 0)
		result = each_piece(memory, address, address + length, advice, advise_piece);
	pthread_mutex_unlock(&memory->lock);
	return result;
}

int64_t memory_sync(struct memory *memory, uint64_t address, uint64_t length, int flags)
{
	int64_t result;

	if ((flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) || ((flags & MS_ASYNC) && (flags & MS_SYNC)))
		return -EINVAL;
	result = memory_range_check(address, &length, -ENOMEM);
	if (result < 0)
		return result;
	pthread_mutex_lock(&memory->lock);
	result = each_piece(memory, address, address + length, flags, sync_piece);
	pthread_mutex_unlock(&memory->lock);
	return result;
}

int64_t memory_resident(struct memory *memory, uint64_t address, uint64_t length, uint8_t *vector)
{
	int64_t result = 0;

	if (address & (GUEST_PAGE - 1))
		return -EINVAL;
	if (address > GUEST_SPACE || length > GUEST_SPACE - address)
		return -ENOMEM;
	length = memory_page_up(length);
	pthread_mutex_lock(&memory->lock);
	if (!memory_is_mapped(memory, address, address + length))
		result = -ENOMEM;
	else if (mincore(memory->guest.base + address, length, vector) < 0)
		result = -errno;
	pthread_mutex_unlock(&memory->lock);
	return result;
}
