/* Opening: open creat openat openat2. */
#include <string.h>

#include "rawposix/terminal.h"

static int64_t open_at(struct call *call, unsigned directory_index, unsigned path_index, int flags,
		       mode_t mode, uint64_t resolve)
{
	cleanup_where struct call_where where;
	int error = call_where(call, directory_index, path_index, &where);
	if (error < 0)
		return error;
	struct file_table *files = call->cage->files;
	uint64_t limit = call_descriptor_limit(call);
	/* Linux finds a descriptor before it creates a file. */
	if (flags & (O_CREAT | O_TRUNC) && !file_can_install(files, limit))
		return -EMFILE;
	struct file_view view = call_view(call);
	struct file *file = file_open_view(&view, where.directory, where.path, flags, mode, resolve, &error);
	if (file && call->cage->leads_session && !(flags & (O_NOCTTY | O_PATH)))
		terminal_opened(call, file);
	return file ? file_install(files, file, 0, limit, flags & O_CLOEXEC) : error;
}

int64_t sys_open(struct call *call)
{
	return open_at(call, NO_DIRECTORY, 0, call_int(call, 1), call_unsigned(call, 2), 0);
}

int64_t sys_creat(struct call *call)
{
	return open_at(call, NO_DIRECTORY, 0, O_CREAT | O_WRONLY | O_TRUNC, call_unsigned(call, 1), 0);
}

int64_t sys_openat(struct call *call)
{
	return open_at(call, 0, 1, call_int(call, 2), call_unsigned(call, 3), 0);
}

/* Unlike open, it refuses what it does not know. */
int64_t sys_openat2(struct call *call)
{
	const uint64_t known_flags =
		(uint64_t)(unsigned)(O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND |
				     O_NONBLOCK | O_SYNC | O_DSYNC | O_ASYNC | O_DIRECT | 0100000 |
				     O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE);
	const uint64_t known_resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS |
				       RESOLVE_BENEATH | RESOLVE_IN_ROOT | RESOLVE_CACHED;
	struct open_how how;
	uint64_t size = call_size(call, 3);
	if (size < sizeof how)
		return -EINVAL;
	if (size > GUEST_PAGE)
		return -E2BIG;
	uint8_t bytes[GUEST_PAGE];
	if (call_read(call, 2, bytes, size))
		return -EFAULT;
	memcpy(&how, bytes, sizeof how);
	for (uint64_t i = sizeof how; i < size; i++)
		if (bytes[i])
			return -E2BIG;
	bool creates = how.flags & O_CREAT || (how.flags & O_TMPFILE) == O_TMPFILE;
	if (how.flags & ~known_flags || how.resolve & ~known_resolve || (how.mode && !creates) ||
	    how.mode & ~UINT64_C(07777) ||
	    (how.resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) == (RESOLVE_BENEATH | RESOLVE_IN_ROOT) ||
	    (how.flags & O_PATH && how.flags & ~(uint64_t)(O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)))
		return -EINVAL;
	if (how.resolve & RESOLVE_CACHED)
		return -EAGAIN; /* nothing here can promise not to sleep */
	return open_at(call, 0, 1, (int)how.flags, (mode_t)how.mode, how.resolve);
}
