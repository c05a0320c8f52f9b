/* Fork handlers: their order, what they may do, and that only fork runs them. */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char order[200];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define HANDLER(name)                                                                                        \
	static void name(void)                                                                               \
	{                                                                                                    \
		strcat(order, " " #name);                                                                    \
	}
HANDLER(prepare1)
HANDLER(parent1)
HANDLER(child1)
HANDLER(prepare2)
HANDLER(parent2)
HANDLER(child2)

static void lock(void)
{
	pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int go_on(void *argument)
{
	return *(int *)argument + 1;
}

static void by(const char *how, pid_t pid)
{
	if (pid == 0) {
		printf("%s, child:%s\n", how, order);
		_exit(pthread_mutex_trylock(&mutex) == 0);
	}
	int status = pid < 0 ? -1 : wait_for(pid);
	printf("%s, parent:%s, child said %d\n", how, order, status);
	order[0] = 0;
}

int main(void)
{
	SHOW(pthread_atfork(prepare1, parent1, child1));
	SHOW(pthread_atfork(prepare2, parent2, child2));
	SHOW(pthread_atfork(lock, unlock, unlock));
	SHOW(pthread_atfork(NULL, NULL, NULL));
	by("fork", fork());
	by("_Fork", _Fork());
	by("SYS_fork", (pid_t)syscall(SYS_fork));
	by("SYS_clone", (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));

	pid_t seen = -1, told = -1, *shared = &told;
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID, 0, &seen,
				   shared, 0);
	if (pid == 0)
		_exit(told == getpid());
	printf("ids: %d, child's %d, here %d\n", seen == pid, wait_for(pid), told);
	char *stack = malloc(65536);
	int number = 41;
	pid = clone(go_on, stack + 65536, SIGCHLD, &number);
	printf("clone: %d\n", wait_for(pid));
	SHOW(clone(go_on, NULL, SIGCHLD, &number));
	SHOW(clone(NULL, stack + 65536, SIGCHLD, &number));
	SHOW(syscall(SYS_clone, CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0));
	SHOW(syscall(SYS_clone, CLONE_THREAD | SIGCHLD, 0, 0, 0, 0));
	return 0;
}
