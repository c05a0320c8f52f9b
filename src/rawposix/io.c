/* Reading and writing: read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 lseek. */
#include "abi/layout.h"
#include "rawposix/signalfd.h"
#include "rawposix/size_limit.h"
#include "rawposix/terminal.h"

/* A write, by this call of the host, to what may be either end of a terminal. */
static int64_t write_parts(struct call *call, struct file *file, long number, const struct iovec *parts,
			   long b, long c)
{
	struct terminal_typing typing;
	int64_t result = terminal_may_write(call, file);
	if (result < 0)
		return result;
	terminal_typing_begin(file, &typing);
	result = call_waiting(call, file, number, file->host, b, c, 0, 0, 0);
	terminal_typed(file, &typing, parts, result);
	return result;
}

int64_t sys_read(struct call *call)
{
	CALL_FILE(file, call, 0);
	uint64_t count = call_size(call, 2);
	if (signalfd_is(file)) {
		const struct iovec part = {call_pointer(call, 1, count), count};
		return signalfd_read(call, file, &part, 1);
	}
	int64_t refused = terminal_may_read(call, file);
	if (refused < 0)
		return refused;
	return call_waiting(call, file, SYS_read, file->host, (long)call_pointer(call, 1, count), (long)count,
			    0, 0, 0);
}

int64_t sys_write(struct call *call)
{
	CALL_FILE(file, call, 0);
	uint64_t count = call_size(call, 2);
	if (signalfd_is(file))
		return -EINVAL;
	int64_t limited = size_limit_cut(call, file, -1, &count);
	if (limited < 0)
		return limited;
	const struct iovec part = {call_pointer(call, 1, count), count};
	return call_written(call,
			    write_parts(call, file, SYS_write, &part, (long)part.iov_base, (long)count));
}

int64_t sys_pread64(struct call *call)
{
	CALL_FILE(file, call, 0);
	uint64_t count = call_size(call, 2);
	return call_waiting(call, file, SYS_pread64, file->host, (long)call_pointer(call, 1, count),
			    (long)count, call_long(call, 3), 0, 0);
}

int64_t sys_pwrite64(struct call *call)
{
	CALL_FILE(file, call, 0);
	uint64_t count = call_size(call, 2);
	int64_t limited = size_limit_cut(call, file, call_long(call, 3), &count);
	if (limited < 0)
		return limited;
	return call_waiting(call, file, SYS_pwrite64, file->host, (long)call_pointer(call, 1, count),
			    (long)count, call_long(call, 3), 0, 0);
}

/* All vector calls; to the host: (fd, vector, count, offset, nothing, flags). A guest's offset is one
 * argument. */
static int64_t vector(struct call *call, long number, int64_t offset, unsigned flags, bool writes)
{
	struct iovec parts[LIMIT_VECTOR];
	CALL_FILE(file, call, 0);
	uint64_t count = call_size(call, 2);
	int64_t total = call_iovec(call, 1, count, parts);
	if (total < 0) {
		/* Linux looks at the file's mode before it looks at the vector. */
		int64_t mode = HOST_CALL(number, file->host, NULL, 0, offset, 0, flags);
		return mode < 0 ? mode : total;
	}
	if (signalfd_is(file))
		return writes ? -EINVAL : offset >= 0 ? -ESPIPE : signalfd_read(call, file, parts, count);
	int64_t limited = writes ? size_limit_vector(call, file, offset, parts, &count, (uint64_t)total) : 0;
	if (limited < 0)
		return limited;
	if (writes && number == SYS_writev)
		return write_parts(call, file, number, parts, (long)parts, (long)count);
	int64_t refused = writes ? 0 : terminal_may_read(call, file);
	if (refused < 0)
		return refused;
	return call_waiting(call, file, number, file->host, (long)parts, (long)count, offset, 0, flags);
}

int64_t sys_readv(struct call *call)
{
	return vector(call, SYS_readv, -1, 0, false);
}

int64_t sys_writev(struct call *call)
{
	return call_written(call, vector(call, SYS_writev, -1, 0, true));
}

int64_t sys_preadv(struct call *call)
{
	return vector(call, SYS_preadv, call_long(call, 3), 0, false);
}

int64_t sys_pwritev(struct call *call)
{
	return vector(call, SYS_pwritev, call_long(call, 3), 0, true);
}

int64_t sys_preadv2(struct call *call)
{
	return vector(call, SYS_preadv2, call_long(call, 3), call_unsigned(call, 4), false);
}

int64_t sys_pwritev2(struct call *call)
{
	return call_written(call,
			    vector(call, SYS_pwritev2, call_long(call, 3), call_unsigned(call, 4), true));
}

int64_t sys_lseek(struct call *call)
{
	CALL_FILE(file, call, 0);
	if (call_long(call, 1) == 0 && call_int(call, 2) == SEEK_SET)
		names_tell_anew(call, file);
	int64_t position = HOST_CALL(SYS_lseek, file->host, call_long(call, 1), call_int(call, 2));
	if (position >= 0)
		file_listing_seek(file, position);
	return position;
}
