/* RLIMIT_FSIZE, which is each cage's own: how far writes and truncations of files may go. */
#include "rawposix/size_limit.h"

#include <signal.h>

static int64_t too_large(struct call *call)
{
	call_raise(call, SIGXFSZ);
	return -EFBIG;
}

/* Where a write to a regular file would begin; -1: the limit does not apply. */
static int64_t position_of(const struct file *file, int64_t offset)
{
	struct stat status;
	if (fstat(file->host, &status) || !S_ISREG(status.st_mode))
		return -1;
	if (HOST_CALL(SYS_fcntl, file->host, F_GETFL) & O_APPEND)
		return status.st_size;
	return offset >= 0 ? offset : HOST_CALL(SYS_lseek, file->host, 0, SEEK_CUR);
}

int64_t size_limit_cut(struct call *call, struct file *file, int64_t offset, uint64_t *count)
{
	uint64_t limit = call->cage->limits[RLIMIT_FSIZE].rlim_cur;
	if (limit == RLIM_INFINITY || !*count)
		return 0;
	int64_t position = position_of(file, offset);
	if (position < 0)
		return 0;
	if ((uint64_t)position >= limit)
		return too_large(call);
	if (*count > limit - (uint64_t)position)
		*count = limit - (uint64_t)position;
	return 0;
}

int64_t size_limit_vector(struct call *call, struct file *file, int64_t offset, struct iovec *parts,
			  uint64_t *part_count, uint64_t total)
{
	uint64_t count = total;
	int64_t result = size_limit_cut(call, file, offset, &count);
	if (result < 0 || count == total)
		return result;
	uint64_t i = 0;
	while (count > parts[i].iov_len)
		count -= parts[i++].iov_len;
	parts[i].iov_len = count;
	*part_count = i + 1;
	return 0;
}

int64_t size_limit_grow(struct call *call, int host, int64_t size)
{
	uint64_t limit = call->cage->limits[RLIMIT_FSIZE].rlim_cur;
	struct stat status;
	if (limit == RLIM_INFINITY || size < 0 || (uint64_t)size <= limit || fstat(host, &status) ||
	    !S_ISREG(status.st_mode) || size <= status.st_size)
		return 0;
	return too_large(call);
}
