/* A client of identity-grate that is killed: every call of the client fails, but it can still end, with a
 * status of its own. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Standard input never has anything. */
static int client(void)
{
	char byte;
	/* The grate may be killed before this has returned. */
	if (write(1, "r", 1) != 1 && errno != ESRCH)
		return 1;
	return read(0, &byte, 1) == -1 && errno == ESRCH ? 7 : 2;
}

int main(int count, char **arguments)
{
	char *const command[] = {"identity-grate", "--", arguments[0], "client", NULL};
	posix_spawn_file_actions_t actions;
	int never[2], ready[2], status;
	char byte;
	pid_t grate, pid;
	if (count > 1)
		return client();
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) || pipe(never) || pipe(ready) ||
	    posix_spawn_file_actions_init(&actions) ||
	    posix_spawn_file_actions_adddup2(&actions, never[0], 0) ||
	    posix_spawn_file_actions_adddup2(&actions, ready[1], 1) ||
	    posix_spawnp(&grate, command[0], &actions, NULL, command, environ))
		return 99;
	if (read(ready[0], &byte, 1) != 1 || kill(grate, SIGKILL))
		return 98;
	for (int i = 0; i < 2; i++) {
		pid = wait(&status);
		if (pid == grate)
			printf("the grate: signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
		else
			printf("the client: exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	}
	return 0;
}
