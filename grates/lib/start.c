/* Starting a client and waiting for it.
 *
 * The child is made as posix_spawn makes one: it runs on a stack of its own in the grate's memory while the
 * grate waits, until it has executed its program. In that time, and only then, it may register handlers of
 * the cage that made it. */
#include "grate.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_STACK (64 * 1024)

struct child {
	char *const *command;
	const char *program;
	uint64_t grate;
	const char *failed; /* what failed */
	int error;          /* and why */
};

static int run_child(void *argument)
{
	struct child *child = argument;
	uint64_t self = (uint64_t)getpid();
	int error = libgrate_register(self, self, child->grate);
	if (error) {
		child->failed = "registering handlers";
		child->error = -error;
	} else {
		/* execvp would also try a shell. */
		if (strchr(child->program, '/'))
			execv(child->program, child->command);
		else
			execvp(child->program, child->command);
		child->failed = child->command[0];
		child->error = errno;
	}
	_exit(127);
}

/* Where execvp would find the program, as this grate itself sees the files, so that the client's calls begin
 * with the execve that succeeds. NULL: not here; the client may still find it through the grate's handlers.
 */
static char *find_program(const char *name)
{
	const char *path = getenv("PATH");
	if (strchr(name, '/') || !*name || !path)
		return NULL;
	for (const char *folder = path;; folder++) {
		size_t length = strcspn(folder, ":");
		char *file = malloc(length + strlen(name) + 3);
		if (!file)
			return NULL;
		memcpy(file, length ? folder : ".", length ? length : 1);
		strcpy(file + (length ? length : 1), "/");
		strcat(file, name);
		if (!access(file, X_OK))
			return file;
		free(file);
		folder += length;
		if (!*folder)
			return NULL;
	}
}

pid_t grate_spawn(char *const command[], int *status)
{
	/* Orphans of the client come to this grate, so that it lives as long as any cage that calls it.
	 * Without that, they would meet ESRCH; no worse. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	char *program = find_program(command[0]);
	char *stack = malloc(CHILD_STACK);
	struct child child = {
		.command = command, .program = program ? program : command[0], .grate = (uint64_t)getpid()};
	pid_t pid = -1;
	if (!stack) {
		child.failed = "starting the client";
		child.error = ENOMEM;
	} else {
		pid = clone(run_child, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, &child, NULL,
			    NULL, NULL);
		if (pid < 0) {
			child.failed = "starting the client";
			child.error = errno;
		}
	}
	free(stack);
	free(program);
	if (!child.failed)
		return pid;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	grate_error("%s: %s", child.failed, strerror(child.error));
	if (status)
		*status = child.error == ENOENT ? 127 : 126;
	return -1;
}

int grate_wait(pid_t client, void (*ended)(pid_t client, int wait_status))
{
	/* What the terminal sends goes to the clients too, and they decide: a grate must not end before them.
	 */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	int result = 0;
	for (;;) {
		int wait_status;
		pid_t pid = wait(&wait_status);
		if (pid < 0) {
			if (errno == EINTR)
				continue;
			return result;
		}
		if (pid == client)
			result = wait_status;
		if (ended)
			ended(pid, wait_status);
	}
}

void grate_exit(int wait_status)
{
	if (!WIFSIGNALED(wait_status))
		exit(WEXITSTATUS(wait_status));
	fflush(NULL);
	int number = WTERMSIG(wait_status);
	signal(number, SIG_DFL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	_exit(128 + number);
}

int grate_run(char *const command[])
{
	int status;
	pid_t client = grate_spawn(command, &status);
	if (client < 0)
		return status;
	grate_exit(grate_wait(client, NULL));
}
