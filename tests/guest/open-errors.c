/* Every error of open that a program can provoke without special rights. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	char longname[300], longpath[5000];
	memset(longname, 'n', sizeof(longname) - 1);
	longname[sizeof(longname) - 1] = 0;
	for (size_t i = 0; i < sizeof(longpath) - 1; i++)
		longpath[i] = i % 2 ? '/' : '.';
	longpath[sizeof(longpath) - 1] = 0;

	SHOW(open("file", O_WRONLY | O_CREAT | O_EXCL, 0644));
	SHOW(mkdir("folder", 0755));
	SHOW(symlink("loop", "loop"));
	SHOW(symlink("file", "link"));
	SHOW(symlink("nowhere", "dangling"));

	SHOW(open("none", O_RDONLY));
	SHOW(open("", O_RDONLY));
	SHOW(open("", O_RDWR | O_CREAT, 0644));
	SHOW(open("none/file", O_RDWR | O_CREAT, 0644));
	SHOW(open("file", O_RDWR | O_CREAT | O_EXCL, 0644));
	SHOW(open("dangling", O_RDWR | O_CREAT | O_EXCL, 0644));
	SHOW(open("dangling", O_RDONLY));
	SHOW(open("folder", O_RDWR));
	SHOW(open("folder", O_WRONLY));
	SHOW(open("folder", O_WRONLY | O_TRUNC));
	SHOW(open("folder", O_RDWR | O_CREAT, 0644));
	SHOW(open("file/x", O_RDONLY));
	SHOW(open("file/", O_RDONLY));
	SHOW(open("file/.", O_RDONLY));
	SHOW(open("file", O_RDONLY | O_DIRECTORY));
	SHOW(open("link", O_RDONLY | O_DIRECTORY));
	SHOW(open("link", O_RDONLY | O_NOFOLLOW));
	SHOW(open("loop", O_RDONLY));
	SHOW(open("loop/x", O_RDONLY));
	SHOW(open(longname, O_RDONLY));
	SHOW(open(longname, O_RDWR | O_CREAT, 0644));
	SHOW(open(longpath, O_RDONLY));
	SHOW(open("new/", O_RDWR | O_CREAT, 0644));
	SHOW(open((char *)8, O_RDONLY));
	SHOW(open(NULL, O_RDONLY));
	SHOW(openat(99, "file", O_RDONLY));
	SHOW(openat(3, "file", O_RDONLY));
	SHOW(openat(-1, "file", O_RDONLY));

	SHOW(open("dangling", O_WRONLY | O_CREAT, 0600));
	SHOW(access("nowhere", F_OK));
	SHOW(close(99));
	SHOW(close(-1));
	SHOW(read(99, longname, 1));
	SHOW(write(99, longname, 1));
	SHOW(read(3, longname, 1));
	int rd = open("file", O_RDONLY);
	SHOW(write(rd, "x", 1));
	int fd = open("folder", O_RDONLY);
	SHOW(read(fd, longname, 1));
	SHOW(openat(fd, "inside", O_RDWR | O_CREAT, 0640) > fd);
	return 0;
}
