/* Calls that ask about mapped pages or give advice on them, and change no area. */
#include <errno.h>
#include <sys/mman.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"

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
 * else 0, as madvise and msync do. */
static int64_t each_piece(struct memory *memory, uint64_t address, uint64_t length, int argument,
			  int (*act)(void *, size_t, int))
{
	uint64_t end;
	int result = 0, holes = 0;

	if ((address & (GUEST_PAGE - 1)) || address > GUEST_SPACE || length > GUEST_SPACE - address)
		return -EINVAL;
	length = memory_page_up(length);
	end = address + length;
	pthread_mutex_lock(&memory->lock);
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
		if (act(memory->guest.base + address, stop - address, argument) < 0)
			result = -errno;
		address = stop;
	}
	pthread_mutex_unlock(&memory->lock);
	return result ? result : holes;
}

int64_t memory_advise(struct memory *memory, uint64_t address, uint64_t length, int advice)
{
	/* What only fork would see is kept by nobody yet: fork copies what is there. */
	if (advice == MADV_DONTFORK || advice == MADV_DOFORK || advice == MADV_WIPEONFORK ||
	    advice == MADV_KEEPONFORK)
		return -EINVAL;
	if (!advice_is_known(advice))
		return advice == MADV_HWPOISON ? -EPERM : -EINVAL;
	return each_piece(memory, address, length, advice, madvise);
}

int64_t memory_sync(struct memory *memory, uint64_t address, uint64_t length, int flags)
{
	if ((flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) || ((flags & MS_ASYNC) && (flags & MS_SYNC)))
		return -EINVAL;
	return each_piece(memory, address, length, flags, msync);
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
