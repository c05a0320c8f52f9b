/* lind-test: once */
/* lind-test: options=--limit all-mem=1G,procs=96,all-fds=900,fsize=16M */
/* lind-test: timeout=200 */
/* Takes all of everything there is, each in a process that then ends: the neighbours work on with what they
 * have, and afterwards all is there again. */
#include "attack.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

static void take_descriptors(void *unused)
{
	(void)unused;
	int pair[2];
	for (int i = 0; i < 5000; i++) {
		if (pipe(pair) && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) && eventfd(0, 0) < 0 &&
		    epoll_create1(0) < 0 && dup(1) < 0)
			break;
		timerfd_create(CLOCK_MONOTONIC, 0);
		open("/dev/null", O_RDONLY);
		syscall(SYS_memfd_create, "x", 0);
	}
}

static void *sleep_on(void *unused)
{
	pause();
	return unused;
}

static void take_threads(void *unused)
{
	pthread_t thread;
	(void)unused;
	for (int i = 0; i < 1000 && pthread_create(&thread, NULL, sleep_on, NULL) == 0; i++)
		;
}

static void take_processes(void *unused)
{
	(void)unused;
	for (int i = 0; i < 200; i++)
		if (fork() == 0)
			i = i < 100 ? 100 : i;
	alarm(2);
	pause();
}

static void take_memory(void *unused)
{
	(void)unused;
	for (size_t size = 256 << 20; size >= 4096; size /= 2)
		for (char *block; (block = mmap(NULL, size, PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED;)
			for (size_t at = 0; at < size; at += 1 << 20)
				block[at] = 1;
	for (int i = 0; i < 100000; i++) /* areas */
		mprotect((void *)(uintptr_t)(0x40000000 + i * 8192), 4096, PROT_READ);
}

static void take_disk(void *unused)
{
	static char block[1 << 20];
	char name[32];
	(void)unused;
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "/tmp/full-%d", i);
		int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		while (write(fd, block, sizeof block) > 0)
			;
		if (lseek(fd, 0, SEEK_END) > 16 << 20)
			escaped("a file is longer than it may be");
		close(fd);
		unlink(name);
	}
}

static void take_timers(void *unused)
{
	timer_t timer;
	struct itimerspec soon = {{0, 100000}, {0, 1}};
	(void)unused;
	signal(SIGALRM, SIG_IGN);
	for (int i = 0; i < 3000 && timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0; i++)
		timer_settime(timer, 0, &soon, NULL);
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (int i = 0; i < 5000; i++)
		sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
}

static void take_stack(void *depth)
{
	volatile char frame[4096];
	frame[0] = 1;
	if (depth)
		take_stack((void *)((uintptr_t)depth + (uintptr_t)frame[0]));
}

static void take_locks(void *unused)
{
	int fd = open("locked", O_RDWR | O_CREAT, 0600);
	struct flock lock = {.l_type = F_WRLCK, .l_len = 1};
	(void)unused;
	for (int i = 0; i < 100000 && fcntl(fd, F_SETLK, &lock) == 0; i++)
		lock.l_start += 2;
}

static void take_names(void *unused)
{
	char path[64];
	(void)unused;
	for (int i = 0; i < 2000; i++) {
		snprintf(path, sizeof path, "/tmp/name-%d", i);
		if (symlink(path, path) || open(path, O_RDONLY) >= 0)
			break;
	}
	for (int i = 0; i < 300 && mkdir("down", 0700) == 0 && chdir("down") == 0; i++)
		;
	open("../../../../../../down/down/down/down", O_RDONLY);
}

int main(void)
{
	static void (*const takes[])(void *) = {take_descriptors, take_threads, take_processes,
						take_memory,      take_disk,    take_timers,
						take_stack,       take_locks,   take_names};
	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++) {
		int status = apart(takes[i], (void *)1, 5);
		printf("%zu: %x\n", i, (unsigned)status);
		fflush(stdout);
		/* All is back: the same can be had as before. */
		void *block =
			mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		int pair[2], tries = 0;
		/* Processes that were left end by their alarms. */
		while (pipe(pair) && tries++ < 100)
			nanosleep(&(struct timespec){0, 100000000}, NULL);
		if (block == MAP_FAILED || tries > 100)
			escaped("what was taken is not given back");
		munmap(block, 64 << 20);
		close(pair[0]);
		close(pair[1]);
	}
	return end();
}
