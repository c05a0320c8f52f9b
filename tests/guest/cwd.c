/* The current folder: getcwd, chdir, fchdir, after a move and after its removal. */
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *tail(void)
{
	static char here[PATH_MAX];
	if (!getcwd(here, sizeof(here)))
		return error_name(errno);
	return strrchr(here, '/');
}

int main(void)
{
	char small[2], *own;
	SHOW(getcwd(small, sizeof(small)) != NULL || errno != ERANGE);
	SHOW(getcwd(small, 0) != NULL || errno != EINVAL);
	SHOW((own = getcwd(NULL, 0)) != NULL);
	char *named = get_current_dir_name();
	SHOW(named && strcmp(own, named));
	puts(own);
	SHOW(mkdir("a", 0755));
	SHOW(mkdir("a/b", 0755));
	SHOW(chdir("a/b"));
	puts(tail());
	int fd = open(".", O_RDONLY | O_DIRECTORY);
	SHOW(chdir(".."));
	puts(tail());
	SHOW(chdir("./b/../b/."));
	puts(tail());
	SHOW(chdir("none"));
	SHOW(chdir(""));
	SHOW(chdir((char *)4));
	SHOW(close(creat("file", 0644)));
	SHOW(chdir("file"));
	SHOW(chdir("file/x"));
	SHOW(fchdir(99));
	int file = open("file", O_RDONLY);
	SHOW(fchdir(file));
	SHOW(chdir("../.."));
	SHOW(rename("a/b", "a/moved"));
	SHOW(fchdir(fd));
	puts(tail());
	SHOW(symlink("../..", "up"));
	SHOW(chdir("up"));
	SHOW(access("a/moved/file", F_OK));
	SHOW(mkdir("gone", 0755));
	SHOW(chdir("gone"));
	SHOW(rmdir("../gone"));
	puts(tail());
	SHOW(open("x", O_RDWR | O_CREAT, 0644));
	SHOW(open(".", O_RDONLY) >= 0);
	SHOW(chdir(own));
	SHOW(access("a", F_OK));
	SHOW(chdir("/"));
	puts(tail());
	SHOW(chdir("../../.."));
	puts(tail());
	return 0;
}
