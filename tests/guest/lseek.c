/* File offsets: lseek in every direction, sparse files, holes, offsets past 4 GiB. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	char c = 0, block[16] = "";
	struct stat st;
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	MUST(write(fd, "0123456789", 10) == 10);
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(lseek(fd, 3, SEEK_SET));
	SHOW(read(fd, &c, 1));
	SHOW(c);
	SHOW(lseek(fd, -2, SEEK_CUR));
	SHOW(lseek(fd, -1, SEEK_END));
	SHOW(lseek(fd, -11, SEEK_END));
	SHOW(lseek(fd, -1, SEEK_SET));
	SHOW(lseek(fd, 0, 99));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(lseek(fd, 100, SEEK_END));
	SHOW(read(fd, &c, 1));
	SHOW(fstat(fd, &st));
	SHOW(st.st_size);
	SHOW(write(fd, "!", 1));
	SHOW(fstat(fd, &st));
	SHOW(st.st_size);
	SHOW(pread(fd, block, sizeof(block), 100));
	for (size_t i = 0; i < sizeof(block); i++)
		printf("%d ", block[i]);
	puts("");

	int big = open("big", O_RDWR | O_CREAT, 0644);
	SHOW(lseek(big, 5LL << 30, SEEK_SET));
	SHOW(write(big, "far", 3));
	SHOW(lseek(big, 0, SEEK_CUR));
	SHOW(lseek(big, 0, SEEK_END));
	SHOW(pread(big, block, 3, 5LL << 30));
	SHOW(fstat(big, &st));
	SHOW(st.st_size);
	SHOW(st.st_blocks < 1000);
	SHOW(lseek(big, 0, SEEK_DATA) > (4LL << 30));
	SHOW(lseek(big, 0, SEEK_HOLE));
	SHOW(lseek(big, 6LL << 30, SEEK_DATA));
	SHOW(lseek(big, 0x7fffffffffffffffLL, SEEK_SET));
	SHOW(lseek(big, 1, SEEK_END));
	SHOW(pread(big, block, 3, -1));
	SHOW(pwrite(big, block, 3, -5));
	SHOW(ftruncate(big, 0));

	int pipes[2];
	MUST(pipe(pipes) == 0);
	SHOW(lseek(pipes[0], 0, SEEK_CUR));
	SHOW(pread(pipes[0], block, 1, 0));
	SHOW(lseek(99, 0, SEEK_SET));
	int twin = dup(fd);
	SHOW(lseek(fd, 5, SEEK_SET));
	SHOW(lseek(twin, 0, SEEK_CUR));
	return 0;
}
