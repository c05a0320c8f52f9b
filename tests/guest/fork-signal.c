/* fork in a signal handler: the child may exit there or execute a program; the parent goes on. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;
static volatile pid_t made;

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void forks(int number)
{
	(void)number;
	made = fork();
	if (made == 0)
		_exit(12);
}

static void executes(int number)
{
	(void)number;
	made = fork();
	if (made == 0) {
		execl(self, "self", "there", NULL);
		_exit(127);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 34;
	self = argv[0];
	signal(SIGUSR1, forks);
	signal(SIGUSR2, executes);
	raise(SIGUSR1);
	printf("exited with %d\n", wait_for(made));
	raise(SIGUSR2);
	printf("exited with %d\n", wait_for(made));
	for (int i = 0; i < 20; i++) {
		kill(getpid(), SIGUSR1);
		MUST(wait_for(made) == 12);
	}
	/* From a child's own child, which got its handlers by fork. */
	pid_t pid = fork();
	if (pid == 0) {
		raise(SIGUSR1);
		_exit(wait_for(made) + 1);
	}
	SHOW(wait_for(pid));
	return 0;
}
