/* fork and exec: pipelines as shells make them, failures, exec from another thread, exit from any. */
/* lind-test: strace */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int stage(int argc, char **argv)
{
	if (strcmp(argv[1], "upper") == 0) {
		int c;
		while ((c = getchar()) != EOF)
			putchar(c >= 'a' && c <= 'z' ? c - 32 : c);
		return 0;
	}
	if (strcmp(argv[1], "words") == 0) {
		for (int i = 2; i < argc; i++)
			printf("%s\n", argv[i]);
		return 0;
	}
	if (strcmp(argv[1], "same") == 0) {
		printf("same process: %d, its first thread: %d\n", getpid() == atoi(argv[2]),
		       getpid() == gettid());
		return 3;
	}
	if (strcmp(argv[1], "open") == 0)
		return (fcntl(10, F_GETFD) >= 0) + 2 * (fcntl(11, F_GETFD) >= 0);
	return atoi(argv[1]);
}

static pid_t run(int in, int out, int unused, char **argv)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (in != 0)
			MUST(dup2(in, 0) == 0 && close(in) == 0);
		if (out != 1)
			MUST(dup2(out, 1) == 1 && close(out) == 0);
		if (unused >= 0)
			close(unused);
		execv(self, argv);
		_exit(127);
	}
	return pid;
}

static void *execs(void *argument)
{
	char id[20];
	(void)argument;
	snprintf(id, sizeof id, "%d", getpid());
	execl(self, "self", "same", id, NULL);
	_exit(127);
}

static void *exits(void *argument)
{
	(void)argument;
	exit(17);
}

static void *sleeps(void *argument)
{
	for (;;)
		pause();
	return argument;
}

static pid_t thread_does(void *(*what)(void *))
{
	pid_t pid = fork();
	if (pid == 0) {
		pthread_t thread;
		pthread_create(&thread, NULL, sleeps, NULL);
		pthread_create(&thread, NULL, what, NULL);
		for (;;)
			pause();
	}
	return pid;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return stage(argc, argv);
	self = argv[0];
	int ends[2];
	MUST(pipe(ends) == 0);
	pid_t first = run(0, ends[1], ends[0], (char *[]){"self", "words", "some", "words", "here", NULL});
	pid_t second = run(ends[0], 1, ends[1], (char *[]){"self", "upper", NULL});
	close(ends[0]);
	close(ends[1]);
	printf("pipeline: %d %d\n", wait_for(first), wait_for(second));
	for (int i = 0; i < 30; i++) {
		char number[4];
		snprintf(number, sizeof number, "%d", i);
		MUST(wait_for(run(0, 1, -1, (char *[]){"self", number, NULL})) == i);
	}
	pid_t pid = fork();
	if (pid == 0) {
		execl("./none", "none", NULL);
		_exit(errno == ENOENT ? 44 : 45);
	}
	SHOW(wait_for(pid));
	dup2(1, 10);
	dup2(1, 11);
	fcntl(11, F_SETFD, FD_CLOEXEC);
	SHOW(wait_for(run(0, 1, -1, (char *[]){"self", "open", NULL})));
	SHOW(wait_for(thread_does(execs)));
	SHOW(wait_for(thread_does(exits)));
	pid = vfork();
	if (pid == 0) {
		execl(self, "self", "9", NULL);
		_exit(127);
	}
	SHOW(wait_for(pid));
	pid = vfork();
	if (pid == 0)
		_exit(8);
	SHOW(wait_for(pid));
	return 0;
}
