/* Which calls a handler ends with EINTR, and which are made again after one with SA_RESTART, as signal(7)
 * lists them. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Atomic int stop;
static void (*volatile release)(void);

static void handler(int number)
{
	(void)number;
}

static int pipes[2], full[2], pair[2], listener, lock_file, event, timer, watch, signals, set;
static sem_t semaphore;
static pid_t child;
static char name[64];
static const struct timespec second = {30, 0};

/* What the second thread does once the handler has run: it lets the call that was made again succeed. */
static void writes_pipe(void)
{
	write(pipes[1], "x", 1);
}
static void drains(void)
{
	static char buffer[65536];
	while (read(full[0], buffer, sizeof buffer) > 0)
		;
}
static void writes_pair(void)
{
	write(pair[1], "x", 1);
}
static void connects(void)
{
	int peer = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, name);
	connect(peer, (void *)&address, sizeof address);
	close(peer);
}
static void posts(void)
{
	sem_post(&semaphore);
}
static void kills_child(void)
{
	kill(child, SIGKILL);
}
static void signals_event(void)
{
	eventfd_write(event, 1);
}
static void sets_timer(void)
{
	struct itimerspec now = {.it_value = {0, 1}};
	timerfd_settime(timer, 0, &now, NULL);
}
static void makes_file(void)
{
	close(creat("watched/new", 0600));
	unlink("watched/new");
}
static void raises_other(void)
{
	kill(getpid(), SIGUSR2);
}
static void opens_fifo(void)
{
	int other = open("fifo", O_WRONLY);
	usleep(1000);
	close(other);
}
static void unlocks(void)
{
	flock(lock_file, LOCK_UN);
}

static char byte;
static int status;
static sigset_t other;

static int fill(void)
{
	static char buffer[1 << 17];
	return write(full[1], buffer, sizeof buffer);
}
static int reads(void)
{
	return read(pipes[0], &byte, 1);
}
static int receives(void)
{
	return recv(pair[0], &byte, 1, 0);
}
static int receives_message(void)
{
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	return recvmsg(pair[0], &message, 0);
}
static int receives_in_time(void)
{
	struct timeval limit = {30, 0}, none = {0};
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	int result = recv(pair[0], &byte, 1, 0), error = errno;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
	errno = error;
	return result;
}
static int accepts(void)
{
	int got = accept(listener, NULL, NULL);
	if (got >= 0)
		close(got);
	return got < 0 ? got : 1;
}
static int waits_semaphore(void)
{
	return sem_wait(&semaphore);
}
static int waits_semaphore_in_time(void)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 30;
	return sem_timedwait(&semaphore, &until);
}
static void make_child(void)
{
	fflush(stdout);
	child = fork();
	if (child == 0)
		for (;;)
			pause();
}
static int waits_child(void)
{
	return waitpid(child, &status, 0) > 0 ? 1 : -1;
}
static int waits_child_id(void)
{
	siginfo_t info;
	return waitid(P_PID, (id_t)child, &info, WEXITED);
}
static int sleeps(void)
{
	return nanosleep(&second, NULL);
}
static int sleeps_by_clock(void)
{
	errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &second, NULL);
	return errno ? -1 : 0;
}
static int sleeps_until(void)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 30;
	errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	return errno ? -1 : 0;
}
static int sleeps_seconds(void)
{
	return sleep(30) > 20 ? 77 : 0;
}
static int polls(void)
{
	struct pollfd one = {pipes[0], POLLIN, 0};
	return poll(&one, 1, 30000);
}
static int polls_masked(void)
{
	struct pollfd one = {pipes[0], POLLIN, 0};
	return ppoll(&one, 1, NULL, &other);
}
static int selects(void)
{
	fd_set reading;
	struct timeval limit = {30, 0};
	FD_ZERO(&reading);
	FD_SET(pipes[0], &reading);
	return select(pipes[0] + 1, &reading, NULL, NULL, &limit);
}
static int selects_masked(void)
{
	fd_set reading;
	FD_ZERO(&reading);
	FD_SET(pipes[0], &reading);
	return pselect(pipes[0] + 1, &reading, NULL, NULL, &second, &other);
}
static int waits_events(void)
{
	struct epoll_event got;
	return epoll_wait(set, &got, 1, 30000);
}
static int waits_events_masked(void)
{
	struct epoll_event got;
	return epoll_pwait(set, &got, 1, 30000, &other);
}
static int suspends(void)
{
	return sigsuspend(&other);
}
static int waits_signal(void)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	return sigwaitinfo(&mask, NULL) == SIGUSR2 ? 1 : -1;
}
static int waits_signal_in_time(void)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	return sigtimedwait(&mask, NULL, &second) == SIGUSR2 ? 1 : -1;
}
static int reads_event(void)
{
	eventfd_t value;
	return eventfd_read(event, &value);
}
static int reads_timer(void)
{
	unsigned long long value;
	return read(timer, &value, sizeof value) == sizeof value ? 1 : -1;
}
static int reads_watch(void)
{
	char buffer[4096];
	return read(watch, buffer, sizeof buffer) > 0 ? 1 : -1;
}
static int reads_signal(void)
{
	struct signalfd_siginfo info;
	return read(signals, &info, sizeof info) == sizeof info ? 1 : -1;
}
static int opens(void)
{
	int got = open("fifo", O_RDONLY);
	if (got >= 0)
		close(got);
	return got < 0 ? got : 1;
}
static int locks(void)
{
	int again = open("locked", O_RDWR);
	int result = flock(again, LOCK_EX), error = errno;
	close(again);
	errno = error;
	return result;
}
static int locks_record(void)
{
	struct flock whole = {.l_type = F_WRLCK};
	int again = open("recorded", O_RDWR);
	int result = fcntl(again, F_SETLKW, &whole), error = errno;
	close(again);
	errno = error;
	return result;
}

