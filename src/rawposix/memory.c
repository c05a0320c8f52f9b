/* The memory map's calls: arguments in, cage/memory.h out. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "abi/arguments.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "rawposix/calls.h"

static uint64_t space_limit(const struct call *call)
{
	return call->cage->limits[RLIMIT_AS].rlim_cur;
}

int64_t sys_mmap(struct call *call)
{
	struct cage *cage = call->cage;
	int flags = call_int(call, 3);
	struct file *file = NULL;
	char path[LIMIT_PATH];
	bool named = false;
	int64_t result;

	if (!(flags & MAP_ANONYMOUS)) {
		file = file_get(cage->files, call_int(call, 4));
		if (!file)
			return -EBADF;
		named = file_space_path_of(cage->space, file, path, sizeof path) > 0;
	}
	result =
		memory_map(cage->memory, call_address(call, 0), call_size(call, 1), call_int(call, 2), flags,
			   file ? file->host : -1, call->argument[5], named ? path : NULL, space_limit(call));
	if (file)
		file_unref(file);
	return result;
}

int64_t sys_munmap(struct call *call)
{
	return memory_unmap(call->cage->memory, call_address(call, 0), call_size(call, 1));
}

int64_t sys_mprotect(struct call *call)
{
	return memory_protect(call->cage->memory, call_address(call, 0), call_size(call, 1),
			      call_int(call, 2));
}

int64_t sys_mremap(struct call *call)
{
	return memory_remap(call->cage->memory, call_address(call, 0), call_size(call, 1), call_size(call, 2),
			    call_int(call, 3), call_address(call, 4), space_limit(call));
}

int64_t sys_brk(struct call *call)
{
	uint64_t limit = call->cage->limits[RLIMIT_DATA].rlim_cur;

	return memory_break(call->cage->memory, call_address(call, 0),
			    limit < space_limit(call) ? limit : space_limit(call));
}

int64_t sys_madvise(struct call *call)
{
	return memory_advise(call->cage->memory, call_address(call, 0), call_size(call, 1),
			     call_int(call, 2));
}

int64_t sys_msync(struct call *call)
{
	return memory_sync(call->cage->memory, call_address(call, 0), call_size(call, 1), call_int(call, 2));
}

int64_t sys_mincore(struct call *call)
{
	uint64_t pages = (call_size(call, 1) + GUEST_PAGE - 1) / GUEST_PAGE;
	uint8_t *vector = malloc(pages ? pages : 1);
	int64_t result;

	if (!vector)
		return -EAGAIN;
	result = memory_resident(call->cage->memory, call_address(call, 0), call_size(call, 1), vector);
	if (result == 0)
		result = call_write(call, 2, vector, pages);
	free(vector);
	return result;
}

/* Locked memory counts against the limit of the whole host process, so the pages are touched in place of
 * being locked: they are there, though they may be swapped out. As Linux, a hole in the range is ENOMEM. */
int64_t sys_mlock(struct call *call)
{
	uint64_t start = call_address(call, 0) & ~(uint64_t)(GUEST_PAGE - 1);

	return memory_advise(call->cage->memory, start, call_address(call, 0) - start + call_size(call, 1),
			     MADV_POPULATE_READ) == -ENOMEM
		       ? -ENOMEM
		       : 0;
}

int64_t sys_mlock2(struct call *call)
{
	if (call_unsigned(call, 2) & ~MLOCK_ONFAULT)
		return -EINVAL;
	return sys_mlock(call);
}

/* Nothing is done: but a program learns what its limit says to it. */
int64_t sys_mlockall(struct call *call)
{
	int flags = call_int(call, 0);
	uint64_t limit = call->cage->limits[RLIMIT_MEMLOCK].rlim_cur, mapped;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
		return -EINVAL;
	if (!limit)
		return -EPERM;
	pthread_mutex_lock(&call->cage->memory->lock);
	mapped = call->cage->memory->mapped;
	pthread_mutex_unlock(&call->cage->memory->lock);
	return (flags & MCL_CURRENT) && mapped > limit ? -ENOMEM : 0;
}

int64_t sys_munlockall(struct call *call)
{
	(void)call;
	return 0;
}

int64_t sys_munlock(struct call *call)
{
	uint64_t start = call_address(call, 0) & ~(uint64_t)(GUEST_PAGE - 1);

	return memory_advise(call->cage->memory, start, call_address(call, 0) - start + call_size(call, 1),
			     MADV_NORMAL) == -ENOMEM
		       ? -ENOMEM
		       : 0;
}
