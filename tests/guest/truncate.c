/* truncate, ftruncate, fallocate, and the zeros that they make. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static long long size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) ? -1 : st.st_size;
}

int main(void)
{
	char text[8] = "xxxxxxx";
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	MUST(write(fd, "abcdef", 6) == 6);
	SHOW(ftruncate(fd, 3));
	SHOW(size_of("file"));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(truncate("file", 8));
	SHOW(pread(fd, text, 8, 0));
	for (int i = 0; i < 8; i++)
		printf("%d ", text[i]);
	puts("");
	SHOW(write(fd, "Z", 1));
	SHOW(ftruncate(fd, -1));
	SHOW(truncate("none", 1));
	SHOW(truncate("", 1));
	SHOW(truncate(".", 1));
	SHOW(truncate("file/x", 1));
	SHOW(truncate("file", -1));
	SHOW(truncate((char *)12, 1));
	int rd = open("file", O_RDONLY);
	SHOW(ftruncate(rd, 1));
	SHOW(ftruncate(99, 1));
	int pipes[2];
	MUST(pipe(pipes) == 0);
	SHOW(ftruncate(pipes[1], 1));
	SHOW(truncate("file", 3LL << 32));
	SHOW(size_of("file"));
	SHOW(truncate("file", 4));
	SHOW_ERROR(posix_fallocate(fd, 0, 1000));
	SHOW(size_of("file"));
	SHOW_ERROR(posix_fallocate(fd, -1, 1000));
	SHOW_ERROR(posix_fallocate(fd, 0, 0));
	SHOW_ERROR(posix_fallocate(99, 0, 10));
	SHOW_ERROR(posix_fallocate(rd, 0, 10));
	SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 100000));
	SHOW(size_of("file"));
	SHOW(fsync(fd));
	SHOW(fdatasync(fd));
	SHOW(fsync(99));
	SHOW(fsync(pipes[0]));
	SHOW_ERROR(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
	SHOW_ERROR(posix_fadvise(pipes[0], 0, 0, POSIX_FADV_SEQUENTIAL));
	SHOW(truncate("file", 10));
	return 0;
}
