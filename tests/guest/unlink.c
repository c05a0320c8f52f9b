/* unlink, remove, and files that live on while they are open. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	struct stat st;
	SHOW(write(fd, "still here", 10));
	SHOW(link("file", "second"));
	SHOW(fstat(fd, &st));
	SHOW(st.st_nlink);
	SHOW(unlink("file"));
	SHOW(unlink("second"));
	SHOW(fstat(fd, &st));
	SHOW(st.st_nlink);
	char text[20] = "";
	SHOW(pread(fd, text, sizeof(text), 0));
	puts(text);
	SHOW(close(fd));

	SHOW(unlink("file"));
	SHOW(unlink(""));
	SHOW(unlink("."));
	SHOW(unlink("/"));
	SHOW(unlink((char *)4));
	SHOW(mkdir("folder", 0755));
	SHOW(unlink("folder"));
	SHOW(close(creat("folder/x", 0644)));
	SHOW(remove("folder"));
	SHOW(unlink("folder/x/y"));
	SHOW(unlink("folder/x/"));
	SHOW(remove("folder/x"));
	SHOW(remove("folder"));
	SHOW(remove("folder"));
	SHOW(symlink("nowhere", "dangling"));
	SHOW(unlink("dangling/"));
	SHOW(unlink("dangling"));
	SHOW(unlinkat(AT_FDCWD, "x", 12345));
	SHOW(unlinkat(-5, "x", 0));
	return 0;
}
