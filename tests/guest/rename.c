/* rename over everything that can stand in its way, renameat and renameat2. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	MUST(fd >= 0 && write(fd, text, strlen(text)) >= 0 && close(fd) == 0);
}

int main(void)
{
	make("a", "A");
	make("b", "B");
	SHOW(rename("a", "c"));
	SHOW(access("a", F_OK));
	SHOW(rename("c", "b"));
	SHOW(rename("b", "b"));
	SHOW(rename("none", "x"));
	SHOW(rename("b", ""));
	SHOW(rename("", "b"));
	SHOW(rename("b", "none/x"));
	SHOW(mkdir("d1", 0755));
	SHOW(mkdir("d2", 0755));
	make("d2/full", "F");
	SHOW(rename("b", "d1"));
	SHOW(rename("d1", "b"));
	SHOW(rename("d1", "d2"));
	SHOW(rename("d2", "d1"));
	SHOW(access("d1/full", F_OK));
	SHOW(rename("d1", "d1/sub"));
	SHOW(rename("d1", "d1"));
	SHOW(rename("d1/.", "x"));
	SHOW(rename("d1/..", "x"));
	SHOW(rename("b", "b/x"));
	SHOW(rename("b", "new/"));
	SHOW(rename("d1", "d3/"));
	SHOW(rename("b", (char *)32));
	SHOW(link("b", "hard"));
	SHOW(rename("b", "hard")); /* the same file: nothing happens */
	SHOW(access("b", F_OK));
	SHOW(symlink("b", "soft"));
	SHOW(rename("soft", "softer"));
	char target[10];
	SHOW(readlink("softer", target, sizeof(target)));

	int fd = open("d3", O_RDONLY | O_DIRECTORY);
	SHOW(renameat(fd, "full", AT_FDCWD, "moved"));
	SHOW(renameat(AT_FDCWD, "moved", fd, "back"));
	SHOW(renameat(99, "x", fd, "y"));
	SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "hard", RENAME_NOREPLACE));
	make("e", "E");
	SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "e", RENAME_EXCHANGE));
	SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "e", 1 << 20));
	SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "missing", RENAME_EXCHANGE));
	return 0;
}
