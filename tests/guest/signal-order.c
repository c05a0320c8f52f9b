/* In which order handlers run when several signals become deliverable at once, with what blocked; queued ones
 * with their values. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static char line[4096];
static size_t used;

static void note(const char *text, int number)
{
	used += (size_t)snprintf(line + used, sizeof line - used, " %s%d", text, number);
}

static void tell(const char *what)
{
	printf("%s:%s\n", what, line);
	used = 0;
	line[0] = 0;
}

static void handler(int number, siginfo_t *info, void *context)
{
	sigset_t mask;
	(void)context;
	/* The first two are libc's own, natively 32 and 33 as here. */
	note("begin ", number);
	note("value ", info->si_code == SI_QUEUE ? info->si_value.sival_int : -1);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	for (int i = 1; i < 40; i++)
		if (sigismember(&mask, i) == 1)
			note("b", i);
	note("end ", number);
}

static void once(int number)
{
	note("once ", number);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	static const int numbers[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGSEGV, 35, 36};
	sigset_t all, none, some, old;
	sigfillset(&all);
	sigemptyset(&none);
	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		sigemptyset(&action.sa_mask);
		if (numbers[i] == SIGUSR2)
			sigaddset(&action.sa_mask, 36);
		MUST(sigaction(numbers[i], &action, NULL) == 0);
	}
	sigprocmask(SIG_BLOCK, &all, &old);
	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
		raise(numbers[i]);
	for (int i = 0; i < 3; i++)
		sigqueue(getpid(), 35, (union sigval){.sival_int = i});
	sigqueue(getpid(), 36, (union sigval){.sival_int = 10});
	sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 11});
	kill(getpid(), SIGUSR1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell("all at once");

	sigprocmask(SIG_BLOCK, &all, &old);
	kill(getpid(), SIGHUP);
	raise(SIGUSR2);
	raise(SIGSEGV);
	kill(getpid(), 36);
	sigsuspend(&none);
	tell("sigsuspend");
	sigprocmask(SIG_SETMASK, &old, NULL);

	/* One of them at a time. */
	sigprocmask(SIG_BLOCK, &all, &old);
	kill(getpid(), SIGUSR1);
	raise(SIGUSR2);
	some = all;
	sigdelset(&some, SIGUSR1);
	sigsuspend(&some);
	tell("the one");
	sigpending(&some);
	printf("left %d %d\n", sigismember(&some, SIGUSR1), sigismember(&some, SIGUSR2));
	sigprocmask(SIG_SETMASK, &old, NULL);
	tell("the other");

	/* sigwait takes without looking at the action: SA_RESETHAND stays. */
	action.sa_flags = SA_RESETHAND;
	action.sa_handler = once;
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	sigprocmask(SIG_BLOCK, &some, NULL);
	int got = 0;
	raise(SIGUSR1);
	SHOW(sigwait(&some, &got));
	SHOW(got == SIGUSR1);
	struct sigaction now;
	sigaction(SIGUSR1, NULL, &now);
	SHOW(now.sa_handler == once);
	raise(SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &some, NULL);
	tell("reset");
	sigaction(SIGUSR1, NULL, &now);
	SHOW(now.sa_handler == SIG_DFL);

	/* A thousand in order, each with its value; a real-time signal is never merged. */
	action.sa_flags = SA_SIGINFO;
	action.sa_sigaction = handler;
	sigaction(35, &action, NULL);
	sigemptyset(&some);
	sigaddset(&some, 35);
	sigprocmask(SIG_BLOCK, &some, NULL);
	for (int i = 0; i < 1000; i++)
		MUST(sigqueue(getpid(), 35, (union sigval){.sival_int = i}) == 0);
	siginfo_t info;
	int wrong = 0;
	for (int i = 0; i < 1000; i++)
		wrong += sigwaitinfo(&some, &info) != 35 || info.si_value.sival_int != i;
	printf("wrong %d\n", wrong);
	SHOW(sigtimedwait(&some, &info, &(struct timespec){0}));

	/* Of a child, with what it says. */
	fflush(stdout);
	sigaddset(&some, SIGCHLD);
	sigprocmask(SIG_BLOCK, &some, NULL);
	pid_t child = fork();
	if (child == 0) {
		for (int i = 0; i < 20; i++)
			sigqueue(getppid(), 35, (union sigval){.sival_int = 100 + i});
		_exit(6);
	}
	for (int i = 0; i < 20; i++) {
		sigset_t one;
		sigemptyset(&one);
		sigaddset(&one, 35);
		wrong += sigwaitinfo(&one, &info) != 35 || info.si_value.sival_int != 100 + i ||
			 info.si_pid != child;
	}
	SHOW(sigwaitinfo(&some, &info) == SIGCHLD);
	printf("wrong %d, code %d, status %d, pid %d\n", wrong, info.si_code == CLD_EXITED, info.si_status,
	       info.si_pid == child);
	SHOW(waitpid(child, NULL, 0) == child);
	return 0;
}
