/* Every cancellation point: with a cancellation that waits already, and those that block, cancelled while
 * they do. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int empty[2], full[2], pair[2], listener, file, epoll, file2;
static sem_t ready, semaphore, one;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_t eternal;
static char buffer[70000];
static struct timespec nothing, hour = {3600, 0};

static void unlock(void *p)
{
	pthread_mutex_unlock(p);
}

static void *sleep_for_ever(void *p)
{
	while (1)
		pause();
	return p;
}

static struct timespec in_an_hour(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	t.tv_sec += 3600;
	return t;
}

#define POINT(name, ...)                                                                                     \
	static void do_##name(void)                                                                          \
	{                                                                                                    \
		__VA_ARGS__;                                                                                 \
	}
/* Those that block. */
POINT(read, read(empty[0], buffer, 1))
POINT(readv, readv(empty[0], &(struct iovec){buffer, 1}, 1))
POINT(write, write(full[1], buffer, sizeof buffer))
POINT(writev, writev(full[1], &(struct iovec){buffer, sizeof buffer}, 1))
POINT(pause, pause())
POINT(sleep, sleep(3600))
POINT(nanosleep, nanosleep(&hour, NULL))
POINT(clock_nanosleep, clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL))
POINT(poll, poll(&(struct pollfd){empty[0], POLLIN}, 1, -1))
POINT(ppoll, ppoll(&(struct pollfd){empty[0], POLLIN}, 1, NULL, NULL))
POINT(select, fd_set set; FD_ZERO(&set); FD_SET(empty[0], &set); select(empty[0] + 1, &set, NULL, NULL, NULL))
POINT(pselect, fd_set set; FD_ZERO(&set); FD_SET(empty[0], &set);
      pselect(empty[0] + 1, &set, NULL, NULL, NULL, NULL))
POINT(epoll_wait, epoll_wait(epoll, &(struct epoll_event){0}, 1, -1))
POINT(epoll_pwait, epoll_pwait(epoll, &(struct epoll_event){0}, 1, -1, NULL))
POINT(sem_wait, sem_wait(&semaphore))
POINT(sem_timedwait, struct timespec t = in_an_hour(CLOCK_REALTIME); sem_timedwait(&semaphore, &t))
POINT(sem_clockwait, struct timespec t = in_an_hour(CLOCK_MONOTONIC);
      sem_clockwait(&semaphore, CLOCK_MONOTONIC, &t))
POINT(cond_wait, pthread_mutex_lock(&mutex); pthread_cleanup_push(unlock, &mutex);
      while (1) pthread_cond_wait(&condition, &mutex); pthread_cleanup_pop(1))
POINT(join, pthread_join(eternal, NULL))
POINT(timedjoin, struct timespec t = in_an_hour(CLOCK_REALTIME); pthread_timedjoin_np(eternal, NULL, &t))
POINT(clockjoin, struct timespec t = in_an_hour(CLOCK_MONOTONIC);
      pthread_clockjoin_np(eternal, NULL, CLOCK_MONOTONIC, &t))
POINT(accept, accept(listener, NULL, NULL))
POINT(accept4, accept4(listener, NULL, NULL, 0))
POINT(recv, recv(pair[0], buffer, 1, 0))
POINT(recvfrom, recvfrom(pair[0], buffer, 1, 0, NULL, NULL))
POINT(recvmsg, struct iovec v = {buffer, 1}; struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
      recvmsg(pair[0], &m, 0))
POINT(sigwait, sigset_t set; int number; sigemptyset(&set); sigaddset(&set, SIGUSR2); sigwait(&set, &number))
POINT(sigwaitinfo, sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); sigwaitinfo(&set, NULL))
POINT(sigtimedwait, sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2);
      sigtimedwait(&set, NULL, &hour))
POINT(sigsuspend, sigset_t set; sigemptyset(&set); sigsuspend(&set))
POINT(open_fifo, open("fifo", O_RDONLY))
POINT(lockf, struct flock lock = {.l_type = F_WRLCK}; fcntl(file2, F_OFD_SETLKW, &lock))
/* Those that need a cancellation that waits. */
POINT(testcancel, pthread_testcancel())
POINT(open, close(open("file", O_RDWR)))
POINT(openat, close(openat(AT_FDCWD, "file", O_RDWR)))
POINT(creat, close(creat("file3", 0600)))
POINT(close, close(-1))
POINT(fcntl, struct flock lock = {.l_type = F_RDLCK}; fcntl(file, F_SETLKW, &lock))
POINT(fsync, fsync(file))
POINT(fdatasync, fdatasync(file))
POINT(pread, pread(file, buffer, 1, 0))
POINT(pwrite, pwrite(file, buffer, 1, 0))
POINT(preadv, preadv(file, &(struct iovec){buffer, 1}, 1, 0))
POINT(pwritev, pwritev(file, &(struct iovec){buffer, 1}, 1, 0))
POINT(msync, msync(buffer, 1, 99))
POINT(usleep, usleep(0))
POINT(nanosleep_0, nanosleep(&nothing, NULL))
POINT(poll_0, poll(NULL, 0, 0))
POINT(select_0, struct timeval t = {0, 0}; select(0, NULL, NULL, NULL, &t))
POINT(sem_free, sem_wait(&one))
POINT(wait, wait(NULL))
POINT(waitpid, waitpid(-1, NULL, 0))
POINT(waitid, waitid(P_ALL, 0, NULL, WEXITED))
POINT(send, send(pair[0], buffer, 1, 0))
POINT(sendto, sendto(pair[0], buffer, 1, 0, NULL, 0))
POINT(sendmsg, struct iovec v = {buffer, 1}; struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
      sendmsg(pair[0], &m, 0))
