/* A cage's view of the file system: the mounts, which all share, and what is a cage's own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/internal.h"
#include "file/slot.h"

struct file_space {
	struct mounts *mounts;
	struct slot directory;
	_Atomic mode_t umask;
};

struct mounts *space_mounts(struct file_space *space)
{
	return space->mounts;
}

static struct file_space *space_make(struct mounts *mounts, struct file *directory, mode_t mask)
{
	struct file_space *space = calloc(1, sizeof *space);
	if (!space || !directory) {
		free(space);
		if (directory)
			file_unref(directory);
		mounts_unref(mounts);
		return NULL;
	}
	space->mounts = mounts;
	slot_exchange(&space->directory, directory);
	atomic_init(&space->umask, mask);
	return space;
}

static struct mounts *mounts_new(const char *host_root, bool read_only, int *result)
{
	struct mounts *mounts = calloc(1, sizeof *mounts);
	struct mount *root = calloc(1, sizeof *root);
	struct mount **entry = calloc(1, sizeof(struct mount *));
	char *path = strdup(""), *host_path = realpath(host_root, NULL);
	int fd = open(host_root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	*result = fd < 0 ? -errno : 0;
	int links = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*result == 0 && links < 0)
		*result = -errno;
	if (*result == 0 && !(mounts && root && entry && path && host_path))
		*result = -ENOMEM;
	if (*result < 0) {
		if (fd >= 0)
			close(fd);
		if (links >= 0)
			close(links);
		free(mounts);
		free(root);
		free(entry);
		free(path);
		free(host_path);
		return NULL;
	}
	*root = (struct mount){.mounts = mounts,
			       .path = path,
			       .host_path = host_path,
			       .root = fd,
			       .parent = -1,
			       .is_directory = true,
			       .read_only = read_only};
	entry[0] = root;
	atomic_init(&mounts->references, 1);
	mounts->entry = entry;
	mounts->count = 1;
	mounts->empty = -1;
	mounts->links = links;
	return mounts;
}

struct file_space *file_space_new(const char *host_root, bool read_only, char *error, size_t error_size)
{
	int result;
	struct mounts *mounts = mounts_new(host_root, read_only, &result);
	if (!mounts) {
		const char *what =
			access("/proc/self/fd", F_OK) == 0 ? host_root : "/proc, which must be mounted";
		snprintf(error, error_size, "%s: %s", what, strerror(-result));
		return NULL;
	}
	int host = fcntl(mounts->entry[0]->root, F_DUPFD_CLOEXEC, 0);
	struct file *directory = host < 0 ? NULL : file_new(host, O_PATH | O_DIRECTORY);
	if (directory) {
		directory->mount = mounts->entry[0];
		directory->read_only = read_only;
	}
	struct file_space *space = space_make(mounts, directory, 022);
	if (!space)
		snprintf(error, error_size, "%s: %s", host_root, strerror(ENOMEM));
	return space;
}

struct file_space *file_space_copy(struct file_space *space)
{
	atomic_fetch_add_explicit(&space->mounts->references, 1, memory_order_relaxed);
	return space_make(space->mounts, file_space_directory(space), file_space_umask(space));
}

void file_space_free(struct file_space *space)
{
	if (!space)
		return;
	file_unref(slot_exchange(&space->directory, NULL));
	mounts_unref(space->mounts);
	free(space);
}

struct file *file_space_directory(struct file_space *space)
{
	return slot_get(&space->directory);
}

int file_space_chdir(struct file_space *space, struct file *directory)
{
	struct stat status;
	if (fstat(directory->host, &status))
		return -errno;
	if (!S_ISDIR(status.st_mode))
		return -ENOTDIR;
	if (!mounts_has(space->mounts, directory->mount))
		return -EACCES; /* handed in from outside: nothing leads from it into the view */
	if (faccessat(directory->host, ".", X_OK, 0))
		return -errno;
	file_unref(slot_exchange(&space->directory, file_ref(directory)));
	return 0;
}

int64_t file_space_working_directory(struct file_space *space, char *out, size_t size)
{
	struct file *directory = file_space_directory(space);
	int64_t length = file_space_path_of(space, directory, out, size);
	/* The host says so of a folder that was removed; but one may be named like that. */
	static const char mark[] = " (deleted)";
	struct stat status;
	if (length > (int64_t)sizeof mark && strcmp(out + length - (sizeof mark - 1), mark) == 0 &&
	    (fstat(directory->host, &status) || status.st_nlink == 0))
		length = -ENOENT;
	file_unref(directory);
	return length;
}

int64_t file_space_path_of(struct file_space *space, struct file *file, char *out, size_t size)
{
	if (file->mount && !mounts_has(space->mounts, file->mount))
		return -ENOENT;
	if (file->special) {
		size_t length = strlen(file->special);
		if (length >= size)
			return -ERANGE;
		memcpy(out, file->special, length + 1);
		return (int64_t)length;
	}
	return mount_path_of(space->mounts, file->mount, file->host, out, size);
}

mode_t file_space_umask(struct file_space *space)
{
	return atomic_load_explicit(&space->umask, memory_order_relaxed);
}

mode_t file_space_set_umask(struct file_space *space, mode_t mask)
{
	return atomic_exchange_explicit(&space->umask, mask & 0777, memory_order_relaxed);
}
