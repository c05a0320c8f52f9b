/* Mode, owner and size by path: chmod fchmod fchmodat chown fchown lchown fchownat truncate; umask. */
#include "rawposix/size_limit.h"

static int64_t chmod_at(struct call *call, unsigned directory_index, unsigned path_index)
{
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place_change(call, directory_index, path_index, FILE_PLACE_TARGET, 0, &place);
	if (result < 0)
		return result;
	mode_t mode = call_unsigned(call, path_index + 1) & 07777;
	return HOST_CALL(SYS_chmod, file_host_path(place.host).text, mode);
}

int64_t sys_chmod(struct call *call)
{
	return chmod_at(call, NO_DIRECTORY, 0);
}

int64_t sys_fchmodat(struct call *call)
{
	return chmod_at(call, 0, 1);
}

/* An open file as the thing to change: not one that was opened for its path alone. */
static int64_t may_change(const struct file *file)
{
	if (file->flags & O_PATH)
		return -EBADF;
	return file_is_read_only(file) ? -EROFS : 0;
}

int64_t sys_fchmod(struct call *call)
{
	CALL_FILE(file, call, 0);
	int64_t result = may_change(file);
	return result < 0 ? result : HOST_CALL(SYS_fchmod, file->host, call_unsigned(call, 1) & 07777);
}

static int64_t chown_at(struct call *call, unsigned directory_index, unsigned path_index, int at_flags)
{
	if (at_flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	cleanup_place struct file_place place = NO_PLACE;
	enum file_place_kind kind =
		at_flags & AT_SYMLINK_NOFOLLOW ? FILE_PLACE_TARGET_NOFOLLOW : FILE_PLACE_TARGET;
	int64_t result = call_place_change(call, directory_index, path_index, kind, at_flags, &place);
	if (result < 0)
		return result;
	return HOST_CALL(SYS_fchownat, place.host, "", call_unsigned(call, path_index + 1),
			 call_unsigned(call, path_index + 2), AT_EMPTY_PATH);
}

int64_t sys_chown(struct call *call)
{
	return chown_at(call, NO_DIRECTORY, 0, 0);
}

int64_t sys_lchown(struct call *call)
{
	return chown_at(call, NO_DIRECTORY, 0, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fchownat(struct call *call)
{
	return chown_at(call, 0, 1, call_int(call, 4));
}

int64_t sys_fchown(struct call *call)
{
	CALL_FILE(file, call, 0);
	int64_t result = may_change(file);
	return result < 0 ? result
			  : HOST_CALL(SYS_fchown, file->host, call_unsigned(call, 1), call_unsigned(call, 2));
}

int64_t sys_truncate(struct call *call)
{
	struct stat status;
	int64_t length = call_long(call, 1);
	if (length < 0)
		return -EINVAL;
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place(call, NO_DIRECTORY, 0, FILE_PLACE_TARGET, 0, &place);
	if (result < 0)
		return result;
	if (fstat(place.host, &status))
		return -errno;
	if (S_ISREG(status.st_mode) && place.read_only)
		return -EROFS;
	result = size_limit_grow(call, place.host, length);
	return result < 0 ? result : HOST_CALL(SYS_truncate, file_host_path(place.host).text, length);
}

int64_t sys_umask(struct call *call)
{
	return file_space_set_umask(call->cage->space, call_unsigned(call, 0));
}
