/* Writing past RLIMIT_FSIZE ends the program by SIGXFSZ. */
/* lind-test: exit=153 */
#include "check.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
	struct rlimit core = {0, 0}, limit = {10, 10};
	setrlimit(RLIMIT_CORE, &core);
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	/* Standard output is a file too, and longer already. */
	ssize_t n = write(fd, "0123456789", 10);
	n += write(fd, "x", 1);
	(void)n;
	return 0;
}
