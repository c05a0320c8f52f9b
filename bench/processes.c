// Times processes and threads: `processes KIND [PROGRAM]` prints nanoseconds a round. The same source is
// compiled for the host and for a cage.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

#define LARGE (128 << 20)

static const char *program;
static int there[2], back[2];

static int wait_for(pid_t pid)
{
	int status;

	return pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
}

static int round_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return wait_for(pid);
}

static int round_fork_exec(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	return wait_for(pid);
}

static int round_system(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl(program, "sh", "-c", "true", (char *)NULL);
		_exit(127);
	}
	return wait_for(pid);
}

static void *nothing(void *argument)
{
	return argument;
}

static int round_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0;
}

static int round_ping(void)
{
	char byte = 1;

	return write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1;
}

static int no_more(void)
{
	return 0;
}

static int touch(void)
{
	char *memory = malloc(LARGE);

	if (!memory)
		return -1;
	memset(memory, 1, LARGE);
	return 0;
}

// Sends back what it gets, until the other side is gone.
static int echo(void)
{
	char byte;

	if (pipe(there) != 0 || pipe(back) != 0)
		return -1;
	pid_t pid = fork();
	if (pid != 0)
		return pid < 0;
	close(there[1]);
	close(back[0]);
	while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
		;
	_exit(0);
}

static volatile int signalled;
static pid_t partner;
static sigset_t open_mask;

static void note(int number)
{
	(void)number;
	signalled = 1;
}

static int handle(void)
{
	return signal(SIGUSR1, note) == SIG_ERR;
}

static int round_signal_self(void)
{
	signalled = 0;
	return raise(SIGUSR1) != 0 || !signalled;
}

// Waits for the signal, which is blocked but here.
static void await(void)
{
	while (!signalled)
		sigsuspend(&open_mask);
	signalled = 0;
}

// Sends back each signal that it gets.
static int answer(void)
{
	sigset_t mask;
	pid_t parent = getpid();

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	if (handle() != 0 || sigprocmask(SIG_BLOCK, &mask, &open_mask) != 0)
		return -1;
	partner = fork();
	if (partner != 0)
		return partner < 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		await();
		kill(parent, SIGUSR1);
	}
}

static int round_signal_other(void)
{
	if (kill(partner, SIGUSR1) != 0)
		return -1;
	await();
	return 0;
}

static int round_jump(void)
{
	static sigjmp_buf jump;

	if (sigsetjmp(jump, 1) == 0)
		siglongjmp(jump, 1);
	return 0;
}

static const struct kind {
	const char *name;
	int (*prepare)(void);
	int (*round)(void);
	int64_t count;
} kinds[] = {
	{"fork", no_more, round_fork, 1000},
	{"fork-exec", no_more, round_fork_exec, 500},
	{"fork-128", touch, round_fork, 300},
	{"fork-exec-128", touch, round_fork_exec, 200},
	{"sh", no_more, round_system, 1000},
	{"thread", no_more, round_thread, 5000},
	{"ping-pong", echo, round_ping, 20000},
	{"signal-self", handle, round_signal_self, 200000},
	{"signal-other", answer, round_signal_other, 20000},
	{"sigsetjmp", no_more, round_jump, 200000},
};

static int measure(const struct kind *kind)
{
	int64_t start;

	if (kind->prepare() != 0)
		return -1;
	for (int64_t i = 0; i < kind->count / 10; i++) {
		if (kind->round() != 0)
			return -1;
	}
	start = now(CLOCK_MONOTONIC);
	for (int64_t i = 0; i < kind->count; i++) {
		if (kind->round() != 0)
			return -1;
	}
	printf("%.2f\n", (double)(now(CLOCK_MONOTONIC) - start) / (double)kind->count);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: processes KIND [PROGRAM]\n");
		return 2;
	}
	program = argc == 3 ? argv[2] : "/bin/true";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, argv[1]) != 0)
			continue;
		if (measure(&kinds[i]) != 0) {
			perror(argv[1]);
			return 1;
		}
		return 0;
	}
	fprintf(stderr, "processes: no such kind: %s\n", argv[1]);
	return 2;
}
