/* poll, ppoll, select, pselect, epoll, eventfd, timerfd over pipes and files. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int p[2];

static void *write_later(void *arg)
{
	usleep(10000);
	write(p[1], "!", 1);
	return arg;
}

static int late(int (*wait)(void))
{
	pthread_t t;
	char c;
	MUST(pthread_create(&t, NULL, write_later, NULL) == 0);
	int n = wait();
	pthread_join(t, NULL);
	MUST(read(p[0], &c, 1) == 1);
	return n;
}

static int by_poll(void)
{
	return poll(&(struct pollfd){p[0], POLLIN, 0}, 1, -1);
}

static int by_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(p[0], &set);
	return select(p[0] + 1, &set, NULL, NULL, NULL);
}

static int ep;

static int by_epoll(void)
{
	struct epoll_event e;
	int n = epoll_wait(ep, &e, 1, -1);
	return n * 1000 + (int)e.data.u64;
}

int main(void)
{
	MUST(pipe(p) == 0);
	int file = open("file", O_RDWR | O_CREAT, 0644);
	struct pollfd fds[4] = {
		{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}, {file, POLLIN | POLLOUT, 0}, {99, POLLIN, 0}};
	SHOW(poll(fds, 4, 0));
	for (int i = 0; i < 4; i++)
		printf("%x ", fds[i].revents);
	puts("");
	fds[3].fd = -1;
	SHOW(poll(fds + 3, 1, 5));
	SHOW(poll(NULL, 0, 5));
	SHOW(poll(fds, 1, 10));
	SHOW(write(p[1], "x", 1));
	SHOW(poll(fds, 1, -1));
	printf("%x\n", fds[0].revents);
	struct timespec t = {0, 5000000};
	SHOW(ppoll(fds, 2, &t, NULL));
	t.tv_nsec = -1;
	SHOW(ppoll(fds, 2, &t, NULL));
	SHOW(poll((struct pollfd *)8, 1, 0));

	fd_set in, out;
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(p[0], &in);
	FD_SET(p[1], &out);
	struct timeval tv = {0, 5000};
	SHOW(select(10, &in, &out, NULL, &tv));
	printf("%d %d\n", FD_ISSET(p[0], &in), FD_ISSET(p[1], &out));
	char c;
	MUST(read(p[0], &c, 1) == 1);
	FD_SET(p[0], &in);
	tv = (struct timeval){0, 5000};
	SHOW(select(p[0] + 1, &in, NULL, NULL, &tv));
	SHOW(FD_ISSET(p[0], &in));
	FD_ZERO(&in);
	FD_SET(60, &in); /* Linux looks at no descriptor beyond its table, whose least size is 64 */
	SHOW(select(61, &in, NULL, NULL, &tv));
	SHOW(select(-1, NULL, NULL, NULL, &tv));
	tv.tv_sec = -1;
	SHOW(select(0, NULL, NULL, NULL, &tv));
	t = (struct timespec){0, 1000000};
	SHOW(pselect(0, NULL, NULL, NULL, &t, NULL));
	sigset_t none;
	sigemptyset(&none);
	SHOW(pselect(0, NULL, NULL, NULL, &t, &none));

	ep = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event e = {EPOLLIN, {.u64 = 7}}, got[4];
	SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, file, &e));
	SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &e));
	SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, p[1], &e));
	SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &e));
	SHOW(epoll_wait(ep, got, 4, 0));
	SHOW(late(by_poll));
	SHOW(late(by_select));
	SHOW(late(by_epoll));
	e = (struct epoll_event){EPOLLOUT | EPOLLONESHOT, {.u64 = 0x123456789abcdefULL}};
	SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, p[1], &e));
	SHOW(epoll_wait(ep, got, 4, 100));
	printf("%x %llx\n", got[0].events, (unsigned long long)got[0].data.u64);
	SHOW(epoll_wait(ep, got, 4, 0));
	SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, p[1], NULL));
	SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, p[1], NULL));
	SHOW(epoll_wait(ep, got, 0, 0));
	SHOW(epoll_wait(p[0], got, 1, 0));
	SHOW(epoll_create(0));
	SHOW(epoll_pwait(ep, got, 1, 1, NULL));

	int ev = eventfd(3, EFD_NONBLOCK);
	uint64_t value = 4;
	SHOW(write(ev, &value, 8));
	SHOW(read(ev, &value, 8));
	SHOW(value);
	SHOW(read(ev, &value, 8));
	SHOW(write(ev, &value, 4));
	SHOW(eventfd(0, 0x40000000));
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	struct itimerspec when = {{0, 0}, {0, 5000000}}, left;
	SHOW(timerfd_settime(timer, 0, &when, NULL));
	SHOW(timerfd_gettime(timer, &left));
	SHOW(left.it_value.tv_nsec <= 5000000);
	struct pollfd timed = {timer, POLLIN, 0};
	SHOW(poll(&timed, 1, 5000));
	SHOW(read(timer, &value, 8));
	SHOW(value);
	SHOW(read(timer, &value, 8));
	return 0;
}
