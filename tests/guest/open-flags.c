/* What the flags of open do, and what F_GETFL tells of them afterwards. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void put(const char *path, int flags, const char *text)
{
	int fd = open(path, flags, 0644);
	MUST(fd >= 0);
	MUST(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	MUST(close(fd) == 0);
}

static void print(const char *path)
{
	char text[100];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text));
	printf("%s: %.*s\n", path, (int)n, text);
	close(fd);
}

static void flags(const char *what, int wanted)
{
	int fd = open("file", wanted, 0644);
	int got = fcntl(fd, F_GETFL) & ~0100000; /* O_LARGEFILE, always set by 64-bit kernels */
	printf("%s: %s%s%s%s%s cloexec %d\n", what,
	       (got & O_ACCMODE) == O_RDWR     ? "rdwr"
	       : (got & O_ACCMODE) == O_WRONLY ? "wronly"
					       : "rdonly",
	       got & O_APPEND ? " append" : "", got & O_NONBLOCK ? " nonblock" : "",
	       got & O_SYNC ? " sync" : "", got & (O_CREAT | O_EXCL | O_TRUNC) ? " kept!" : "",
	       fcntl(fd, F_GETFD));
	close(fd);
}

int main(void)
{
	put("file", O_WRONLY | O_CREAT, "0123456789");
	print("file");
	put("file", O_WRONLY, "abc");
	print("file");
	put("file", O_WRONLY | O_APPEND, "END");
	print("file");
	put("file", O_WRONLY | O_TRUNC, "short");
	print("file");

	int fd = open("file", O_RDWR | O_APPEND);
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(write(fd, "+1", 2));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(pwrite(fd, "XX", 2, 0)); /* Linux appends */
	print("file");
	SHOW(fcntl(fd, F_SETFL, 0));
	SHOW(pwrite(fd, "YY", 2, 0));
	print("file");
	close(fd);

	flags("rdonly", O_RDONLY);
	flags("append", O_WRONLY | O_APPEND);
	flags("creat trunc", O_RDWR | O_CREAT | O_TRUNC);
	flags("nonblock", O_RDWR | O_NONBLOCK);
	flags("sync", O_RDWR | O_SYNC);
	flags("cloexec", O_RDWR | O_CLOEXEC);

	umask(027);
	SHOW(close(open("masked", O_WRONLY | O_CREAT, 0777)));
	SHOW(close(creat("created", 0666)));
	SHOW(umask(0));
	SHOW(close(open("setgid", O_WRONLY | O_CREAT, 04755)));

	fd = open("file", O_PATH);
	char c;
	SHOW(read(fd, &c, 1));
	struct stat st;
	SHOW(fstat(fd, &st));
	close(fd);
	fd = open(".", O_RDWR | O_TMPFILE, 0600);
	if (fd >= 0) {
		SHOW(write(fd, "hidden", 6));
		SHOW(fstat(fd, &st));
		SHOW(st.st_nlink);
	}
	return 0;
}
