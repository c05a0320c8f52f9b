/* fork: what the child has of its parent and what it has not, from any depth, children of children. */
/* lind-test: strace */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int global = 1;
static __thread int local = 2;

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Both sides see what was there, and then only their own. */
static void memory(void)
{
	int *heap = malloc(100000 * sizeof(int)), stack = 3;
	int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int *readonly = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	heap[99999] = 4;
	*shared = 5;
	*private = 6;
	*readonly = 7;
	mprotect(readonly, 4096, PROT_READ);
	pid_t pid = fork();
	if (pid == 0) {
		printf("child sees %d %d %d %d %d %d %d\n", global, local, stack, heap[99999], *shared,
		       *private, *readonly);
		global = local = stack = heap[99999] = *shared = *private = 50;
		char *more = malloc(1 << 20);
		memset(more, 1, 1 << 20);
		free(more);
		_exit(stack);
	}
	printf("exited with %d\n", wait_for(pid));
	printf("parent sees %d %d %d %d %d %d %d\n", global, local, stack, heap[99999], *shared, *private,
	       *readonly);
	free(heap);
}

static int deep(int depth)
{
	char room[200];
	memset(room, depth, sizeof room);
	if (depth == 0) {
		pid_t pid = fork();
		return pid == 0 ? 1000 : wait_for(pid);
	}
	int below = deep(depth - 1);
	for (size_t i = 0; i < sizeof room; i++)
		if (room[i] != (char)depth)
			_exit(99);
	if (below >= 1000 && depth == 100)
		_exit(below - 1000 + 42);
	return below;
}

static void ids(void)
{
	pid_t parent = getpid();
	pthread_t self = pthread_self();
	pid_t pid = fork();
	if (pid == 0) {
		int same = pthread_equal(self, pthread_self());
		_exit(getppid() == parent && getpid() != parent && syscall(SYS_gettid) == getpid() &&
		      gettid() == getpid() && getpgrp() == getpgid(parent) && getsid(0) == getsid(parent) &&
		      same);
	}
	printf("ids are right: %d, parent's: %d\n", wait_for(pid), getpid() == parent && gettid() == parent);
}

static volatile int signals;
static void count(int number)
{
	(void)number;
	signals++;
}

/* Handlers, masks and limits pass on, what is pending and timers do not. */
static void settings(void)
{
	struct sigaction action = {.sa_handler = count};
	sigset_t mask, pending;
	struct itimerval timer = {.it_value.tv_sec = 1000}, old;
	struct rlimit limit;
	stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536}, seen;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	raise(SIGHUP);
	setitimer(ITIMER_REAL, &timer, NULL);
	sigaltstack(&stack, NULL);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 77;
	setrlimit(RLIMIT_NOFILE, &limit);
	umask(027);
	pid_t pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_BLOCK, NULL, &mask);
		sigpending(&pending);
		getitimer(ITIMER_REAL, &old);
		sigaltstack(NULL, &seen);
		getrlimit(RLIMIT_NOFILE, &limit);
		raise(SIGUSR1);
		raise(SIGUSR2);
		printf("child: blocked %d, pending %d, timer %d, handled %d, stack %d, limit %d, umask %o\n",
		       sigismember(&mask, SIGHUP), sigismember(&pending, SIGHUP), old.it_value.tv_sec != 0,
		       signals, seen.ss_sp == stack.ss_sp && seen.ss_size == 65536, (int)limit.rlim_cur,
		       umask(0));
		_exit(0);
	}
	wait_for(pid);
	sigpending(&pending);
	getitimer(ITIMER_REAL, &old);
	printf("parent: pending %d, timer %d, handled %d\n", sigismember(&pending, SIGHUP),
	       old.it_value.tv_sec != 0, signals);
	timer.it_value.tv_sec = 0;
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Each generation makes the next. */
static int generations(int left)
{
	if (left == 0)
		return 0;
	pid_t pid = fork();
	if (pid == 0)
		_exit(generations(left - 1) + 1);
	return wait_for(pid);
}

int main(void)
{
	memory();
	printf("from the depth: %d\n", deep(200));
	ids();
	printf("generations: %d\n", generations(20));
	/* 2^5 processes from one loop. */
	int sum = 1;
	pid_t top = getpid();
	for (int i = 0; i < 5; i++) {
		pid_t pid = fork();
		if (pid == 0)
			sum = 1;
		else
			sum += wait_for(pid);
		if (pid == 0)
			continue;
	}
	if (getpid() != top)
		_exit(sum);
	printf("processes: %d\n", sum);
	/* exit runs the child's handlers and writes what stdio holds, in each process once. */
	setvbuf(stdout, NULL, _IOFBF, 4096);
	printf("[buffered]");
	pid_t pid = fork();
	if (pid == 0) {
		printf("[child]\n");
		exit(5);
	}
	printf("[parent %d]\n", wait_for(pid));
	fflush(stdout);
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	settings();
	return 0;
}
