/* Mounts: what of the host lies where in a guest's view. Built before the first cage runs, constant after. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "file/internal.h"

bool path_is_below(const char *path, size_t length, const char *prefix, size_t prefix_length)
{
	return length >= prefix_length && memcmp(path, prefix, prefix_length) == 0 &&
	       (length == prefix_length || path[prefix_length] == '/');
}

const struct mount *mounts_at(const struct mounts *mounts, const char *path, size_t length)
{
	for (size_t i = 0; i < mounts->count; i++) {
		const struct mount *mount = mounts->entry[i];
		if (mount->length < length)
			break;
		if (mount->length == length && memcmp(mount->path, path, length) == 0)
			return mount;
	}
	return NULL;
}

const struct mount *mounts_above(const struct mounts *mounts, const char *path, size_t length)
{
	size_t i = 0;
	while (!path_is_below(path, length, mounts->entry[i]->path, mounts->entry[i]->length))
		i++; /* ends: the root's path is empty */
	return mounts->entry[i];
}

bool mounts_are_below(const struct mounts *mounts, const char *path, size_t length)
{
	for (size_t i = 0; i < mounts->count && mounts->entry[i]->length > length; i++)
		if (path_is_below(mounts->entry[i]->path, mounts->entry[i]->length, path, length))
			return true;
	return false;
}

bool mounts_has(const struct mounts *mounts, const struct mount *mount)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->entry[i] == mount)
			return true;
	return false;
}

static void mount_free(struct mount *mount)
{
	if (!mount)
		return;
	if (mount->root >= 0 && !mount->placeholder)
		close(mount->root);
	if (mount->parent >= 0)
		close(mount->parent);
	free(mount->path);
	free(mount->host_path);
	free(mount);
}

