/* Runs a command, waits until all that came of it has ended, and exits as the command did: the first cage's
 * end is the end of all. What came of it holds the pipe open. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	int ends[2], status;
	pid_t child;
	char byte;
	if (argc < 2 || pipe(ends) || fcntl(ends[0], F_SETFD, FD_CLOEXEC))
		return 125;
	int error = posix_spawnp(&child, argv[1], NULL, NULL, argv + 1, environ);
	if (error) {
		fprintf(stderr, "until-all: %s: %s\n", argv[1], strerror(error));
		return 127;
	}
	close(ends[1]);
	waitpid(child, &status, 0);
	while (read(ends[0], &byte, 1) > 0)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
