/* A client that forks and tells what it sees of it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = 0;
	uid_t uid = getuid();
	if (argc > 1) {
		printf("executed, uid %s\n", uid == 4711 ? "4711" : "own");
		return 6;
	}
	fflush(stdout);
	pid_t pid = fork();
	if (pid < 0) {
		printf("fork: %s\n", strerrorname_np(errno));
		return 1;
	}
	if (pid == 0) {
		printf("child, uid %s\n", getuid() == uid ? "own" : "changed");
		fflush(stdout);
		execl(argv[0], argv[0], "again", (char *)NULL);
		_exit(127);
	}
	pid_t ended = wait(&status);
	if (pid == 77777)
		printf("parent: 77777, there was a child: %d\n", ended > 1);
	else
		printf("parent: the child's id: %d\n", pid == ended);
	if (WIFSIGNALED(status))
		printf("killed: %d\n", WTERMSIG(status) == SIGKILL);
	else
		printf("exited with %d\n", WEXITSTATUS(status));
	return 0;
}
