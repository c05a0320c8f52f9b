/* Signals read from a descriptor, alone and among others in poll, select and epoll; what a descriptor shows
 * and when. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fd;

static int ready(void)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	return poll(&one, 1, 0) == 1 && one.revents == POLLIN;
}

static void show(const struct signalfd_siginfo *info)
{
	printf("%s code %d, own pid %d, int %d\n", sigabbrev_np(info->ssi_signo) ?: "RT",
	       info->ssi_code == SI_USER    ? 0
	       : info->ssi_code == SI_QUEUE ? 1
	       : info->ssi_code == SI_TKILL ? 2
	       : info->ssi_code == SI_TIMER ? 3
					    : 4,
	       info->ssi_pid == (unsigned)getpid(), info->ssi_int);
}

static int take(void)
{
	struct signalfd_siginfo info;
	ssize_t got = read(fd, &info, sizeof info);
	if (got != sizeof info) {
		printf("read gives %d %s\n", (int)got, error_name(errno));
		return -1;
	}
	show(&info);
	return (int)info.ssi_signo;
}

static void *sends_later(void *to)
{
	struct timespec pause = {0, 20000000};
	nanosleep(&pause, NULL);
	if (to)
		pthread_kill(*(pthread_t *)to, SIGUSR2);
	else
		kill(getpid(), SIGUSR1);
	return NULL;
}

static volatile int handled;

static void handler(int number)
{
	(void)number;
	handled++;
}

int main(void)
{
	sigset_t mask, both;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigaddset(&mask, SIGUSR2);
	sigaddset(&mask, SIGRTMIN);
	sigaddset(&mask, SIGCHLD);
	sigaddset(&mask, SIGKILL);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	MUST(fd >= 0);
	SHOW(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	SHOW(fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK));
	SHOW(ready());
	SHOW(take());
	SHOW(kill(getpid(), SIGUSR1));
	SHOW(raise(SIGUSR2));
	SHOW(ready());
	SHOW(take() == SIGUSR1);
	SHOW(ready());
	SHOW(take() == SIGUSR2);
	SHOW(ready());
	SHOW(take());

	/* Queued, with values, in order; several in one read. */
	for (int i = 0; i < 5; i++)
		SHOW(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}));
	struct signalfd_siginfo several[4];
	SHOW(read(fd, several, sizeof several) == sizeof several);
	for (int i = 0; i < 4; i++)
		show(&several[i]);
	SHOW(read(fd, several, sizeof *several - 1));
	struct iovec parts[2] = {{several, 100}, {(char *)several + 100, 100}};
	SHOW(readv(fd, parts, 2) == sizeof *several);
	show(several);
	SHOW(write(fd, several, sizeof *several));
	SHOW(lseek(fd, 0, SEEK_SET));

	/* Who takes a signal otherwise takes it from here too. */
	kill(getpid(), SIGUSR1);
	SHOW(ready());
	SHOW(sigwaitinfo(&mask, NULL) == SIGUSR1);
	SHOW(ready());
	kill(getpid(), SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	SHOW(ready());
	signal(SIGUSR1, handler);
	kill(getpid(), SIGUSR1);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &both, NULL);
	printf("handled %d, ready %d\n", handled, ready());
	sigprocmask(SIG_BLOCK, &both, NULL);

	/* Another set for the same descriptor. */
	kill(getpid(), SIGUSR1);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR2);
	SHOW(signalfd(fd, &both, 0) == fd);
	SHOW(ready());
	SHOW(signalfd(fd, &mask, 0) == fd);
	SHOW(ready());
	SHOW(take() == SIGUSR1);

	/* epoll, select, and sleeping reads and polls. */
	int set = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = 4711}, got = {0};
	SHOW(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
	SHOW(epoll_wait(set, &got, 1, 0));
	pthread_t thread, self = pthread_self();
	pthread_create(&thread, NULL, sends_later, NULL);
	SHOW(epoll_wait(set, &got, 1, -1));
	printf("%d %d\n", got.events == EPOLLIN, got.data.fd);
	SHOW(take() == SIGUSR1);
	SHOW(epoll_wait(set, &got, 1, 0));
	pthread_join(thread, NULL);
	pthread_create(&thread, NULL, sends_later, &self);
	fd_set reads;
	FD_ZERO(&reads);
	FD_SET(fd, &reads);
	SHOW(select(fd + 1, &reads, NULL, NULL, NULL));
	SHOW(take() == SIGUSR2);
	pthread_join(thread, NULL);
	fcntl(fd, F_SETFL, 0);
	pthread_create(&thread, NULL, sends_later, NULL);
	SHOW(take() == SIGUSR1);
	pthread_join(thread, NULL);

	/* Children, theirs and ours. */
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		kill(getpid(), SIGUSR2);
		_exit(take() == SIGUSR2 ? 5 : 6);
	}
	SHOW(take() == SIGCHLD);
	int status;
	SHOW(waitpid(child, &status, 0) == child);
	printf("child %d\n", WEXITSTATUS(status));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	SHOW(ready());

	puts("errors");
	SHOW(signalfd(-1, &mask, 4711));
	SHOW(signalfd(0, &mask, 0));
	SHOW(signalfd(99, &mask, 0));
	SHOW(syscall(SYS_signalfd4, -1, &mask, 4, 0));
	SHOW(syscall(SYS_signalfd4, -1, NULL, 8, 0));
	kill(getpid(), SIGUSR1);
	SHOW(read(fd, (void *)8, sizeof *several));
	SHOW(close(fd));
	SHOW(epoll_wait(set, &got, 1, 0));
	return 0;
}
