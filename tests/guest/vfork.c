/* vfork: the child runs over its parent's memory while the parent sleeps; no fork handlers; exec and _exit
 * end it. */
/* lind-test: strace */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;
static volatile int shared;
static char order[100];

static void handler(void)
{
	strcat(order, " handler");
}

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* What happened in the child has happened when the parent goes on. */
static void seen(void)
{
	volatile int here = 1;
	volatile int *heap = calloc(1000, sizeof *heap);
	pid_t pid = vfork();
	if (pid == 0) {
		shared = 5;
		here = 6;
		heap[999] = 7;
		for (int i = 0; i < 1000; i++)
			sched_yield();
		shared++;
		_exit(3);
	}
	printf("the child left %d %d %d\n", shared, here, heap[999]);
	free((void *)heap);
	SHOW(wait_for(pid));
}

/* A child that uses much of the stack, from some depth. */
static int fill(int depth)
{
	volatile char room[500];
	memset((char *)room, depth, sizeof room);
	return depth == 0 ? 0 : fill(depth - 1) + (room[499] == (char)depth);
}

static int deep(int depth)
{
	char room[100];
	memset(room, depth, sizeof room);
	int result;
	if (depth == 0) {
		pid_t pid = vfork();
		if (pid == 0)
			_exit(fill(100));
		result = wait_for(pid);
	} else {
		result = deep(depth - 1);
	}
	for (size_t i = 0; i < sizeof room; i++)
		if (room[i] != (char)depth)
			return -1;
	return result;
}

static pid_t run(const char *program)
{
	volatile int error = 0;
	pid_t pid = vfork();
	if (pid == 0) {
		execl(program, "vfork", "child", NULL);
		error = errno;
		_exit(127);
	}
	if (error)
		printf("exec: %s\n", error_name(error));
	return pid;
}

static void *in_thread(void *argument)
{
	(void)argument;
	long right = 0;
	for (int i = 0; i < 20; i++)
		right += wait_for(run(self)) == 9;
	return (void *)right;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 9;
	self = argv[0];
	seen();
	SHOW(deep(50));
	SHOW(wait_for(run(self)));
	SHOW(wait_for(run("./none")));
	SHOW(pthread_atfork(handler, handler, handler));
	SHOW(wait_for(run(self)));
	printf("order:%s\n", order);

	/* A vfork child's own vfork. */
	pid_t pid = vfork();
	if (pid == 0) {
		pid_t inner = vfork();
		if (inner == 0)
			_exit(30);
		_exit(wait_for(inner) + 1);
	}
	SHOW(wait_for(pid));
	/* fork in a vfork child copies. */
	shared = 1;
	pid = vfork();
	if (pid == 0) {
		pid_t inner = fork();
		if (inner == 0) {
			shared = 2;
			_exit(20);
		}
		_exit(wait_for(inner) + shared);
	}
	SHOW(wait_for(pid));
	SHOW(shared);
	/* A child that is killed frees its parent too. */
	pid = vfork();
	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	SHOW(wait_for(pid));
	pthread_t threads[3];
	void *right;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, in_thread, NULL);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], &right);
		printf("right: %ld\n", (long)right);
	}
	return 0;
}
