/* Descriptors: dup, dup2, dup3, F_DUPFD, flags, lowest numbers, what is shared and what is not. */
#include "check.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	SHOW(fd);
	SHOW(dup(fd));
	SHOW(dup2(fd, 10));
	SHOW(dup2(fd, fd));
	SHOW(dup2(99, 99));
	SHOW(dup2(99, 5));
	SHOW(dup2(fd, -1));
	SHOW(dup2(fd, 1 << 30));
	SHOW(dup3(fd, 11, O_CLOEXEC));
	SHOW(dup3(fd, fd, 0));
	SHOW(dup3(fd, 12, O_APPEND));
	SHOW(dup(99));
	SHOW(dup(-1));
	SHOW(fcntl(11, F_GETFD));
	SHOW(fcntl(10, F_GETFD));
	SHOW(fcntl(10, F_SETFD, FD_CLOEXEC));
	SHOW(fcntl(10, F_GETFD));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(fd, F_DUPFD, 20));
	SHOW(fcntl(fd, F_DUPFD, 20));
	SHOW(fcntl(fd, F_DUPFD_CLOEXEC, 20));
	SHOW(fcntl(22, F_GETFD));
	SHOW(fcntl(fd, F_DUPFD, -1));
	SHOW(fcntl(fd, F_DUPFD, 1 << 30));
	SHOW(fcntl(fd, 12345));
	SHOW(fcntl(99, F_GETFD));
	SHOW(write(fd, "abc", 3));
	SHOW(write(10, "def", 3));
	SHOW(lseek(20, 0, SEEK_CUR));
	SHOW(fcntl(20, F_SETFL, O_APPEND));
	SHOW(!!(fcntl(fd, F_GETFL) & O_APPEND));
	SHOW(close(fd));
	SHOW(write(10, "ghi", 3));
	SHOW(open("file", O_RDONLY));
	SHOW(lseek(3, 0, SEEK_CUR));
	SHOW(close(4));
	SHOW(close(4));
	SHOW(dup(0));
	SHOW(dup2(10, 4));

	struct rlimit limit = {30, 30};
	SHOW(setrlimit(RLIMIT_NOFILE, &limit));
	int opened = 0;
	while (dup(4) >= 0)
		opened++;
	printf("%d more, then %s\n", opened, error_name(errno));
	SHOW(open("file", O_RDONLY));
	SHOW(dup2(4, 30));
	SHOW(fcntl(4, F_DUPFD, 30));
	int pipes[2];
	SHOW(pipe(pipes));
	SHOW(close_range(20, 29, 0));
	SHOW(pipe(pipes));
	printf("%d %d\n", pipes[0], pipes[1]);
	return 0;
}