POINT(connect, connect(-1, NULL, 0))
POINT(tcdrain, extern int tcdrain(int); tcdrain(-1))
POINT(system, system("true"))
/* And some that are none. */
POINT(getpid, getpid())
POINT(mutex, pthread_mutex_lock(&mutex); pthread_mutex_unlock(&mutex))
POINT(lseek, lseek(file, 0, SEEK_SET))
POINT(trywait, sem_trywait(&semaphore))
POINT(sched_yield, sched_yield())

static const struct point {
	const char *name;
	void (*function)(void);
} blocking[] =
	{
#define ENTRY(name) {#name, do_##name}
		ENTRY(read),          ENTRY(readv),       ENTRY(write),     ENTRY(writev),
		ENTRY(pause),         ENTRY(sleep),       ENTRY(nanosleep), ENTRY(clock_nanosleep),
		ENTRY(poll),          ENTRY(ppoll),       ENTRY(select),    ENTRY(pselect),
		ENTRY(epoll_wait),    ENTRY(epoll_pwait), ENTRY(sem_wait),  ENTRY(sem_timedwait),
		ENTRY(sem_clockwait), ENTRY(cond_wait),   ENTRY(join),      ENTRY(timedjoin),
		ENTRY(clockjoin),     ENTRY(accept),      ENTRY(accept4),   ENTRY(recv),
		ENTRY(recvfrom),      ENTRY(recvmsg),     ENTRY(sigwait),   ENTRY(sigwaitinfo),
		ENTRY(sigtimedwait),  ENTRY(sigsuspend),  ENTRY(open_fifo), ENTRY(lockf),
},
  immediate[] = {
	  ENTRY(testcancel), ENTRY(open),        ENTRY(openat),    ENTRY(creat),   ENTRY(close),
	  ENTRY(fcntl),      ENTRY(fsync),       ENTRY(fdatasync), ENTRY(pread),   ENTRY(pwrite),
	  ENTRY(preadv),     ENTRY(pwritev),     ENTRY(msync),     ENTRY(usleep),  ENTRY(nanosleep_0),
	  ENTRY(poll_0),     ENTRY(select_0),    ENTRY(sem_free),  ENTRY(wait),    ENTRY(waitpid),
	  ENTRY(waitid),     ENTRY(send),        ENTRY(sendto),    ENTRY(sendmsg), ENTRY(connect),
	  ENTRY(tcdrain),    ENTRY(system),      ENTRY(getpid),    ENTRY(mutex),   ENTRY(lseek),
	  ENTRY(trywait),    ENTRY(sched_yield),
};

static int cleaned;

static void clean(void *p)
{
	cleaned += *(int *)p;
}

static void *with_pending(void *p)
{
	int count = 1;
	const struct point *point = p;
	pthread_cleanup_push(clean, &count);
	pthread_cancel(pthread_self());
	point->function();
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *while_blocked(void *p)
{
	int count = 1;
	const struct point *point = p;
	pthread_cleanup_push(clean, &count);
	sem_post(&ready);
	point->function();
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cleanup_pop(0);
	return NULL;
}

static void check(const struct point *point, int pending)
{
	pthread_t t;
	void *result;
	cleaned = 0;
	MUST(pthread_create(&t, NULL, pending ? with_pending : while_blocked, (void *)point) == 0);
	if (!pending) {
		while (sem_wait(&ready))
			;
		usleep(500);
		MUST(pthread_cancel(t) == 0);
	}
	MUST(pthread_join(t, &result) == 0);
	printf("%s%s: %s, cleaned %d\n", point->name, pending ? "" : " blocked",
	       result == PTHREAD_CANCELED ? "cancelled" : "no", cleaned);
}

int main(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	MUST(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
	MUST(sem_init(&ready, 0, 0) == 0 && sem_init(&semaphore, 0, 0) == 0 && sem_init(&one, 0, 1) == 0);
	MUST(pipe(empty) == 0 && pipe(full) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	fcntl(full[1], F_SETFL, O_NONBLOCK);
	while (write(full[1], buffer, 4096) > 0)
		;
	fcntl(full[1], F_SETFL, 0);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	MUST(bind(listener, (void *)&name, sizeof name) == 0 && listen(listener, 1) == 0);
	MUST((epoll = epoll_create1(0)) >= 0 && mkfifo("fifo", 0600) == 0);
	MUST((file = open("file", O_RDWR | O_CREAT, 0600)) >= 0 && (file2 = open("file", O_RDWR)) >= 0);
	struct flock lock = {.l_type = F_WRLCK};
	MUST(fcntl(file, F_OFD_SETLK, &lock) == 0);
	MUST(pthread_create(&eternal, NULL, sleep_for_ever, NULL) == 0);
	for (size_t i = 0; i < sizeof blocking / sizeof *blocking; i++)
		check(&blocking[i], 0);
	lock.l_type = F_UNLCK;
	MUST(fcntl(file, F_OFD_SETLK, &lock) == 0);
	for (size_t i = 0; i < sizeof blocking / sizeof *blocking; i++)
		check(&blocking[i], 1);
	for (size_t i = 0; i < sizeof immediate / sizeof *immediate; i++)
		check(&immediate[i], 1);
	int value;
	SHOW(sem_getvalue(&one, &value));
	SHOW(value);
	SHOW_ERROR(pthread_mutex_trylock(&mutex));
	SHOW_ERROR(pthread_tryjoin_np(eternal, NULL));
	SHOW_ERROR(pthread_cancel(eternal));
	SHOW_ERROR(pthread_join(eternal, NULL));
	unlink("socket");
	return 0;
}
