/* Making and taking away directory entries: mkdir rmdir unlink mknod symlink, each with its "at" form. */
#include "rawposix/entry.h"

/* May an entry be made at `place`? Linux tells first that something is there, then that a name with '/' after
 * it can only be a directory's, then that the mount is read-only. The first two the host tells where it is
 * asked at all. */
int64_t entry_may_make(const struct file_place *place, bool directory)
{
	if (place->mount_point)
		return -EEXIST;
	if (!place->read_only)
		return 0;
	if (file_place_type(place))
		return -EEXIST;
	return file_place_has_slash(place) && !directory ? -ENOENT : -EROFS;
}

static int64_t find_to_make(struct call *call, unsigned directory_index, unsigned path_index, bool directory,
			    struct file_place *place)
{
	int64_t result = call_place(call, directory_index, path_index, FILE_PLACE_PARENT, 0, place);
	return result < 0 ? result : entry_may_make(place, directory);
}

static mode_t masked(const struct call *call, mode_t mode)
{
	return mode & ~file_space_umask(call->cage->space);
}

static int64_t mkdir_at(struct call *call, unsigned directory_index, unsigned path_index, mode_t mode)
{
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = find_to_make(call, directory_index, path_index, true, &place);
	if (result < 0)
		return result;
	return HOST_CALL(SYS_mkdirat, place.host, place.name, masked(call, mode & 01777));
}

int64_t sys_mkdir(struct call *call)
{
	return mkdir_at(call, NO_DIRECTORY, 0, call_unsigned(call, 1));
}

int64_t sys_mkdirat(struct call *call)
{
	return mkdir_at(call, 0, 1, call_unsigned(call, 2));
}

/* Files, FIFOs and sockets; devices are a privileged user's. */
static int64_t mknod_at(struct call *call, unsigned directory_index, unsigned path_index, mode_t mode)
{
	mode_t type = mode & S_IFMT;
	if (type == S_IFDIR)
		return -EPERM;
	if (type && type != S_IFREG && type != S_IFIFO && type != S_IFSOCK)
		return type == S_IFCHR || type == S_IFBLK ? -EPERM : -EINVAL;
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = find_to_make(call, directory_index, path_index, false, &place);
	if (result < 0)
		return result;
	return HOST_CALL(SYS_mknodat, place.host, place.name, type | masked(call, mode & 07777), 0);
}

int64_t sys_mknod(struct call *call)
{
	return mknod_at(call, NO_DIRECTORY, 0, call_unsigned(call, 1));
}

int64_t sys_mknodat(struct call *call)
{
	return mknod_at(call, 0, 1, call_unsigned(call, 2));
}

static int64_t symlink_at(struct call *call, unsigned directory_index, unsigned path_index)
{
	char text[LIMIT_PATH];
	int64_t result = call_path(call, 0, text);
	if (result < 0)
		return result;
	if (!*text)
		return -ENOENT;
	cleanup_place struct file_place place = NO_PLACE;
	result = find_to_make(call, directory_index, path_index, false, &place);
	if (result < 0)
		return result;
	return HOST_CALL(SYS_symlinkat, text, place.host, place.name);
}

int64_t sys_symlink(struct call *call)
{
	return symlink_at(call, NO_DIRECTORY, 1);
}

int64_t sys_symlinkat(struct call *call)
{
	return symlink_at(call, 1, 2);
}

/* What Linux says of taking a mount point away by unlink, or by rmdir. */
static int64_t refuse_mount_point(const struct file_place *place, bool rmdir)
{
	if (rmdir)
		return place->mount_directory ? -EBUSY : -ENOTDIR;
	if (place->mount_directory)
		return -EISDIR;
	return file_place_has_slash(place) ? -ENOTDIR : -EBUSY;
}

static int64_t remove_at(struct call *call, unsigned directory_index, unsigned path_index, int at_flags)
{
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place(call, directory_index, path_index, FILE_PLACE_PARENT, 0, &place);
	if (result < 0)
		return result;
	if (file_place_is_named(&place)) {
		if (place.read_only)
			return -EROFS;
		if (place.mount_point)
			return refuse_mount_point(&place, at_flags & AT_REMOVEDIR);
	}
	return HOST_CALL(SYS_unlinkat, place.host, place.name, at_flags);
}

int64_t sys_unlink(struct call *call)
{
	return remove_at(call, NO_DIRECTORY, 0, 0);
}

int64_t sys_rmdir(struct call *call)
{
	return remove_at(call, NO_DIRECTORY, 0, AT_REMOVEDIR);
}

int64_t sys_unlinkat(struct call *call)
{
	int flags = call_int(call, 2);
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	return remove_at(call, 0, 1, flags);
}
