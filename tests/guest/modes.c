/* Permissions: chmod, fchmod, fchmodat, umask, access, faccessat, chown to oneself. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned mode(const char *path)
{
	struct stat st;
	return lstat(path, &st) ? 0 : st.st_mode;
}

int main(void)
{
	SHOW(umask(077));
	SHOW(umask(022));
	int fd = open("file", O_RDWR | O_CREAT, 0666);
	printf("%o\n", mode("file"));
	SHOW(chmod("file", 0400));
	printf("%o\n", mode("file"));
	SHOW(fchmod(fd, 0751));
	printf("%o\n", mode("file"));
	SHOW(chmod("file", 06755));
	printf("%o\n", mode("file"));
	SHOW(symlink("file", "link"));
	SHOW(chmod("link", 0640));
	printf("%o %o\n", mode("file"), mode("link"));
	SHOW(fchmodat(AT_FDCWD, "file", 0600, 0));
	printf("%o\n", mode("file"));
	SHOW(chmod("none", 0600));
	SHOW(chmod("", 0600));
	SHOW(chmod("file/x", 0600));
	SHOW(chmod((char *)4, 0600));
	SHOW(fchmod(99, 0600));

	SHOW(access("file", F_OK));
	SHOW(access("file", R_OK | W_OK));
	SHOW(access("file", X_OK));
	SHOW(access("none", F_OK));
	SHOW(access("file", 99));
	SHOW(access("file/x", F_OK));
	SHOW(access((char *)4, F_OK));
	SHOW(faccessat(AT_FDCWD, "file", R_OK, 0));
	SHOW(faccessat(AT_FDCWD, "file", R_OK, AT_EACCESS));
	SHOW(faccessat(AT_FDCWD, "file", R_OK, 0x4000000));
	SHOW(euidaccess("file", W_OK));
	SHOW(chmod("file", 0711));
	SHOW(access("file", X_OK));

	SHOW(chown("file", getuid(), getgid()));
	SHOW(chown("file", -1, -1));
	SHOW(lchown("link", -1, getgid()));
	SHOW(fchown(fd, getuid(), -1));
	SHOW(fchownat(AT_FDCWD, "link", -1, -1, AT_SYMLINK_NOFOLLOW));
	SHOW(chown("none", -1, -1));
	SHOW(fchown(99, -1, -1));
	struct stat st;
	MUST(fstat(fd, &st) == 0);
	SHOW(st.st_uid == getuid());
	SHOW(st.st_uid == geteuid());

	SHOW(mkdir("closed", 0700));
	SHOW(close(creat("closed/inside", 0600)));
	SHOW(chmod("closed", 01777));
	printf("%o\n", mode("closed"));
	SHOW(fchmodat(AT_FDCWD, "closed", 0755, AT_SYMLINK_NOFOLLOW) == 0 || errno == EOPNOTSUPP);
	return 0;
}
