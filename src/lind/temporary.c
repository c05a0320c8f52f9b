/* See temporary.h. A folder is locked (flock) as long as its run lives; one of ours that nobody has locked
 * was left behind by a run that was killed. */
#include "lind/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "lind-tmp-"
/* A folder this young may belong to a run that has not come to lock it yet. */
#define GRACE_SECONDS 60

static char path[PATH_MAX];
static int lock_fd = -1;

/* Empties the folder behind `fd`, which is closed. Guests may have made folders that their owner can't enter.
 */
static void empty(int fd)
{
	DIR *directory = fdopendir(fd);
	struct dirent *entry;

	if (!directory) {
		close(fd);
		return;
	}
	while ((entry = readdir(directory))) {
		int child;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) == 0 || (errno != EISDIR && errno != EPERM))
			continue;
		fchmodat(fd, entry->d_name, 0700, 0);
		child = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0)
			empty(child);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(directory);
}

static const char *parent(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder == '/' ? folder : "/tmp";
}

static void remove_stale(void)
{
	DIR *directory = opendir(parent());
	struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory))) {
		struct stat status;
		int fd;

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
		    status.st_mtime + GRACE_SECONDS < time(NULL) && flock(fd, LOCK_EX | LOCK_NB) == 0) {
			empty(dup(fd));
			unlinkat(dirfd(directory), entry->d_name, AT_REMOVEDIR);
		}
		close(fd);
	}
	closedir(directory);
}

/* Open to all, as the host's own /tmp. */
static bool make_open(char *out, size_t size, const char *name)
{
	if (snprintf(out, size, "%s/%s", path, name) >= (int)size) {
		errno = ENAMETOOLONG;
		return false;
	}
	return mkdir(out, 0700) == 0 && chmod(out, 01777) == 0;
}

bool temporary_make(struct temporary *out)
{
	int saved;

	remove_stale();
	if (snprintf(path, sizeof path, "%s/" PREFIX "XXXXXX", parent()) >= (int)sizeof path) {
		*path = 0;
		errno = ENAMETOOLONG;
		return false;
	}
	if (!mkdtemp(path)) {
		*path = 0;
		return false;
	}
	lock_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock_fd >= 0 && flock(lock_fd, LOCK_EX | LOCK_NB) == 0 &&
	    make_open(out->files, sizeof out->files, "tmp") &&
	    make_open(out->shared_memory, sizeof out->shared_memory, "shm"))
		return true;
	saved = errno;
	temporary_remove();
	errno = saved;
	return false;
}

int temporary_folder(void)
{
	return lock_fd;
}

const char *temporary_parent(void)
{
	return *path ? parent() : NULL;
}

void temporary_remove(void)
{
	if (!*path)
		return;
	if (lock_fd >= 0)
		empty(dup(lock_fd));
	rmdir(path);
	if (lock_fd >= 0)
		close(lock_fd);
	lock_fd = -1;
	*path = 0;
}
