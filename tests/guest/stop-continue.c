/* Stopping and continuing a child that computes, one that sleeps, one with threads, and one that stops
 * itself: what the parent is told, and what waits until the child goes on. */
#include "roles.h"

#include <pthread.h>

static void *compute(void *counter)
{
	for (;;)
		++*(volatile unsigned long *)counter;
	return NULL;
}

static void caught(int number)
{
	if (number == SIGCONT)
		return;
	puts("child: told to end");
	_exit(3);
}

static int child(const char *role)
{
	unsigned long counter = 0;
	pthread_t thread;
	char c;

	if (strcmp(role, "compute") == 0) {
		ready();
		compute(&counter);
	} else if (strcmp(role, "sleep") == 0) {
		ready();
		for (;;)
			pause();
	} else if (strcmp(role, "threads") == 0) {
		for (int i = 0; i < 3; i++)
			pthread_create(&thread, NULL, compute, &counter);
		ready();
		wait_for_word();
	} else if (strcmp(role, "read") == 0) {
		ready();
		printf("child: read %zd\n", read(4, &c, 1));
	} else if (strcmp(role, "self") == 0) {
		raise(SIGSTOP);
		puts("child: after SIGSTOP");
		raise(SIGTSTP);
		puts("child: after SIGTSTP");
		return 5;
	} else if (strcmp(role, "handlers") == 0) {
		struct sigaction action = {.sa_handler = caught};

		sigfillset(&action.sa_mask);
		sigaction(SIGCONT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		ready();
		for (;;)
			pause();
	} else if (strcmp(role, "blocked") == 0) {
		sigset_t set;

		sigemptyset(&set);
		sigaddset(&set, SIGTSTP);
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGTSTP);
		sigpending(&set);
		printf("child: SIGTSTP is pending: %d\n", sigismember(&set, SIGTSTP));
		sigemptyset(&set);
		sigaddset(&set, SIGTSTP);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		puts("child: unblocked");
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGTSTP);
		raise(SIGCONT);
		sigpending(&set);
		printf("child: after SIGCONT, SIGTSTP is pending: %d\n", sigismember(&set, SIGTSTP));
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		sigaddset(&set, SIGCONT);
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGCONT);
		raise(SIGTTIN);
		sigpending(&set);
		printf("child: after SIGTTIN, SIGCONT is pending: %d\n", sigismember(&set, SIGCONT));
		return 0;
	}
	return 0;
}

static volatile sig_atomic_t told;
static siginfo_t last;

static void child_changed(int number, siginfo_t *info, void *context)
{
	told++;
	last = *info;
}

static void all_kinds(void)
{
	static char *const roles[] = {"compute", "sleep", "threads", "read", "handlers"};
	static const int signals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};

	for (int i = 0; i < 5; i++) {
		struct player player = start(roles[i]);
		pid_t pid = player.pid;
		int status;

		wait_until_ready(&player);
		printf("-- %s\n", roles[i]);
		for (int j = 0; j < 4; j++) {
			MUST(kill(pid, signals[j]) == 0);
			await("told", pid);
			SHOW(waitpid(pid, &status, WUNTRACED | WCONTINUED | WNOHANG));
			MUST(kill(pid, SIGCONT) == 0);
			await("told", pid);
			SHOW(waitpid(pid, &status, WUNTRACED | WCONTINUED | WNOHANG));
		}
		MUST(kill(pid, SIGSTOP) == 0);
		await("told", pid);
		/* Only SIGKILL acts on one that is stopped. */
		SHOW(kill(pid, SIGTERM));
		SHOW(waitpid(pid, &status, WNOHANG));
		kill(pid, i % 2 ? SIGKILL : SIGCONT);
		do
			MUST(waitpid(pid, &status, WUNTRACED) == pid);
		while (WIFSTOPPED(status));
		show_status("at last", status);
		dismiss(&player);
	}
}

static void the_call_goes_on(void)
{
	struct player player = start("read");
	pid_t pid = player.pid;
	int status;

	puts("-- a read that is interrupted");
	wait_until_ready(&player);
	kill(pid, SIGSTOP);
	await("told", pid);
	SHOW(waitpid(pid, &status, WNOHANG | WUNTRACED));
	kill(pid, SIGCONT);
	await("told", pid);
	give_word(&player);
	await("told", pid);
}

static void by_itself(void)
{
	pid_t pid = start("self").pid;

	puts("-- by itself");
	do {
		int status;

		MUST(waitpid(pid, &status, WUNTRACED) == pid);
		show_status("told", status);
		if (WIFEXITED(status))
			break;
		kill(pid, SIGCONT);
	} while (1);
	pid = start("blocked").pid;
	do {
		int status;

		MUST(waitpid(pid, &status, WUNTRACED) == pid);
		show_status("told", status);
		if (WIFEXITED(status))
			break;
		kill(pid, SIGCONT);
	} while (1);
}

static void await_told(int count)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	while (told < count)
		sigsuspend(&old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("SIGCHLD: code %s status %s%s\n",
	       last.si_code == CLD_STOPPED     ? "stopped"
	       : last.si_code == CLD_CONTINUED ? "continued"
	       : last.si_code == CLD_KILLED    ? "killed"
	       : last.si_code == CLD_EXITED    ? "exited"
					       : "?",
	       "SIG", sigabbrev_np(last.si_status));
	told = 0;
}

static void by_signal(void)
{
	struct sigaction action = {.sa_sigaction = child_changed, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct player player;
	int status;
	pid_t pid;

	puts("-- SIGCHLD");
	sigaction(SIGCHLD, &action, NULL);
	player = start("sleep");
	pid = player.pid;
	wait_until_ready(&player);
	kill(pid, SIGTSTP);
	await_told(1);
	SHOW(last.si_pid == pid);
	SHOW(last.si_uid == getuid());
	kill(pid, SIGCONT);
	await_told(1);
	kill(pid, SIGKILL);
	await_told(1);
	SHOW(waitpid(pid, &status, 0) == pid);
	action.sa_flags |= SA_NOCLDSTOP;
	sigaction(SIGCHLD, &action, NULL);
	player = start("sleep");
	pid = player.pid;
	wait_until_ready(&player);
	kill(pid, SIGTSTP);
	await("told", pid);
	kill(pid, SIGCONT);
	await("told", pid);
	SHOW(told);
	kill(pid, SIGKILL);
	await_told(1);
	SHOW(waitpid(pid, &status, 0) == pid);
	signal(SIGCHLD, SIG_DFL);
}

int main(int count, char **arguments)
{
	if (count > 1)
		return child(arguments[1]);
	all_kinds();
	the_call_goes_on();
	by_itself();
	by_signal();
	return 0;
}
