/* From file to file inside the kernel: sendfile copy_file_range splice tee vmsplice. */
#include <sys/uio.h>

#include "abi/layout.h"
#include "rawposix/size_limit.h"

/* A place for an offset, which the host's kernel reads and writes: none, or in the guest's memory. */
static long offset_pointer(struct call *call, unsigned index)
{
	return (long)call_pointer(call, index, sizeof(int64_t));
}

int64_t sys_sendfile(struct call *call)
{
	CALL_FILE(out, call, 0);
	CALL_FILE(in, call, 1);
	uint64_t count = call_size(call, 3);
	int64_t limited = size_limit_cut(call, out, -1, &count);
	if (limited < 0)
		return limited;
	return call_written(call, call_waiting(call, out, SYS_sendfile, out->host, in->host,
					       offset_pointer(call, 2), (long)count, 0, 0));
}

/* The limit for copy_file_range and splice, whose fourth argument tells where in `out`. */
static int64_t cut_at(struct call *call, struct file *out, uint64_t *count)
{
	int64_t offset = -1;
	if (call->cage->limits[RLIMIT_FSIZE].rlim_cur == RLIM_INFINITY)
		return 0;
	if (call_address(call, 3) && call_read(call, 3, &offset, sizeof offset))
		return -EFAULT;
	return size_limit_cut(call, out, offset, count);
}

int64_t sys_copy_file_range(struct call *call)
{
	CALL_FILE(in, call, 0);
	CALL_FILE(out, call, 2);
	uint64_t count = call_size(call, 4);
	int64_t limited = cut_at(call, out, &count);
	if (limited < 0)
		return limited;
	return HOST_CALL(SYS_copy_file_range, in->host, offset_pointer(call, 1), out->host,
			 offset_pointer(call, 3), count, call_unsigned(call, 5));
}

int64_t sys_splice(struct call *call)
{
	CALL_FILE(in, call, 0);
	CALL_FILE(out, call, 2);
	uint64_t count = call_size(call, 4);
	int64_t limited = cut_at(call, out, &count);
	if (limited < 0)
		return limited;
	return call_written(call,
			    call_waiting(call, NULL, SYS_splice, in->host, offset_pointer(call, 1), out->host,
					 offset_pointer(call, 3), (long)count, call_unsigned(call, 5)));
}

int64_t sys_tee(struct call *call)
{
	CALL_FILE(in, call, 0);
	CALL_FILE(out, call, 1);
	return call_written(call, call_waiting(call, NULL, SYS_tee, in->host, out->host,
					       (long)call_size(call, 2), call_unsigned(call, 3), 0, 0));
}

int64_t sys_vmsplice(struct call *call)
{
	struct iovec parts[LIMIT_VECTOR];
	CALL_FILE(file, call, 0);
	uint64_t count = call_size(call, 2);
	int64_t total = call_iovec(call, 1, count, parts);
	if (total < 0)
		return total;
	/* Pages are lent, never given away: SPLICE_F_GIFT is a hint that need not be taken. */
	return call_written(call, call_waiting(call, NULL, SYS_vmsplice, file->host, (long)parts, (long)count,
					       call_unsigned(call, 3) & ~(unsigned)SPLICE_F_GIFT, 0, 0));
}