void mounts_unref(struct mounts *mounts)
{
	/* Release and acquire: all uses come before the end. */
	if (!mounts || atomic_fetch_sub_explicit(&mounts->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < mounts->count; i++)
		mount_free(mounts->entry[i]);
	if (mounts->empty >= 0)
		close(mounts->empty);
	if (mounts->links >= 0)
		close(mounts->links);
	free(mounts->entry);
	free(mounts);
}

/* Adds a mount (taken over, on failure too) in its place, or instead of the one with the same point. */
static int add(struct mounts *mounts, struct mount *mount)
{
	struct mount **entry = realloc(mounts->entry, (mounts->count + 1) * sizeof(struct mount *));
	if (!entry) {
		mount_free(mount);
		return -ENOMEM;
	}
	mounts->entry = entry;
	size_t place = 0;
	while (place < mounts->count && entry[place]->length > mount->length)
		place++;
	size_t same = place;
	while (same < mounts->count && strcmp(entry[same]->path, mount->path) != 0)
		same++;
	if (same < mounts->count) {
		mount_free(entry[same]);
		entry[same] = mount;
	} else {
		memmove(entry + place + 1, entry + place, (mounts->count - place) * sizeof *entry);
		entry[place] = mount;
		mounts->count++;
	}
	for (size_t i = 0; i < mounts->count; i++) {
		entry[i]->has_below = false;
		for (size_t j = 0; j < i; j++)
			if (entry[j]->length > entry[i]->length &&
			    path_is_below(entry[j]->path, entry[j]->length, entry[i]->path, entry[i]->length))
				entry[i]->has_below = true;
	}
	return 0;
}

/* Notes where the host has a single file, for open_single. */
static void find_parent(struct mount *mount)
{
	char path[PATH_MAX];
	const char *slash = strrchr(mount->host_path, '/');
	if (mount->is_directory || !slash || slash == mount->host_path)
		return;
	snprintf(path, sizeof path, "%.*s", (int)(slash - mount->host_path), mount->host_path);
	mount->parent = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	mount->name = slash + 1;
}

/* Makes a mount of an O_PATH descriptor (taken over, on failure too). */
static int add_descriptor(struct mounts *mounts, int fd, const char *path, bool read_only, bool placeholder)
{
	struct mount *mount = calloc(1, sizeof *mount);
	struct stat status;
	char host_path[PATH_MAX];
	if (!mount || fstat(fd, &status)) {
		int error = mount ? -errno : -ENOMEM;
		if (!placeholder)
			close(fd);
		free(mount);
		return error;
	}
	ssize_t length = readlink(file_host_path(fd).text, host_path, sizeof host_path);
	*mount = (struct mount){
		.mounts = mounts,
		.path = strdup(path),
		.length = strlen(path),
		.host_path = strndup(host_path, length > 0 ? (size_t)length : 0),
		.root = fd,
		.parent = -1,
		.device = status.st_dev,
		.inode = status.st_ino,
		.is_directory = S_ISDIR(status.st_mode),
		.read_only = read_only,
		.placeholder = placeholder,
	};
	if (!mount->path || !mount->host_path) {
		mount_free(mount);
		return -ENOMEM;
	}
	find_parent(mount);
	return add(mounts, mount);
}

/* A folder that holds nothing, can't be given anything and has no name: one of the host's that was removed.
 */
static int add_placeholder(struct mounts *mounts, const char *path)
{
	if (mounts->empty < 0) {
		const char *folder = getenv("TMPDIR");
		char name[PATH_MAX];
		if (snprintf(name, sizeof name, "%s/lind-XXXXXX", folder && *folder ? folder : "/tmp") >=
		    (int)sizeof name)
			return -ENAMETOOLONG;
		if (!mkdtemp(name))
			return -errno;
		chmod(name, 0755);
		mounts->empty = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		int error = -errno;
		rmdir(name);
		if (mounts->empty < 0)
			return error;
	}
	return add_descriptor(mounts, mounts->empty, path, true, true);
}

/* Makes `point` (PATH_SIZE bytes) the canonical form of `path`, with placeholders for what is missing on the
 * way. */
static int make_point(struct file_space *space, const char *path, char *point)
{
	size_t length = 0;
	point[0] = 0;
	for (const char *next = path + strspn(path, "/"); *next;) {
		size_t size = strcspn(next, "/");
		const char *after = next + size + strspn(next + size, "/");
		if (size == 2 && memcmp(next, "..", 2) == 0)
			return -EINVAL;
		if (size != 1 || *next != '.') {
			if (length + size + 2 > LIMIT_PATH)
				return -ENAMETOOLONG;
			point[length++] = '/';
			memcpy(point + length, next, size);
			length += size;
			point[length] = 0;
			struct mounts *mounts = space_mounts(space);
			int error = 0;
			struct file *folder =
				*after ? file_open(space, NULL, point, O_PATH | O_DIRECTORY, 0, &error)
				       : NULL;
			if (folder) {
				int64_t real =
					mount_path_of(mounts, folder->mount, folder->host, point, PATH_SIZE);
				length = real > 1 ? (size_t)real : 0;
				point[length] = 0;
				error = real < 0 ? (int)real : 0;
				file_unref(folder);
			} else if (*after && error == -ENOENT) {
				error = add_placeholder(mounts, point);
			}
			if (error)
				return error;
		}
		next = after;
	}
	return 0;
}

int file_space_mount(struct file_space *space, const char *host_path, const char *guest_path, bool read_only,
		     char *error, size_t error_size)
{
	char point[PATH_SIZE];
	cleanup_fd int fd = open(host_path, O_PATH | O_CLOEXEC);
	if (fd < 0) {
		int result = -errno;
		snprintf(error, error_size, "%s: %s", host_path, strerror(-result));
		return result;
	}
	int result = guest_path[0] == '/' ? make_point(space, guest_path, point) : -EINVAL;
	if (result == 0)
		result = add_descriptor(space_mounts(space), steal_fd(&fd), point, read_only, false);
	if (result < 0)
		snprintf(error, error_size, "cannot mount %s at %s: %s", host_path, guest_path,
			 result == -EINVAL ? "the guest's path must be absolute and without \"..\""
					   : strerror(-result));
	return result;
}

int file_space_hide(struct file_space *space, int host)
{
	struct mounts *mounts = space_mounts(space);
	char path[PATH_MAX], point[PATH_SIZE];
	ssize_t length = readlink(file_host_path(host).text, path, sizeof path - 1);
	if (length <= 0)
		return -errno;
	path[length] = 0;
	for (size_t i = 0; i < mounts->count; i++) {
		const struct mount *mount = mounts->entry[i];
		const char *below = mount->placeholder ? NULL : path_below(path, mount->host_path);
		if (!below)
			continue;
		if (snprintf(point, sizeof point, "%s%s", mount->path, below) >= (int)sizeof point)
			return -ENAMETOOLONG;
		if (!*point) /* it is the root itself */
			return -EBUSY;
		const struct mount *there = mounts_at(mounts, point, strlen(point));
		if (there && there != mount)
			continue; /* hidden already, or something else lies over it */
		int error = add_placeholder(mounts, point);
		if (error)
			return error;
		i = (size_t)-1; /* the list has changed */
	}
	return 0;
}

bool file_space_mount_at(struct file_space *space, size_t index, const char **guest_path, bool *read_only)
{
	const struct mounts *mounts = space_mounts(space);
	for (size_t i = mounts->count; i-- > 0;) {
		const struct mount *mount = mounts->entry[i];
		if (mount->placeholder || index--)
			continue;
		*guest_path = mount->length ? mount->path : "/";
		*read_only = mount->read_only;
		return true;
	}
	return false;
}

int file_space_mount_host(struct file_space *space, size_t index, bool *read_only)
{
	const struct mounts *mounts = space_mounts(space);
	if (index >= mounts->count)
		return -1;
	*read_only = mounts->entry[index]->read_only;
	return mounts->entry[index]->root;
}
