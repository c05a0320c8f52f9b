/* mkdir and rmdir: modes, errors, and link counts. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned mode(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? st.st_mode : 0;
}

int main(void)
{
	char longname[300];
	memset(longname, 'd', sizeof(longname) - 1);
	longname[sizeof(longname) - 1] = 0;

	SHOW(mkdir("a", 0777));
	printf("mode %o\n", mode("a"));
	SHOW(mkdir("a", 0777));
	SHOW(mkdir("a/", 0777));
	SHOW(mkdir("a/b/", 0700));
	printf("mode %o\n", mode("a/b"));
	SHOW(mkdir("a/b/c/d", 0700));
	SHOW(mkdir("", 0700));
	SHOW(mkdir(".", 0700));
	SHOW(mkdir("a/..", 0700));
	SHOW(mkdir("/", 0700));
	SHOW(mkdir(longname, 0700));
	SHOW(mkdir((char *)16, 0700));
	SHOW(close(creat("file", 0644)));
	SHOW(mkdir("file", 0700));
	SHOW(mkdir("file/x", 0700));
	SHOW(symlink("target", "dangling"));
	SHOW(mkdir("dangling", 0700));
	SHOW(mkdir("sticky", 01777));
	printf("mode %o\n", mode("sticky"));

	SHOW(rmdir("a"));
	SHOW(rmdir("file"));
	SHOW(rmdir("none"));
	SHOW(rmdir(""));
	SHOW(rmdir("a/b/."));
	SHOW(rmdir("a/b/.."));
	SHOW(rmdir("file/x"));
	SHOW(rmdir("dangling"));
	SHOW(unlink("a"));
	SHOW(rmdir("a/b/"));
	SHOW(rmdir("a"));
	SHOW(rmdir("a"));
	SHOW(rmdir("sticky"));

	SHOW(mkdirat(AT_FDCWD, "at", 0755));
	int fd = open("at", O_RDONLY | O_DIRECTORY);
	SHOW(mkdirat(fd, "in", 0755));
	SHOW(mkdirat(fd, "in", 0755));
	SHOW(unlinkat(fd, "in", 0));
	SHOW(unlinkat(AT_FDCWD, "at", AT_REMOVEDIR));
	SHOW(unlinkat(fd, "in", AT_REMOVEDIR));
	SHOW(rmdir("at"));
	SHOW(mkdirat(fd, "orphan", 0755));
	return 0;
}
