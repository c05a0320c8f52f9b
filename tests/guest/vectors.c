/* readv, writev and their relatives with offsets: empty parts, limits, bad addresses. */
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	struct iovec v[3] = {{"Hello", 5}, {NULL, 0}, {", world", 7}};
	SHOW(writev(fd, v, 3));
	SHOW(writev(fd, v, 0));
	SHOW(writev(fd, v, -1));
	SHOW(writev(fd, v, IOV_MAX + 1));
	SHOW(writev(99, v, 3));
	SHOW(writev(fd, (struct iovec *)8, 1));
	struct iovec bad[2] = {{"ok", 2}, {(void *)16, 4}};
	SHOW(pwritev(fd, bad, 2, 100) > 0 || errno == EFAULT);
	SHOW(ftruncate(fd, 12));
	char a[4] = "", b[20] = "";
	struct iovec r[2] = {{a, 3}, {b, 19}};
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(readv(fd, r, 2));
	printf("%s|%s\n", a, b);
	SHOW(readv(fd, r, 2));
	SHOW(preadv(fd, r, 2, 5));
	printf("%s|%.4s\n", a, b);
	SHOW(pwritev(fd, v, 3, 7));
	SHOW(preadv(fd, r, 2, -1));
	SHOW(preadv2(fd, r, 2, 0, 0));
	SHOW(preadv2(fd, r, 2, 0, 1 << 30));
	SHOW(pwritev2(fd, v, 1, 3, 0));
	SHOW(lseek(fd, 0, SEEK_CUR));
	struct iovec many[IOV_MAX];
	for (int i = 0; i < IOV_MAX; i++)
		many[i] = (struct iovec){"abcdefgh" + i % 8, 1};
	int wide = open("wide", O_RDWR | O_CREAT, 0644);
	SHOW(writev(wide, many, IOV_MAX));
	char back[IOV_MAX];
	SHOW(pread(wide, back, sizeof(back), 0));
	SHOW(memcmp(back, "abcdefghabcdefgh", 16));
	SHOW(read(fd, (void *)24, 4));
	SHOW(write(fd, (void *)24, 4));
	SHOW(pread(fd, (void *)24, 4, 0));
	SHOW(read(fd, NULL, 0));
	SHOW(write(fd, NULL, 0));
	int pipes[2];
	MUST(pipe(pipes) == 0);
	SHOW(writev(pipes[1], v, 3));
	SHOW(readv(pipes[0], r, 2));
	SHOW(pwritev(pipes[1], v, 3, 0));
	return 0;
}
