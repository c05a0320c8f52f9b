/* Children that end in all ways, and all ways to wait for them. */
#include "check.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(int status)
{
	if (WIFEXITED(status))
		printf("exited with %d\n", WEXITSTATUS(status));
	else
		printf("ended by %s%s\n", sigabbrev_np(WTERMSIG(status)), WCOREDUMP(status) ? "" : "");
}

static volatile sig_atomic_t told;
static volatile int told_pid, told_status, told_code;

static void on_child(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	told++;
	told_pid = info->si_pid;
	told_status = info->si_status;
	told_code = info->si_code;
}

static int *null;

int main(void)
{
	int status;
	pid_t pid, other;
	siginfo_t info;
	struct rlimit none = {0};
	setrlimit(RLIMIT_CORE, &none);

	SHOW(wait(&status));
	if ((pid = fork()) == 0)
		_exit(300);
	SHOW(wait(&status) == pid);
	tell(status);
	if ((pid = fork()) == 0)
		abort();
	SHOW(waitpid(pid, &status, 0) == pid);
	tell(status);
	if ((pid = fork()) == 0) {
		*(volatile int *)null = 1;
		_exit(1);
	}
	SHOW(waitpid(-1, &status, 0) == pid);
	tell(status);
	if ((pid = fork()) == 0)
		for (;;)
			pause();
	SHOW(waitpid(pid, &status, WNOHANG));
	kill(pid, SIGKILL);
	SHOW(waitpid(pid, &status, 0) == pid);
	tell(status);
	if ((pid = fork()) == 0)
		return 7;
	SHOW(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	SHOW(info.si_pid == pid && info.si_code == CLD_EXITED && info.si_status == 7);
	SHOW(waitpid(pid, &status, WNOHANG) == pid);
	SHOW(waitpid(pid, &status, 0));

	/* SIGCHLD tells who and how. */
	struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO};
	sigset_t chld, old;
	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	if ((pid = fork()) == 0)
		_exit(9);
	while (!told)
		sigsuspend(&old);
	SHOW(told_pid == pid);
	SHOW(told_status);
	SHOW(told_code == CLD_EXITED);
	SHOW(wait(NULL) == pid);
	sigprocmask(SIG_SETMASK, &old, NULL);

	/* Two at once; one's child of another group. */
	if ((pid = fork()) == 0)
		_exit(1);
	if ((other = fork()) == 0) {
		setpgid(0, 0);
		_exit(2);
	}
	setpgid(other, other);
	int first = wait(&status), second = wait(&status);
	SHOW((first == pid && second == other) || (first == other && second == pid));
	SHOW(wait(NULL));

	/* A grandchild is nobody's to wait for; nor is a child that SIG_IGN lets go. */
	if ((pid = fork()) == 0) {
		if ((other = fork()) == 0)
			_exit(3);
		int mine = waitpid(other, NULL, 0) == other;
		_exit(mine ? 10 : 11);
	}
	SHOW(waitpid(pid, &status, 0) == pid);
	tell(status);
	signal(SIGCHLD, SIG_IGN);
	if ((pid = fork()) == 0)
		_exit(4);
	SHOW(waitpid(pid, &status, 0));
	return 0;
}
