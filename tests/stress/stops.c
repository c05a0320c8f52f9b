/* Trees of processes that compute, wait, fork and execute are stopped, continued and killed at random: each
 * change is told, and nobody is lost. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "stress.h"

enum { TREES = 40, CHANGES = 60, AT_ONCE = 4 };

static char *self;
/* Shared with the trees, which count. */
static atomic_uint *counts;

static void *computes(void *mine)
{
	for (;;)
		atomic_fetch_add((atomic_uint *)mine, 1);
	return NULL;
}

/* The leaves have one child after another for ever, which may end by being killed or with 5; those above wait
 * for them. */
static void tree(int number, int depth)
{
	atomic_uint *mine = &counts[number];
	pthread_t thread;
	int status;
	if (depth == 0 && number % 2)
		MUST(pthread_create(&thread, NULL, computes, mine) == 0);
	for (int i = 0; i < depth; i++)
		if (fork() == 0)
			tree(number, depth - 1);
	while (depth)
		pause();
	for (;;) {
		pid_t pid = fork();
		if (pid == 0) {
			for (int i = 0; i < 2000; i++)
				atomic_fetch_add(mine, 1);
			if (number % 4 == 0)
				execl(self, self, "exit", (char *)0);
			_exit(5);
		}
		MUST(pid > 0);
		while (waitpid(pid, &status, 0) != pid)
			MUST(errno == EINTR);
		MUST(WIFSIGNALED(status) || WEXITSTATUS(status) == 5);
	}
}

static unsigned seed = 1;

/* Waits until the leader tells that it has stopped or gone on. */
static void await_change(pid_t pid, int option)
{
	siginfo_t info;
	while (waitid(P_PID, (id_t)pid, &info, option) != 0)
		MUST(errno == EINTR);
	MUST(info.si_pid == pid && info.si_code == (option == WSTOPPED ? CLD_STOPPED : CLD_CONTINUED));
}

static void start(pid_t *leader, int number)
{
	counts[number] = 0;
	*leader = fork();
	if (*leader == 0) {
		setpgid(0, 0);
		tree(number, 2 - number % 3);
	}
	MUST(*leader > 0 && setpgid(*leader, *leader) == 0);
}

static void finish(pid_t leader)
{
	int status;
	MUST(kill(-leader, rand_r(&seed) % 2 ? SIGKILL : SIGTERM) == 0);
	kill(-leader, SIGCONT);
	while (waitpid(leader, &status, 0) != leader)
		MUST(errno == EINTR);
	MUST(WIFSIGNALED(status));
	/* The rest are this process's now. */
	while (waitpid(-leader, &status, 0) > 0)
		;
	MUST(errno == ECHILD);
}

static void change(pid_t leader)
{
	switch (rand_r(&seed) % 4) {
	case 0:
		MUST(kill(-leader, SIGSTOP) == 0);
		await_change(leader, WSTOPPED);
		MUST(kill(-leader, SIGCONT) == 0);
		await_change(leader, WCONTINUED);
		break;
	case 1: /* with no pause between */
		MUST(kill(-leader, SIGSTOP) == 0 && kill(-leader, SIGCONT) == 0);
		break;
	case 2:
		MUST(kill(leader, SIGTSTP) == 0);
		await_change(leader, WSTOPPED);
		MUST(kill(leader, SIGCONT) == 0);
		await_change(leader, WCONTINUED);
		break;
	case 3:
		usleep((unsigned)rand_r(&seed) % 3000);
		break;
	}
}

static void round_of_stops(void)
{
	counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(counts != MAP_FAILED && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	for (int i = 0; i < sized(TREES); i += AT_ONCE) {
		pid_t leaders[AT_ONCE];
		for (int j = 0; j < AT_ONCE; j++)
			start(&leaders[j], i + j);
		for (int j = 0; j < CHANGES; j++)
			for (int k = 0; k < AT_ONCE; k++)
				change(leaders[k]);
		for (int j = 0; j < AT_ONCE; j++)
			finish(leaders[j]);
	}
	MUST(munmap(counts, 4096) == 0);
	no_child_left();
}

int main(int count, char **arguments)
{
	self = arguments[0];
	if (count == 2 && strcmp(arguments[1], "exit") == 0)
		return 5;
	return stress(count, arguments, round_of_stops);
}
