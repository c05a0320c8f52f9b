/* What a file is: stat lstat fstat newfstatat statx access faccessat faccessat2 statfs fstatfs. */
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "rawposix/files.h"

#define STAT_FLAGS (AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE)

static enum file_place_kind kind_of(int at_flags)
{
	return at_flags & AT_SYMLINK_NOFOLLOW ? FILE_PLACE_TARGET_NOFOLLOW : FILE_PLACE_TARGET;
}

/* A name in a directory that is at hand is asked for as it is, unless it turns out to be a symbolic link to
 * be followed. Returns 1 where it takes more than that; *place is where the name is. */
static int64_t stat_component(struct call *call, struct call_where *where, int at_flags, struct stat *out,
			      struct file_place *place)
{
	const char *path = where->path;
	if (!*path || strchr(path, '/') || strcmp(path, ".") == 0 || strcmp(path, "..") == 0)
		return 1;
	int64_t result = file_place_find(call->cage->space, where->directory, path, FILE_PLACE_PARENT, place);
	if (result < 0) {
		place->host = -1;
		return result == -EPERM ? 1 : result; /* a folder that no mount holds */
	}
	if (place->mount_point)
		return 1;
	result = HOST_CALL(SYS_newfstatat, place->host, place->name, out, AT_SYMLINK_NOFOLLOW);
	return result == 0 && S_ISLNK(out->st_mode) && !(at_flags & AT_SYMLINK_NOFOLLOW) ? 1 : result;
}

static int64_t stat_at(struct call *call, unsigned directory_index, unsigned path_index, unsigned out_index,
		       int at_flags)
{
	struct stat status;
	if (at_flags & ~STAT_FLAGS)
		return -EINVAL;
	int64_t result = 1;
	if (!(at_flags & AT_EMPTY_PATH)) {
		cleanup_where struct call_where where;
		result = call_where(call, directory_index, path_index, &where);
		if (result < 0)
			return result;
		cleanup_place struct file_place place = NO_PLACE;
		result = stat_component(call, &where, at_flags, &status, &place);
	}
	if (result == 1) {
		cleanup_place struct file_place place = NO_PLACE;
		result = call_place(call, directory_index, path_index, kind_of(at_flags), at_flags, &place);
		if (result == 0)
			result = HOST_CALL(SYS_fstat, place.host, &status);
		if (result == 0 && place.held)
			file_special_status(place.held, &status);
	}
	return result < 0 ? result : call_write(call, out_index, &status, sizeof status);
}

int64_t sys_stat(struct call *call)
{
	return stat_at(call, NO_DIRECTORY, 0, 1, 0);
}

int64_t sys_lstat(struct call *call)
{
	return stat_at(call, NO_DIRECTORY, 0, 1, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_newfstatat(struct call *call)
{
	return stat_at(call, 0, 1, 2, call_int(call, 3));
}

int64_t sys_fstat(struct call *call)
{
	CALL_FILE(file, call, 0);
	if (!file->special)
		return HOST_CALL(SYS_fstat, file->host, call_pointer(call, 1, sizeof(struct stat)));
	struct stat status;
	int64_t result = HOST_CALL(SYS_fstat, file->host, &status);
	file_special_status(file, &status);
	return result < 0 ? result : call_write(call, 1, &status, sizeof status);
}

int64_t sys_statx(struct call *call)
{
	int flags = call_int(call, 2);
	unsigned mask = call_unsigned(call, 3);
	if (flags & ~STAT_FLAGS || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE ||
	    mask & STATX__RESERVED)
		return -EINVAL;
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place(call, 0, 1, kind_of(flags), flags, &place);
	if (result < 0)
		return result;
	flags = AT_EMPTY_PATH | (flags & AT_STATX_SYNC_TYPE);
	if (!place.held || !place.held->special)
		return HOST_CALL(SYS_statx, place.host, "", flags, mask,
				 call_pointer(call, 4, sizeof(struct statx)));
	struct statx status;
	struct stat special = {0};
	result = HOST_CALL(SYS_statx, place.host, "", flags, mask, &status);
	file_special_status(place.held, &special);
	status.stx_ino = special.st_ino;
	status.stx_mode = (uint16_t)special.st_mode;
	return result < 0 ? result : call_write(call, 4, &status, sizeof status);
}

/* What Linux says of something that exists on a mount that is read-only here alone. */
static int64_t on_mount(int64_t result, int mode, bool read_only, mode_t type)
{
	if (result == 0 && mode & W_OK && read_only && (S_ISREG(type) || S_ISDIR(type) || S_ISLNK(type)))
		return -EROFS;
	return result;
}

/* As stat_component. */
static int64_t access_component(struct call *call, struct call_where *where, int mode, int at_flags)
{
	struct stat status;
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = stat_component(call, where, at_flags, &status, &place);
	if (result)
		return result;
	result = HOST_CALL(SYS_faccessat2, place.host, place.name, mode,
			   (at_flags & AT_EACCESS) | AT_SYMLINK_NOFOLLOW);
	return on_mount(result, mode, place.read_only, status.st_mode);
}

static int64_t access_at(struct call *call, unsigned directory_index, unsigned path_index, int mode,
			 int at_flags)
{
	if (mode & ~(R_OK | W_OK | X_OK) || at_flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int64_t result = 1;
	if (!(at_flags & AT_EMPTY_PATH)) {
		cleanup_where struct call_where where;
		result = call_where(call, directory_index, path_index, &where);
		if (result == 0)
			result = access_component(call, &where, mode, at_flags);
	}
	if (result != 1)
		return result;
	struct stat status;
	cleanup_place struct file_place place = NO_PLACE;
	result = call_place(call, directory_index, path_index, kind_of(at_flags), at_flags, &place);
	if (result < 0)
		return result;
	result = HOST_CALL(SYS_faccessat2, place.host, "", mode, AT_EMPTY_PATH | (at_flags & AT_EACCESS));
	return on_mount(result, mode, place.read_only, fstat(place.host, &status) ? 0 : status.st_mode);
}

int64_t sys_access(struct call *call)
{
	return access_at(call, NO_DIRECTORY, 0, call_int(call, 1), 0);
}

int64_t sys_faccessat(struct call *call)
{
	return access_at(call, 0, 1, call_int(call, 2), 0);
}

int64_t sys_faccessat2(struct call *call)
{
	return access_at(call, 0, 1, call_int(call, 2), call_int(call, 3));
}

static int64_t give_statfs(struct call *call, int host, bool read_only)
{
	struct statfs status;
	int64_t result = HOST_CALL(SYS_fstatfs, host, &status);
	if (result < 0)
		return result;
	if (read_only)
		status.f_flags |= ST_RDONLY;
	return call_write(call, 1, &status, sizeof status);
}

int64_t sys_statfs(struct call *call)
{
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place(call, NO_DIRECTORY, 0, FILE_PLACE_TARGET, 0, &place);
	return result < 0 ? result : give_statfs(call, place.host, place.read_only);
}

int64_t sys_fstatfs(struct call *call)
{
	CALL_FILE(file, call, 0);
	return give_statfs(call, file->host, file->read_only);
}
