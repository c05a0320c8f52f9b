/* Waiting for children: each wait call, statuses of exits and of signals, usage, ECHILD, many children. */
#include "check.h"

#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char *self;

static int child(const char *what, const char *argument)
{
	if (strcmp(what, "exit") == 0)
		_exit(atoi(argument));
	if (strcmp(what, "signal") == 0) {
		struct rlimit none = {0, 0};
		setrlimit(RLIMIT_CORE, &none);
		raise(atoi(argument));
	}
	if (strcmp(what, "read") == 0) {
		char c;
		_exit(read(0, &c, 1) == 0 ? 9 : 10);
	}
	if (strcmp(what, "abort") == 0)
		abort();
	if (strcmp(what, "crash") == 0)
		*(volatile int *)0 = 1;
	return 99;
}

static pid_t start(char *what, char *argument)
{
	pid_t pid;
	char *argv[] = {self, what, argument, NULL};
	MUST(posix_spawn(&pid, self, NULL, NULL, argv, environ) == 0);
	return pid;
}

static void show(int status)
{
	if (WIFEXITED(status))
		printf("exited %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("ended by %s\n", sigabbrev_np(WTERMSIG(status)));
	else
		printf("status %x\n", status);
}

int main(int argc, char **argv)
{
	if (argc > 2)
		return child(argv[1], argv[2]);
	self = argv[0];
	int status = -1;
	SHOW(wait(&status));
	SHOW(waitpid(-1, &status, WNOHANG));
	static const char *const exits[] = {"0", "1", "255", "256", "-1"};
	for (int i = 0; i < 5; i++) {
		pid_t pid = start("exit", (char *)exits[i]);
		SHOW(wait(&status) == pid);
		show(status);
	}
	static const int signals[] = {SIGTERM, SIGKILL, SIGUSR1, SIGHUP, SIGSEGV, SIGPIPE, SIGALRM};
	for (int i = 0; i < 7; i++) {
		char number[12];
		sprintf(number, "%d", signals[i]);
		pid_t pid = start("signal", number);
		SHOW(waitpid(pid, &status, 0) == pid);
		show(status);
	}
	start("abort", "x");
	wait(&status);
	show(status);
	start("crash", "x");
	wait(&status);
	show(status);

	pid_t a = start("exit", "3"), b = start("exit", "4");
	SHOW(waitpid(b, &status, 0) == b);
	show(status);
	SHOW(waitpid(a, &status, 0) == a);
	show(status);
	SHOW(waitpid(a, &status, 0));
	SHOW(waitpid(1, &status, 0));
	SHOW(waitpid(-12345, &status, 0));
	SHOW(waitpid(-1, &status, 0x1000));

	int pipes[2];
	MUST(pipe(pipes) == 0);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[0], 0);
	posix_spawn_file_actions_addclose(&actions, pipes[1]);
	char *arguments[] = {self, "read", "x", NULL};
	MUST(posix_spawn(&a, self, &actions, NULL, arguments, environ) == 0);
	SHOW(waitpid(a, &status, WNOHANG));
	SHOW(waitpid(0, &status, WNOHANG));
	siginfo_t info = {0};
	SHOW(waitid(P_PID, (id_t)a, &info, WEXITED | WNOHANG));
	SHOW(info.si_pid);
	SHOW(kill(a, 0));
	close(pipes[1]);
	SHOW(waitid(P_PID, (id_t)a, &info, WEXITED | WNOWAIT));
	SHOW(info.si_pid == a);
	SHOW(info.si_code == CLD_EXITED);
	SHOW(info.si_status);
	SHOW(info.si_signo == SIGCHLD);
	SHOW(waitid(P_ALL, 0, &info, WEXITED));
	SHOW(waitid(P_ALL, 0, &info, WEXITED));
	SHOW(waitid(P_ALL, 0, &info, 0));
	SHOW(waitid(99, 0, &info, WEXITED));
	SHOW(kill(a, 0));

	a = start("exit", "0");
	struct rusage usage;
	memset(&usage, 0xff, sizeof(usage));
	SHOW(wait4(a, &status, 0, &usage) == a);
	SHOW(usage.ru_utime.tv_sec >= 0 && usage.ru_utime.tv_sec < 10 && usage.ru_utime.tv_usec < 1000000);
	SHOW(getrusage(RUSAGE_CHILDREN, &usage));
	SHOW(usage.ru_utime.tv_sec < 60);
	start("exit", "1");
	SHOW(wait3(&status, 0, NULL) > 0);
	/* A child whose end nobody asks about leaves nothing to wait for. */
	signal(SIGCHLD, SIG_IGN);
	start("exit", "5");
	SHOW(wait(&status));
	signal(SIGCHLD, SIG_DFL);
	int sum = 0;
	for (int i = 0; i < 20; i++) {
		char number[12];
		sprintf(number, "%d", i);
		start("exit", number);
	}
	for (int i = 0; i < 20; i++) {
		MUST(wait(&status) > 0);
		sum += WEXITSTATUS(status);
	}
	SHOW(sum);
	SHOW(wait(NULL));
	return 0;
}
