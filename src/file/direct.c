/* The fast way of a look-up: one call of the host, confined by openat2, that follows no symbolic link. As
 * long as none is met and no ".." is in the path, the mount that counts is the deepest whose path the name
 * literally begins with, so the answer is exact. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/interruptible.h"
#include "file/internal.h"

static bool has_parent_component(const char *path, size_t length)
{
	for (const char *dots = path; (dots = strstr(dots, "..")) && dots < path + length; dots++)
		if ((dots == path || dots[-1] == '/') && (!dots[2] || dots[2] == '/'))
			return true;
	return false;
}

/* Opening may wait, for the other end of a FIFO or a device: then, and only then, EINTR is an answer. */
static int open_waiting(const struct look *look, int directory, const char *path, struct open_how *how)
{
	const _Atomic uint32_t *attention = look->view->attention;
	int64_t fd;
	if (attention && !(how->flags & O_PATH)) {
		fd = host_call_interruptible(attention, SYS_openat2, directory, (long)path, (long)how,
					     sizeof *how, 0, 0);
		if (fd != -EINTR)
			return (int)fd;
		struct stat status;
		struct open_how look_how = {.flags = O_PATH | O_CLOEXEC | (how->flags & O_NOFOLLOW),
					    .resolve = how->resolve};
		cleanup_fd int found =
			(int)HOST_CALL(SYS_openat2, directory, path, &look_how, sizeof look_how);
		if (found >= 0 && fstat(found, &status) == 0 && !S_ISREG(status.st_mode) &&
		    !S_ISDIR(status.st_mode))
			return -EINTR;
	}
	return (int)HOST_CALL(SYS_openat2, directory, path, how, sizeof *how);
}

static int open_confined(const struct look *look, int directory, const char *path, int flags)
{
	/* A terminal must not become that of the whole process. */
	struct open_how how = {.flags = (uint64_t)(unsigned)flags | O_CLOEXEC, .resolve = HOST_CONFINED};
	if (flags & O_PATH)
		how.flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	else
		how.flags |= O_NOCTTY;
	if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE)
		how.mode = look->mode;
	return open_waiting(look, directory, path, &how);
}

static bool wants_to_write(int flags)
{
	return !(flags & O_PATH) && ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC);
}

int look_reopen(const struct look *look, int fd, int flags, bool read_only)
{
	struct stat status;
	if (fstat(fd, &status))
		return -errno;
	bool directory = S_ISDIR(status.st_mode);
	if (flags & O_DIRECTORY && !directory)
		return -ENOTDIR;
	if (flags & O_PATH)
		return (int)HOST_CALL(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);
	if (S_ISLNK(status.st_mode))
		return -ELOOP;
	if (read_only && (flags & O_TMPFILE) == O_TMPFILE)
		return -EROFS;
	if (wants_to_write(flags)) {
		if (directory)
			return -EISDIR;
		if (read_only && S_ISREG(status.st_mode))
			return -EROFS;
	}
	struct open_how how = {.flags = ((uint64_t)(unsigned)flags | O_CLOEXEC | O_NOCTTY) &
					~(uint64_t)(O_CREAT | O_EXCL | O_NOFOLLOW)};
	return open_waiting(look, AT_FDCWD, file_host_path(fd).text, &how);
}

/* Where the last component of `path` begins, and where it ends (before a '/'). */
static size_t last_component(const char *path, size_t *end)
{
	size_t length = strlen(path);
	if (length && path[length - 1] == '/')
		length--;
	*end = length;
	while (length && path[length - 1] != '/')
		length--;
	return length;
}

