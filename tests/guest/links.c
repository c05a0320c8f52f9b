/* Hard and symbolic links: link, linkat, symlink, readlink, chains, loops, lstat, realpath. */
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static void show_link(const char *path, size_t size)
{
	char target[100];
	memset(target, '#', sizeof(target));
	errno = 0;
	ssize_t n = readlink(path, target, size);
	if (n < 0)
		printf("readlink %s: %s\n", path, error_name(errno));
	else
		printf("readlink %s: %zd %.*s then %c\n", path, n, (int)n, target, target[n]);
}

int main(void)
{
	struct stat st;
	MUST(close(creat("file", 0644)) == 0);
	MUST(mkdir("folder", 0755) == 0);
	SHOW(symlink("file", "a"));
	SHOW(symlink("a", "b"));
	SHOW(symlink("../file", "folder/up"));
	SHOW(symlink("", "empty"));
	SHOW(symlink("x", "a"));
	SHOW(symlink("x", "none/a"));
	SHOW(symlink("x", ""));
	SHOW(symlink((char *)4, "fault"));
	show_link("a", 100);
	show_link("a", 2);
	show_link("a", 0);
	show_link("file", 100);
	show_link("folder", 100);
	show_link("none", 100);
	show_link("file/x", 100);
	SHOW(readlink("a", (char *)4, 10));
	SHOW(stat("b", &st));
	SHOW(S_ISREG(st.st_mode));
	SHOW(lstat("b", &st));
	SHOW(S_ISLNK(st.st_mode));
	SHOW(st.st_size);
	printf("%o\n", st.st_mode & 07777);
	SHOW(stat("folder/up", &st));

	char from[20], to[20];
	strcpy(to, "file");
	for (int i = 0; i < 45; i++) {
		sprintf(from, "chain%02d", i);
		MUST(symlink(to, from) == 0);
		strcpy(to, from);
	}
	SHOW(stat("chain39", &st));
	SHOW(stat("chain40", &st));
	SHOW(symlink("p", "q"));
	SHOW(symlink("q", "p"));
	SHOW(open("p", O_RDONLY));
	SHOW(open("p", O_RDWR | O_CREAT, 0644));
	SHOW(chmod("p", 0600));
	SHOW(lstat("p", &st));

	SHOW(link("file", "hard"));
	SHOW(link("file", "hard"));
	SHOW(link("none", "x"));
	SHOW(link("folder", "x"));
	SHOW(link("file", "none/x"));
	SHOW(link("a", "hard-to-link"));
	SHOW(lstat("hard-to-link", &st));
	SHOW(S_ISLNK(st.st_mode));
	SHOW(linkat(AT_FDCWD, "a", AT_FDCWD, "hard-followed", AT_SYMLINK_FOLLOW));
	SHOW(lstat("hard-followed", &st));
	SHOW(S_ISREG(st.st_mode));
	SHOW(st.st_nlink);
	int fd = open("folder", O_RDONLY | O_DIRECTORY);
	char target[20] = "";
	SHOW(readlinkat(fd, "up", target, sizeof(target)));
	puts(target);
	SHOW(symlinkat("elsewhere", fd, "made"));
	SHOW(linkat(AT_FDCWD, "file", fd, "hard", 0));
	SHOW(linkat(AT_FDCWD, "file", fd, "hard2", 0x40000000));

	char here[PATH_MAX], *found = realpath(".", NULL);
	MUST(found && getcwd(here, sizeof(here)));
	SHOW(strcmp(here, found));
	size_t length = strlen(here);
	const char *names[] = {"b",        "folder/up", "folder/../folder/./up",
			       "folder//", "/../..//",  "none",
			       "file/..",  "p",         "none/..",
			       "",         "dangling"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		errno = 0;
		char *real = realpath(names[i], here);
		printf("realpath %s: %s\n", names[i],
		       !real                          ? error_name(errno)
		       : strncmp(real, found, length) ? real
						      : real + length);
	}
	return 0;
}
