/* Entries that get another name: rename renameat renameat2 link linkat; and what a link says: readlink
 * readlinkat. */
#include <stdio.h>
#include <string.h>

#include "rawposix/entry.h"

/* The same entry by two paths? */
static bool same_entry(const struct file_place *one, const struct file_place *other)
{
	struct stat a, b;
	size_t length = strcspn(one->name, "/");
	return length == strcspn(other->name, "/") && memcmp(one->name, other->name, length) == 0 &&
	       fstat(one->host, &a) == 0 && fstat(other->host, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* What Linux says of a rename in which one of the names is a mount point, in its order. */
static int64_t refuse_mount_point(const struct file_place *from, const struct file_place *to, unsigned flags)
{
	mode_t from_type = file_place_type(from), to_type = file_place_type(to);
	if (!from_type)
		return -ENOENT;
	if (to_type && flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!to_type && flags & RENAME_EXCHANGE)
		return -ENOENT;
	bool exchanges = flags & RENAME_EXCHANGE;
	if (exchanges && file_place_has_slash(to) && to_type != S_IFDIR)
		return -ENOTDIR;
	if (from_type != S_IFDIR && (file_place_has_slash(from) || (!exchanges && file_place_has_slash(to))))
		return -ENOTDIR;
	if (to_type && !exchanges && (from_type == S_IFDIR) != (to_type == S_IFDIR))
		return from_type == S_IFDIR ? -ENOTDIR : -EISDIR;
	return same_entry(from, to) ? 0 : -EBUSY;
}

static int64_t rename_at(struct call *call, unsigned from_directory, unsigned from_path,
			 unsigned to_directory, unsigned to_path, unsigned flags)
{
	if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT) ||
	    (flags & RENAME_EXCHANGE && flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)))
		return -EINVAL;
	if (flags & RENAME_WHITEOUT)
		return -EPERM; /* it makes a device */
	cleanup_place struct file_place from = NO_PLACE, to = NO_PLACE;
	int64_t result = call_place(call, from_directory, from_path, FILE_PLACE_PARENT, 0, &from);
	if (result == 0)
		result = call_place(call, to_directory, to_path, FILE_PLACE_PARENT, 0, &to);
	if (result < 0)
		return result;
	if (from.mount != to.mount)
		return -EXDEV;
	if (file_place_is_named(&from) && file_place_is_named(&to)) {
		if (from.read_only)
			return -EROFS;
		if (from.mount_point || to.mount_point || from.above_mount || to.above_mount)
			return refuse_mount_point(&from, &to, flags);
	}
	return HOST_CALL(SYS_renameat2, from.host, from.name, to.host, to.name, flags);
}

int64_t sys_rename(struct call *call)
{
	return rename_at(call, NO_DIRECTORY, 0, NO_DIRECTORY, 1, 0);
}

int64_t sys_renameat(struct call *call)
{
	return rename_at(call, 0, 1, 2, 3, 0);
}

int64_t sys_renameat2(struct call *call)
{
	return rename_at(call, 0, 1, 2, 3, call_unsigned(call, 4));
}

static int64_t link_at(struct call *call, unsigned from_directory, unsigned from_path, unsigned to_directory,
		       unsigned to_path, int at_flags)
{
	if (at_flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	cleanup_place struct file_place from = NO_PLACE, to = NO_PLACE;
	enum file_place_kind kind =
		at_flags & AT_SYMLINK_FOLLOW ? FILE_PLACE_TARGET : FILE_PLACE_TARGET_NOFOLLOW;
	int64_t result = call_place(call, from_directory, from_path, kind, at_flags, &from);
	if (result == 0)
		result = call_place(call, to_directory, to_path, FILE_PLACE_PARENT, 0, &to);
	if (result < 0)
		return result;
	if (to.mount_point)
		return -EEXIST;
	if (from.mount != to.mount && !to.read_only && file_place_type(&to))
		return -EEXIST;
	result = entry_may_make(&to, false);
	if (result < 0)
		return result;
	if (from.mount != to.mount && file_place_has_slash(&to))
		return -ENOENT;
	if (from.mount != to.mount || from.special)
		return -EXDEV;
	/* The host's link to the descriptor is followed; if that is of a symbolic link, it is linked itself.
	 */
	return HOST_CALL(SYS_linkat, AT_FDCWD, file_host_path(from.host).text, to.host, to.name,
			 AT_SYMLINK_FOLLOW);
}

int64_t sys_link(struct call *call)
{
	return link_at(call, NO_DIRECTORY, 0, NO_DIRECTORY, 1, 0);
}

int64_t sys_linkat(struct call *call)
{
	return link_at(call, 0, 1, 2, 3, call_int(call, 4));
}

static int64_t readlink_at(struct call *call, unsigned directory_index, unsigned path_index)
{
	unsigned out_index = path_index + 1;
	int32_t size = call_int(call, out_index + 1);
	if (size <= 0)
		return -EINVAL;
	/* An empty path means the descriptor, if that is of a link. */
	bool takes_descriptor =
		directory_index != NO_DIRECTORY && call_int(call, directory_index) != AT_FDCWD;
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place(call, directory_index, path_index, FILE_PLACE_TARGET_NOFOLLOW,
				    takes_descriptor ? AT_EMPTY_PATH : 0, &place);
	if (result < 0)
		return result;
	if (place.text) {
		size_t length = strlen(place.text);
		length = length < (size_t)size ? length : (size_t)size;
		result = call_write(call, out_index, place.text, length);
		return result < 0 ? result : (int64_t)length;
	}
	struct stat status;
	if (fstat(place.host, &status) == 0 && !S_ISLNK(status.st_mode)) {
		char path[2];
		bool empty = guest_read_string(call_memory(call, path_index), path,
					       call_address(call, path_index), sizeof path) == 0;
		return empty ? -ENOENT : -EINVAL;
	}
	return HOST_CALL(SYS_readlinkat, place.host, "", call_pointer(call, out_index, (uint32_t)size), size);
}

int64_t sys_readlink(struct call *call)
{
	return readlink_at(call, NO_DIRECTORY, 0);
}

int64_t sys_readlinkat(struct call *call)
{
	return readlink_at(call, 0, 1);
}
