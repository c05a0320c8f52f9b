/* Positions: where a look-up is, as a descriptor in a mount and, where needed, as a canonical guest path.
 *
 * A descriptor's guest path comes from the host kernel, which knows where the folder is now, whatever was
 * renamed. The path only serves to find mounts and parents: each descriptor that a look-up goes on with is
 * opened beneath a mount's root by the kernel, so a path that has become stale can't lead outside. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "file/internal.h"

void position_end(struct position *at)
{
	if (at->own)
		close(at->fd);
	at->own = false;
}

void position_move(struct position *at, const struct mount *mount, int fd, bool own)
{
	position_end(at);
	at->mount = mount;
	at->fd = fd;
	at->own = own;
}

void position_set_root(struct position *at, const struct mounts *mounts)
{
	const struct mount *root = mounts_at(mounts, "", 0);
	position_move(at, root, root->root, false);
	at->named = true;
	at->length = 0;
	at->path[0] = 0;
}

int position_append(struct position *at, const char *name, size_t length)
{
	if (!at->named)
		return 0;
	if (at->length + length + 2 > sizeof at->path)
		return -ENAMETOOLONG;
	at->path[at->length] = '/';
	memcpy(at->path + at->length + 1, name, length);
	at->length += length + 1;
	at->path[at->length] = 0;
	return 0;
}

/* The host's path of a descriptor; NULL: it has none. */
static const char *host_path_of(const struct mounts *mounts, int fd, char text[static PATH_MAX])
{
	char name[16];
	snprintf(name, sizeof name, "%d", fd);
	ssize_t length = readlinkat(mounts->links, name, text, PATH_MAX - 1);
	if (length <= 0 || text[0] != '/')
		return NULL;
	text[length] = 0;
	return text;
}

const char *path_below(const char *path, const char *root)
{
	size_t length = strlen(root);
	if (length == 1)
		length = 0; /* "/" */
	return path_is_below(path, strlen(path), root, length) ? path + length : NULL;
}

int64_t mount_path_of(const struct mounts *mounts, const struct mount *mount, int fd, char *out, size_t size)
{
	char text[PATH_MAX], root_text[PATH_MAX];
	const char *path = host_path_of(mounts, fd, text);
	if (!path)
		return -ENOENT;
	const char *below = NULL;
	for (size_t i = 0; i < mounts->count && !below; i++) {
		const struct mount *candidate = mounts->entry[i];
		if (mount ? candidate != mount : candidate->placeholder)
			continue;
		below = path_below(path, candidate->host_path);
		const char *root = below ? NULL : host_path_of(mounts, candidate->root, root_text);
		if (root)
			below = path_below(path, root);
		mount = below ? candidate : mount;
	}
	if (!below)
		return -ENOENT;
	if (strcmp(below, "/") == 0)
		below++;
	const char *front = mount->length || *below ? mount->path : "/";
	size_t length = strlen(front) + strlen(below);
	if (length >= size)
		return -ERANGE;
	memcpy(out, front, strlen(front));
	memcpy(out + strlen(front), below, strlen(below) + 1);
	return (int64_t)length;
}

/* Opens a canonical path as a directory. Returns the descriptor, which may be the mount's own (*own = false).
 */
static int open_named(const struct mounts *mounts, const char *path, size_t length,
		      const struct mount **mount, bool *own)
{
	*mount = mounts_above(mounts, path, length);
	*own = (*mount)->length < length;
	if (!*own)
		return (*mount)->is_directory ? (*mount)->root : -ENOTDIR;
	char below[PATH_SIZE];
	size_t rest = length - (*mount)->length - 1;
	memcpy(below, path + (*mount)->length + 1, rest);
	below[rest] = 0;
	return host_open((*mount)->root, below, O_PATH | O_DIRECTORY);
}

int position_go(struct position *at, const struct mounts *mounts, const char *path, size_t length)
{
	const struct mount *mount;
	bool own;
	int fd = open_named(mounts, path, length, &mount, &own);
	if (fd < 0)
		return fd;
	position_move(at, mount, fd, own);
	memmove(at->path, path, length);
	at->path[length] = 0;
	at->length = length;
	at->named = true;
	return 0;
}

static bool same_directory(int one, int other)
{
	struct stat a, b;
	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int position_name(struct position *at)
{
	if (at->named)
		return 0;
	int64_t length = mount_path_of(at->mount->mounts, at->mount, at->fd, at->path, sizeof at->path);
	if (length < 0)
		return -ENOENT;
	at->length = length == 1 ? 0 : (size_t)length; /* "/" */
	at->path[at->length] = 0;
	at->named = true;
	return 0;
}

int position_ascend(struct position *at, const struct mounts *mounts)
{
	if (!at->named) {
		/* Reached by a descriptor: is the path that the host gives really this folder's? If it has
		 * been removed, its parent still counts. */
		const struct mount *mount;
		bool own = false;
		bool named = position_name(at) == 0;
		int check = named ? open_named(mounts, at->path, at->length, &mount, &own) : -1;
		bool same = check >= 0 && same_directory(check, at->fd);
		if (check >= 0 && own)
			close(check);
		if (!same) {
			at->named = false;
			cleanup_fd int parent = openat(at->fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
			if (parent < 0)
				return -errno;
			char path[PATH_SIZE];
			int64_t length = mount_path_of(mounts, at->mount, parent, path, sizeof path);
			if (length < 0)
				return -ENOENT;
			int result = position_go(at, mounts, path, length == 1 ? 0 : (size_t)length);
			return result < 0 ? result : same_directory(at->fd, parent) ? 0 : -ENOENT;
		}
	}
	size_t length = at->length;
	while (length > 0 && at->path[--length] != '/')
		;
	return position_go(at, mounts, at->path, length);
}
