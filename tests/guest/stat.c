/* What stat, fstat, lstat, fstatat and statx tell of files of each type. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void show(const char *name, const struct stat *st)
{
	printf("%s: %s %o links %d size %lld\n", name,
	       S_ISREG(st->st_mode)    ? "file"
	       : S_ISDIR(st->st_mode)  ? "folder"
	       : S_ISLNK(st->st_mode)  ? "link"
	       : S_ISCHR(st->st_mode)  ? "char"
	       : S_ISFIFO(st->st_mode) ? "fifo"
				       : "other",
	       st->st_mode & 07777, S_ISDIR(st->st_mode) ? 0 : (int)st->st_nlink,
	       S_ISDIR(st->st_mode) ? 0LL : (long long)st->st_size);
}

int main(void)
{
	struct stat st, other;
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	MUST(write(fd, "12345", 5) == 5);
	MUST(mkdir("folder", 0751) == 0 && symlink("file", "link") == 0);
	SHOW(mkfifo("fifo", 0640));
	SHOW(mkfifo("fifo", 0640));
	SHOW(stat("file", &st));
	show("file", &st);
	SHOW(fstat(fd, &other));
	SHOW(st.st_ino == other.st_ino && st.st_dev == other.st_dev);
	SHOW(stat("folder", &st));
	show("folder", &st);
	SHOW(lstat("link", &st));
	show("link", &st);
	SHOW(stat("link", &st));
	show("link followed", &st);
	SHOW(stat("fifo", &st));
	show("fifo", &st);
	SHOW(stat("/dev/null", &st));
	SHOW(S_ISCHR(st.st_mode));
	SHOW(major(st.st_rdev));
	SHOW(minor(st.st_rdev));
	int pipes[2];
	MUST(pipe(pipes) == 0);
	SHOW(fstat(pipes[0], &st));
	SHOW(S_ISFIFO(st.st_mode));
	SHOW(fstatat(AT_FDCWD, "link", &st, AT_SYMLINK_NOFOLLOW));
	SHOW(S_ISLNK(st.st_mode));
	SHOW(fstatat(fd, "", &st, AT_EMPTY_PATH));
	SHOW(st.st_size);
	SHOW(fstatat(fd, "", &st, 0));
	SHOW(fstatat(fd, "x", &st, 0));
	SHOW(fstatat(AT_FDCWD, "file", &st, 0x8000000));
	SHOW(stat("none", &st));
	SHOW(stat("", &st));
	SHOW(stat("file/x", &st));
	SHOW(stat((char *)4, &st));
	SHOW(syscall(4, "file", (struct stat *)8)); /* stat: past libc, which would write itself */
	SHOW(fstat(99, &st));
	SHOW(lstat("link/", &st));

	struct statx x;
	SHOW(statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &x));
	SHOW((x.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
	SHOW(x.stx_size);
	printf("%o\n", x.stx_mode);
	SHOW(x.stx_nlink);
	SHOW(statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &x));
	SHOW(x.stx_size);
	SHOW(statx(AT_FDCWD, "none", 0, STATX_SIZE, &x));
	SHOW(statx(99, "x", 0, STATX_SIZE, &x));
	MUST(stat("file", &st) == 0);
	SHOW(st.st_blksize >= 512);
	SHOW(st.st_blocks <= 64);
	return 0;
}
