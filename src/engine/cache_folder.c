/*
 * cache_folder.c — the folder of the compile cache: where it is, whether it can be trusted, and that it does
 * not grow without end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <stdio.h>

#include "engine/internal.h"

#define CACHE_BYTES (INT64_C(1) << 30) /* what is kept at most */
#define CACHE_DAY   (24 * 60 * 60)
#define CACHE_UNFINISHED                                                                                     \
	(60 * 60) /* seconds after which a file that was never finished is nobody's any more */

int engine_cache_folder = -1;

/* Makes the folder and what is above it, as the XDG specification says: accessible to the user alone. */
static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	mkdir(path, 0700);
}

bool engine_cache_ours(const struct stat *status)
{
	return status->st_uid == geteuid() && (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Writes the folder's path; false: there is no place for it. */
static bool find_path(const char *chosen, char *path, size_t size)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length = -1;
	if (chosen)
		length = snprintf(path, size, "%s", chosen);
	else if (base && base[0] == '/')
		length = snprintf(path, size, "%s/lind", base);
	else if (home && home[0] == '/')
		length = snprintf(path, size, "%s/.cache/lind", home);
	return length > 0 && (size_t)length < size;
}

int engine_cache_descriptor(void)
{
	return engine_cache_folder;
}

void engine_cache_start(const char *chosen)
{
	char path[4096];
	struct stat status;
	if (!find_path(chosen, path, sizeof path)) {
		if (engine.verbose)
			engine_warn("no folder for compiled code (neither XDG_CACHE_HOME nor HOME is set): "
				    "programs are compiled at each start");
		return;
	}
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags);
	if (fd < 0 && errno == ENOENT) {
		make_folders(path);
		fd = open(path, flags);
	}
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR)) {
		engine_warn("%s: not a folder (or a symbolic link to one): compiled code is not kept", path);
	} else if (fd < 0) {
		/* A home folder that isn't there is nothing that each program need complain of; a folder that
		 * was asked for is. */
		if (engine.verbose || chosen || getenv("XDG_CACHE_HOME"))
			engine_warn("%s: %s: compiled code is not kept", path, strerror(errno));
	} else if (fstat(fd, &status) != 0 || !engine_cache_ours(&status)) {
		engine_warn("%s: others could have written to this folder: compiled code is neither taken "
			    "from it nor kept",
			    path);
		close(fd);
	} else {
		engine_cache_folder = fd;
	}
}

/* An entry's time of change says when it was last used, to the day. */
void engine_cache_used(int fd, const struct stat *status)
{
	if (time(NULL) - status->st_mtim.tv_sec > CACHE_DAY)
		futimens(fd, NULL);
}

struct entry {
	char name[80];
	time_t used;
	int64_t size;
};

/* The longest unused first. */
static int by_use(const void *a, const void *b)
{
	const struct entry *first = a, *second = b;
	return (first->used > second->used) - (first->used < second->used);
}

/* Lists the entries, and removes what was never finished. Returns their number, or 0 if it can't be told. */
static size_t list(DIR *listing, struct entry **out)
{
	size_t count = 0, room = 0;
	time_t now = time(NULL);
	struct stat status;
	for (struct dirent *file; (file = readdir(listing));) {
		if (fstatat(dirfd(listing), file->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(status.st_mode))
			continue;
		if (strncmp(file->d_name, ENGINE_CACHE_NEW, strlen(ENGINE_CACHE_NEW)) == 0) {
			if (now - status.st_mtim.tv_sec > CACHE_UNFINISHED)
				unlinkat(dirfd(listing), file->d_name, 0);
			continue;
		}
		if (strlen(file->d_name) >= sizeof(*out)->name)
			continue;
		if (count == room) {
			room = room ? 2 * room : 64;
			struct entry *larger = realloc(*out, room * sizeof **out);
			if (!larger)
				return 0;
			*out = larger;
		}
		struct entry *entry = *out + count++;
		strcpy(entry->name, file->d_name);
		entry->used = status.st_mtim.tv_sec;
		entry->size = status.st_size;
	}
	return count;
}

/* Runs after something was stored, which is rare and has taken longer. Whoever has a removed entry mapped
 * keeps it. */
void engine_cache_prune(void)
{
	int fd = openat(engine_cache_folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
	if (!listing) {
		if (fd >= 0)
			close(fd);
		return;
	}
	struct entry *entries = NULL;
	size_t count = list(listing, &entries);
	int64_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += entries[i].size;
	if (total > CACHE_BYTES)
		qsort(entries, count, sizeof *entries, by_use);
	for (size_t i = 0; i < count && total > CACHE_BYTES; i++) {
		unlinkat(dirfd(listing), entries[i].name, 0);
		total -= entries[i].size;
	}
	free(entries);
	closedir(listing);
}
