/* Descriptors of others, by number, by name, through sockets. */
#include "attack.h"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

static void try_number(int fd)
{
	struct stat status;
	char byte;
	if (fstat(fd, &status) == 0 || read(fd, &byte, 1) >= 0 || write(fd, "x", 1) >= 0 || dup(fd) >= 0 ||
	    fcntl(fd, F_GETFL) >= 0 || lseek(fd, 0, SEEK_CUR) >= 0 ||
	    mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED || close(fd) == 0)
		escaped("descriptor %d is there", fd);
}

int main(void)
{
	int pair[2], set = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN};
	for (int fd = 4; fd < 5000; fd++) {
		try_number(fd);
		if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0)
			escaped("descriptor %d in a set", fd);
	}
	static const int odd[] = {-1, -100, INT32_MIN, INT32_MAX, 0x10000, 0x7fffff00};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		try_number(odd[i]);
	/* Sent through a socket, a number means the sender's own descriptor, and whoever receives gets no
	 * other. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return 2;
	for (int fd = 8; fd < 80; fd++) {
		union {
			struct cmsghdr header;
			char space[CMSG_SPACE(sizeof fd)];
		} control = {.header = {.cmsg_len = CMSG_LEN(sizeof fd),
					.cmsg_level = SOL_SOCKET,
					.cmsg_type = SCM_RIGHTS}};
		struct iovec part = {"x", 1};
		struct msghdr message = {.msg_iov = &part,
					 .msg_iovlen = 1,
					 .msg_control = &control,
					 .msg_controllen = sizeof control};
		memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
		if (sendmsg(pair[0], &message, 0) >= 0)
			escaped("descriptor %d can be sent", fd);
	}
	/* What was handed in for reading or writing stays so, by whatever name. */
	if (write(0, "x", 1) > 0 || ftruncate(0, 0) == 0)
		escaped("standard input can be written to");
	int anew = open("/dev/stdin", O_RDWR);
	if (anew >= 0 && write(anew, "x", 1) > 0) {
		struct stat status;
		if (fstat(anew, &status) == 0 && !S_ISCHR(status.st_mode))
			escaped("standard input can be opened for writing");
	}
	char byte = 'x';
	if (ioctl(0, TIOCSTI, &byte) == 0)
		escaped("a terminal's input can be filled");
	close_range(4, ~0U, 0);
	return end();
}
