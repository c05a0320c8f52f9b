/* Times of files: utimensat, futimens, utime, utimes, before 1970 and past 2038. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static void show(const char *path)
{
	struct stat st;
	MUST(lstat(path, &st) == 0);
	printf("%s: accessed %lld.%09ld modified %lld.%09ld\n", path, (long long)st.st_atim.tv_sec,
	       (long)st.st_atim.tv_nsec, (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec);
}

static int recent(const char *path)
{
	struct stat st;
	MUST(stat(path, &st) == 0);
	long long ago = time(NULL) - st.st_mtime;
	return ago >= -2 && ago < 60;
}

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	SHOW(recent("file"));
	struct timespec times[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
	SHOW(utimensat(AT_FDCWD, "file", times, 0));
	show("file");
	times[0].tv_nsec = UTIME_OMIT;
	times[1] = (struct timespec){4102444800, 5};
	SHOW(futimens(fd, times));
	show("file");
	times[0] = (struct timespec){-1000, 0};
	times[1].tv_nsec = UTIME_OMIT;
	SHOW(futimens(fd, times));
	show("file");
	times[1].tv_nsec = UTIME_NOW;
	SHOW(futimens(fd, times));
	SHOW(recent("file"));
	times[0].tv_nsec = 1000000000;
	SHOW(futimens(fd, times));
	times[0].tv_nsec = -1;
	SHOW(futimens(fd, times));
	SHOW(futimens(99, NULL));
	SHOW(utimensat(AT_FDCWD, "none", NULL, 0));
	SHOW(syscall(SYS_utimensat, AT_FDCWD, "file", 8, 0));
	SHOW(symlink("file", "link"));
	times[0] = times[1] = (struct timespec){77777, 0};
	SHOW(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
	show("link");
	SHOW(utimensat(AT_FDCWD, "link", times, 0x80000));
	struct utimbuf old = {1234, 5678};
	SHOW(utime("file", &old));
	show("file");
	SHOW(utime("file", NULL));
	SHOW(recent("file"));
	struct timeval micro[2] = {{12, 345678}, {34, 567890}};
	SHOW(utimes("file", micro));
	show("file");
	micro[0].tv_usec = 1000000;
	SHOW(utimes("file", micro));
	micro[0].tv_usec = 1;
	SHOW(futimes(fd, micro));
	show("file");
	SHOW(lutimes("link", micro));
	show("link");
	MUST(write(fd, "x", 1) == 1);
	SHOW(recent("file"));
	struct stat st;
	MUST(fstat(fd, &st) == 0);
	SHOW(st.st_ctim.tv_sec >= 1600000000);
	return 0;
}