/* Opens what exists on a mount that is read-only for the guest but may not be so for the host. */
static int open_read_only(const struct look *look, int directory, const char *path)
{
	size_t end, last = last_component(path, &end);
	bool makes_new = look->flags & O_CREAT && look->flags & O_EXCL; /* which follows no link */
	cleanup_fd int fd =
		host_open(directory, path, O_PATH | (makes_new ? O_NOFOLLOW : look->flags & O_NOFOLLOW));
	bool slash = path[end] && strcmp(path + last, "./") != 0 && strcmp(path + last, "../") != 0;
	if (look->flags & O_CREAT && (fd == -ENOENT || slash)) {
		/* It could be made, were the mount not read-only, if its parent is there. */
		char parent[PATH_SIZE];
		size_t length = last ? last - 1 : 0;
		memcpy(parent, path, length);
		strcpy(parent + length, length ? "" : ".");
		cleanup_fd int exists = host_open(directory, parent, O_PATH | O_DIRECTORY);
		return exists < 0 ? exists : slash ? -EISDIR : -EROFS;
	}
	if (fd < 0)
		return fd;
	if (makes_new)
		return -EEXIST;
	struct stat status;
	if (look->flags & O_CREAT && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		return -EISDIR;
	return look_reopen(look, fd, look->flags, true);
}

/* Opens a mount that is a single file. By its name where the host had it, which is faster than by the host's
 * link to the descriptor, if that is still the file. */
static int open_single(const struct look *look, const struct mount *mount)
{
	int flags = look->flags;
	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	bool refuses = mount->read_only && wants_to_write(flags);
	if (mount->parent >= 0 && !refuses && !(flags & (O_PATH | O_TRUNC | O_DIRECTORY))) {
		int fd = open_confined(look, mount->parent, mount->name, flags & ~(O_CREAT | O_EXCL));
		struct stat status;
		if (fd >= 0 && fstat(fd, &status) == 0 && status.st_dev == mount->device &&
		    status.st_ino == mount->inode)
			return fd;
		if (fd >= 0)
			close(fd);
		if (fd == -EINTR)
			return fd;
	}
	return look_reopen(look, mount->root, flags, mount->read_only);
}

/* The end of a look-up that is not for a parent: `path` beneath `base`, or `base` itself if it is "". */
static int finish(const struct look *look, const struct mount *mount, int base, const char *path,
		  struct found *found)
{
	bool goes_on = *path == '/'; /* a mount's own path was before it */
	path += goes_on;
	int flags = look->flags;
	int fd;
	if (goes_on && !*path && flags & O_CREAT)
		return -EISDIR; /* said of any name with a '/' after it, whatever is there */
	if (!mount->is_directory) {
		if (*path || goes_on)
			return -ENOTDIR;
		fd = open_single(look, mount);
	} else {
		if (!*path)
			path = ".";
		bool checked =
			mount->read_only && !(flags & O_PATH) && (wants_to_write(flags) || flags & O_CREAT);
		fd = checked ? open_read_only(look, base, path) : open_confined(look, base, path, flags);
	}
	if (fd < 0)
		return fd;
	found->host = fd;
	found->own = true;
	found->mount = mount;
	return 0;
}

/* The parent that `path` (`length` bytes) names beneath `base`, and the last component in it. */
static int finish_parent(const struct mount *mount, int base, const char *path, size_t length,
			 const char *last, struct found *found)
{
	size_t last_length = strlen(last);
	if (last_length - (last[last_length - 1] == '/') > 255)
		return -ENAMETOOLONG;
	if (!mount->is_directory)
		return -ENOTDIR;
	found->host = base;
	found->own = length > 0;
	if (found->own) {
		char parent[PATH_SIZE];
		memcpy(parent, path, length);
		parent[length] = 0;
		found->host = host_open(base, parent, O_PATH | O_DIRECTORY);
		if (found->host < 0)
			return found->host;
	}
	found->mount = mount;
	memcpy(found->name, last, last_length + 1);
	return 0;
}

static int reach(const struct look *look, struct position *at, const char *rest, struct found *found)
{
	bool parent = look->want == LOOK_PARENT;
	size_t end, last = last_component(rest, &end);
	size_t length = !parent ? end : last ? last - 1 : 0; /* what must be found */
	bool ascends = has_parent_component(rest, parent ? last : end);
	const struct mount *mount = at->mount;
	int base = at->fd;
	char full[2 * PATH_SIZE + 2];
	if (mount->has_below && position_name(at) == 0) {
		memcpy(full, at->path, at->length);
		full[at->length] = '/';
		strcpy(full + at->length + 1, rest);
		size_t before = at->length + 1; /* of rest in full */
		const struct mount *deepest =
			mounts_above(mount->mounts, full, length ? before + length : at->length);
		const struct mount *there = parent ? mounts_at(mount->mounts, full, before + end) : NULL;
		found->mount_point = there;
		found->mount_directory = there && there->is_directory;
		found->above_mount = parent && mounts_are_below(mount->mounts, full, before + end);
		if (deepest->length > at->length) {
			size_t skipped = deepest->length - before; /* of rest */
			mount = deepest;
			base = mount->root;
			rest += skipped;
			if (parent && *rest == '/')
				rest++, skipped++;
			length = length > skipped ? length - skipped : 0;
			last = last > skipped ? last - skipped : 0;
		}
	}
	/* The host can follow ".." where no other mount can be met on the way; out of the mount it won't. */
	if (ascends && (mount->has_below || look->resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)))
		return LOOK_AGAIN;
	if (parent)
		return finish_parent(mount, base, rest, length, rest + last, found);
	return finish(look, mount, base, rest, found);
}

int look_direct(const struct look *look, struct position *at, const char *rest, struct found *found)
{
	int result = reach(look, at, rest, found);
	return result == -ELOOP || result == -EXDEV || result == -EAGAIN ? LOOK_AGAIN : result;
}