static const struct {
	const char *name;
	int (*call)(void);
	void (*release)(void);
	void (*before)(void);
} calls[] = {
	{"read of a pipe", reads, writes_pipe},
	{"write to a pipe", fill, drains},
	{"recv", receives, writes_pair},
	{"recvmsg", receives_message, writes_pair},
	{"recv with SO_RCVTIMEO", receives_in_time},
	{"accept", accepts, connects},
	{"sem_wait", waits_semaphore, posts},
	{"sem_timedwait", waits_semaphore_in_time},
	{"waitpid", waits_child, kills_child, make_child},
	{"waitid", waits_child_id, kills_child, make_child},
	{"nanosleep", sleeps},
	{"clock_nanosleep", sleeps_by_clock},
	{"clock_nanosleep until", sleeps_until},
	{"sleep", sleeps_seconds},
	{"pause", pause},
	{"poll", polls},
	{"ppoll", polls_masked},
	{"select", selects},
	{"pselect", selects_masked},
	{"epoll_wait", waits_events},
	{"epoll_pwait", waits_events_masked},
	{"sigsuspend", suspends},
	{"sigwaitinfo", waits_signal},
	{"sigtimedwait", waits_signal_in_time},
	{"read of an eventfd", reads_event, signals_event},
	{"read of a timerfd", reads_timer, sets_timer},
	{"read of an inotify", reads_watch, makes_file},
	{"read of a signalfd", reads_signal, raises_other},
	{"open of a fifo", opens, opens_fifo},
	{"flock", locks, unlocks},
	{"fcntl F_SETLKW", locks_record, kills_child},
};

/* Sends signals until the call has ended. One that is made again never does: after a while it gets what it
 * waits for. */
static void *disturber(void *to)
{
	const struct timespec pause_time = {0, 5000000};
	for (int i = 0; !stop; i++) {
		nanosleep(&pause_time, NULL);
		if (i < 20 || !release)
			pthread_kill(*(pthread_t *)to, SIGUSR1);
		else if (i == 20)
			release();
	}
	return NULL;
}

static void prepare(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(name, sizeof name, "socket");
	strcpy(address.sun_path, name);
	MUST(pipe(pipes) == 0 && pipe2(full, 0) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	fcntl(full[0], F_SETFL, O_NONBLOCK);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	MUST(bind(listener, (void *)&address, sizeof address) == 0 && listen(listener, 5) == 0);
	MUST(sem_init(&semaphore, 0, 0) == 0);
	event = eventfd(0, 0);
	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	watch = inotify_init();
	MUST(mkdir("watched", 0700) == 0 && inotify_add_watch(watch, "watched", IN_CREATE) >= 0);
	MUST(mkfifo("fifo", 0600) == 0);
	lock_file = open("locked", O_RDWR | O_CREAT, 0600);
	close(creat("recorded", 0600));
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signals = signalfd(-1, &mask, 0);
	other = mask;
	set = epoll_create1(0);
	struct epoll_event in = {.events = EPOLLIN};
	epoll_ctl(set, EPOLL_CTL_ADD, pipes[0], &in);
}

/* A child holds a record lock until it is killed. */
static void hold_record(void)
{
	int ready[2];
	MUST(pipe(ready) == 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct flock whole = {.l_type = F_WRLCK};
		fcntl(open("recorded", O_RDWR), F_SETLK, &whole);
		write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	MUST(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
}

static void try(unsigned i, int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	pthread_t self = pthread_self(), thread;
	sigset_t blocked, old;

	MUST(sigaction(SIGUSR1, &action, NULL) == 0);
	stop = 0;
	release = flags ? calls[i].release : NULL;
	if (calls[i].before)
		calls[i].before();
	if (calls[i].call == locks)
		flock(lock_file, LOCK_EX);
	if (calls[i].call == locks_record)
		hold_record();
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	MUST(pthread_create(&thread, NULL, disturber, &self) == 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = 0;
	int result = calls[i].call(), error = errno;
	stop = 1;
	pthread_join(thread, NULL);
	printf("%s, %s: %s\n", calls[i].name, flags ? "SA_RESTART" : "plain",
	       result == -1   ? error_name(error)
	       : result == 77 ? "time left"
			      : "goes on");
	if (result == -1 && (calls[i].release == kills_child))
		kill(child, SIGKILL);
	if (child > 0 && calls[i].release == kills_child)
		waitpid(child, NULL, 0);
	drains();
}

int main(void)
{
	prepare();
	for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
		try(i, 0);
		try(i, SA_RESTART);
	}
	unlink("socket");
	unlink("fifo");
	unlink("locked");
	unlink("recorded");
	rmdir("watched");
	return 0;
}
