/* Extended attributes: set, get, list, remove; of a path, of a link itself, of an open file. */
#include <string.h>
#include <linux/limits.h>
#include <sys/xattr.h>

#include "rawposix/files.h"

static int attribute_name(struct call *call, char name[static XATTR_NAME_MAX + 1])
{
	int64_t length =
		guest_read_string(call_memory(call, 1), name, call_address(call, 1), XATTR_NAME_MAX + 1);
	return length == -ENAMETOOLONG || length == 0 ? -ERANGE : length < 0 ? (int)length : 0;
}

/* A privileged user's: that the runtime's own user may be one is no reason to let guests change them. */
static bool is_privileged(const char *name)
{
	return strncmp(name, "trusted.", 8) == 0 || strncmp(name, "security.", 9) == 0;
}

/* The four calls, on something that is reached by a path of the host. */
static int64_t set(struct call *call, const char *path)
{
	char name[XATTR_NAME_MAX + 1];
	int error = attribute_name(call, name);
	if (error < 0)
		return error;
	if (is_privileged(name))
		return -EPERM;
	uint64_t size = call_size(call, 3);
	return HOST_CALL(SYS_setxattr, path, name, call_pointer(call, 2, size), size, call_int(call, 4));
}

static int64_t get(struct call *call, const char *path)
{
	char name[XATTR_NAME_MAX + 1];
	int error = attribute_name(call, name);
	if (error < 0)
		return error;
	uint64_t size = call_size(call, 3);
	return HOST_CALL(SYS_getxattr, path, name, call_pointer(call, 2, size), size);
}

static int64_t list(struct call *call, const char *path)
{
	uint64_t size = call_size(call, 2);
	return HOST_CALL(SYS_listxattr, path, call_pointer(call, 1, size), size);
}

static int64_t take_away(struct call *call, const char *path)
{
	char name[XATTR_NAME_MAX + 1];
	int error = attribute_name(call, name);
	if (error < 0)
		return error;
	return is_privileged(name) ? -EPERM : HOST_CALL(SYS_removexattr, path, name);
}

typedef int64_t operation(struct call *call, const char *path);

static int64_t by_path(struct call *call, operation *operate, enum file_place_kind kind, bool changes)
{
	cleanup_place struct file_place place = NO_PLACE;
	int64_t result = call_place(call, NO_DIRECTORY, 0, kind, 0, &place);
	if (result < 0)
		return result;
	if (changes && (place.read_only || place.special))
		return place.special ? -EPERM : -EROFS;
	return operate(call, file_host_path(place.host).text);
}

static int64_t by_descriptor(struct call *call, operation *operate, bool changes)
{
	CALL_FILE(file, call, 0);
	if (file->flags & O_PATH)
		return -EBADF;
	if (changes && file_is_read_only(file))
		return -EROFS;
	return operate(call, file_host_path(file->host).text);
}

int64_t sys_setxattr(struct call *call)
{
	return by_path(call, set, FILE_PLACE_TARGET, true);
}

int64_t sys_lsetxattr(struct call *call)
{
	return by_path(call, set, FILE_PLACE_TARGET_NOFOLLOW, true);
}

int64_t sys_fsetxattr(struct call *call)
{
	return by_descriptor(call, set, true);
}

int64_t sys_getxattr(struct call *call)
{
	return by_path(call, get, FILE_PLACE_TARGET, false);
}

int64_t sys_lgetxattr(struct call *call)
{
	return by_path(call, get, FILE_PLACE_TARGET_NOFOLLOW, false);
}

int64_t sys_fgetxattr(struct call *call)
{
	return by_descriptor(call, get, false);
}

int64_t sys_listxattr(struct call *call)
{
	return by_path(call, list, FILE_PLACE_TARGET, false);
}

int64_t sys_llistxattr(struct call *call)
{
	return by_path(call, list, FILE_PLACE_TARGET_NOFOLLOW, false);
}

int64_t sys_flistxattr(struct call *call)
{
	return by_descriptor(call, list, false);
}

int64_t sys_removexattr(struct call *call)
{
	return by_path(call, take_away, FILE_PLACE_TARGET, true);
}

int64_t sys_lremovexattr(struct call *call)
{
	return by_path(call, take_away, FILE_PLACE_TARGET_NOFOLLOW, true);
}

int64_t sys_fremovexattr(struct call *call)
{
	return by_descriptor(call, take_away, true);
}
