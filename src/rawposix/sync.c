/* A file's data on its way to the disk, and its size: fsync fdatasync sync syncfs sync_file_range ftruncate
 * fallocate fadvise64 readahead. */
#include "rawposix/size_limit.h"

int64_t sys_fsync(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_fsync, file->host);
}

int64_t sys_fdatasync(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_fdatasync, file->host);
}

int64_t sys_sync(struct call *call)
{
	(void)call;
	sync();
	return 0;
}

int64_t sys_syncfs(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_syncfs, file->host);
}

int64_t sys_sync_file_range(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_sync_file_range, file->host, call_long(call, 1), call_long(call, 2),
			 call_unsigned(call, 3));
}

int64_t sys_ftruncate(struct call *call)
{
	CALL_FILE(file, call, 0);
	int64_t limited = size_limit_grow(call, file->host, call_long(call, 1));
	return limited < 0 ? limited : HOST_CALL(SYS_ftruncate, file->host, call_long(call, 1));
}

int64_t sys_fallocate(struct call *call)
{
	CALL_FILE(file, call, 0);
	int64_t end;
	if (__builtin_add_overflow(call_long(call, 2), call_long(call, 3), &end))
		end = INT64_MAX;
	int64_t limited = size_limit_grow(call, file->host, end);
	return limited < 0 ? limited
			   : HOST_CALL(SYS_fallocate, file->host, call_int(call, 1), call_long(call, 2),
				       call_long(call, 3));
}

int64_t sys_fadvise64(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_fadvise64, file->host, call_long(call, 1), call_long(call, 2),
			 call_int(call, 3));
}

int64_t sys_readahead(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_readahead, file->host, call_long(call, 1), call_size(call, 2));
}
