/* Starting a client and waiting for it.
 *
 * The usual form of a grate: it forks, and the child registers the grate's handlers for itself, which it may
 * until it has executed a program, and executes the client. */
#include "grate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child could not do; its parent is told through a pipe that closes when the client is executed. */
struct failure {
	enum { STARTING, REGISTERING, EXECUTING } what;
	int error;
};

static __attribute__((noreturn)) void run_child(char *const command[], const char *program, uint64_t grate,
						int tell)
{
	uint64_t self = (uint64_t)getpid();
	int error = libgrate_register(self, self, grate);
	struct failure failure = {.what = REGISTERING, .error = -error};
	if (error == 0) {
		/* execvp would also try a shell. */
		if (strchr(program, '/'))
			execv(program, command);
		else
			execvp(program, command);
		failure = (struct failure){.what = EXECUTING, .error = errno};
	}
	while (write(tell, &failure, sizeof failure) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* Forks the child and waits until it has executed the client. Returns its id, or -1 and *failure. */
static pid_t start(char *const command[], const char *program, struct failure *failure)
{
	int ends[2];
	uint64_t self = (uint64_t)getpid();
	ssize_t length;
	pid_t pid;
	*failure = (struct failure){.what = STARTING};
	if (pipe2(ends, O_CLOEXEC) < 0) {
		failure->error = errno;
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		run_child(command, program, self, ends[1]);
	}
	failure->error = errno;
	close(ends[1]);
	while ((length = pid < 0 ? 0 : read(ends[0], failure, sizeof *failure)) < 0 && errno == EINTR)
		;
	close(ends[0]);
	if (length != sizeof *failure)
		return pid;
	waitpid(pid, NULL, 0);
	return -1;
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
	struct failure failure;
	pid_t pid = start(command, program ? program : command[0], &failure);
	free(program);
	if (pid >= 0)
		return pid;
	grate_error("%s: %s",
		    failure.what == STARTING      ? "starting the client"
		    : failure.what == REGISTERING ? "registering handlers"
						  : command[0],
		    strerror(failure.error));
	if (status)
		*status = failure.error == ENOENT ? 127 : 126;
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
