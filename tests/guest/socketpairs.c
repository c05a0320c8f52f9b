/* Socket pairs: streams, datagrams, shutdown, messages in parts, descriptors passed along. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
	int s[2], d[2];
	char text[50] = "";
	SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	SHOW(send(s[0], "stream", 6, 0));
	SHOW(recv(s[1], text, 3, MSG_PEEK));
	SHOW(recv(s[1], text, sizeof(text), 0));
	puts(text);
	SHOW(recv(s[1], text, 1, MSG_DONTWAIT));
	SHOW(shutdown(s[0], SHUT_WR));
	SHOW(recv(s[1], text, 1, 0));
	signal(SIGPIPE, SIG_IGN);
	SHOW(send(s[0], "x", 1, 0));
	SHOW(write(s[1], "back", 4));
	SHOW(read(s[0], text, 10));
	SHOW(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, d));
	SHOW(fcntl(d[0], F_GETFD));
	SHOW(send(d[0], "one", 3, 0));
	SHOW(send(d[0], "second", 6, 0));
	SHOW(recv(d[1], text, 2, MSG_TRUNC));
	SHOW(recv(d[1], text, sizeof(text), 0));

	struct iovec v[2] = {{"part", 4}, {"s", 1}};
	int passed = open("file", O_RDWR | O_CREAT, 0644);
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr m = {
		.msg_iov = v, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &passed, sizeof(int));
	SHOW(sendmsg(d[0], &m, 0));
	memset(&control, 0, sizeof(control));
	v[0] = (struct iovec){text, 2};
	v[1] = (struct iovec){text + 10, 10};
	SHOW(recvmsg(d[1], &m, 0));
	printf("%.2s %.3s flags %x\n", text, text + 10, m.msg_flags);
	c = CMSG_FIRSTHDR(&m);
	MUST(c && c->cmsg_type == SCM_RIGHTS);
	int got;
	memcpy(&got, CMSG_DATA(c), sizeof(int));
	SHOW(got > passed);
	SHOW(write(got, "written", 7));
	SHOW(lseek(passed, 0, SEEK_CUR));
	int type = 0;
	socklen_t length = sizeof(type);
	SHOW(getsockopt(d[0], SOL_SOCKET, SO_TYPE, &type, &length));
	SHOW(type == SOCK_DGRAM);
	SHOW(getsockopt(passed, SOL_SOCKET, SO_TYPE, &type, &length));
	SHOW(socketpair(AF_INET, SOCK_STREAM, 0, d));
	SHOW(socketpair(AF_UNIX, 77, 0, d));
	return 0;
}
