/*
 * Reading by mapping, writing through a temporary file beside the output.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"

int file_map(const char *path, struct span *file)
{
	int error = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	struct stat st;
	void *p = NULL;
	if (fstat(fd, &st) != 0)
		error = -errno;
	else if (S_ISDIR(st.st_mode))
		error = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		error = -EINVAL;
	else if (st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		error = -errno;
	close(fd);
	if (!error)
		*file = (struct span){p, (size_t)st.st_size, 0};
	return error;
}

void file_unmap(struct span file)
{
	if (file.size)
		munmap((void *)(uintptr_t)file.data, file.size);
}

static int write_all(int fd, const struct buffer *content)
{
	size_t done = 0;
	while (done < content->size) {
		ssize_t n = write(fd, content->data + done, content->size - done);
		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int write_in_place(const char *path, const struct buffer *content)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int error = write_all(fd, content);
	if (close(fd) != 0 && !error)
		error = -errno;
	return error;
}

static int write_executable(int fd, const struct buffer *content)
{
	mode_t mask = umask(0);
	umask(mask);
	int error = write_all(fd, content);
	if (!error && fchmod(fd, 0777 & ~mask) != 0)
		error = -errno;
	if (close(fd) != 0 && !error)
		error = -errno;
	return error;
}

int file_replace(const char *path, const struct buffer *content)
{
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : write_in_place(path, content);

	static const char suffix[] = ".XXXXXX";
	size_t size = strlen(path) + sizeof(suffix);
	char *temporary = memory_resize(NULL, size, 1);
	snprintf(temporary, size, "%s%s", path, suffix);
	int error;
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		error = -errno;
	} else {
		error = write_executable(fd, content);
		if (!error && rename(temporary, path) != 0)
			error = -errno;
		if (error)
			unlink(temporary);
	}
	free(temporary);
	return error;
}
