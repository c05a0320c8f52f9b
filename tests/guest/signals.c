/* Signals that a program sends itself: handlers, masks, pending, information, nesting, alternate stacks. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int count, depth, deepest, left;
static siginfo_t last;

static void simple(int n)
{
	printf("handler %s\n", sigabbrev_np(n) ?: "RT");
	count++;
}

static void detailed(int n, siginfo_t *info, void *context)
{
	last = *info;
	printf("detailed %s signo %d code %d own %d context %d\n", sigabbrev_np(n) ?: "RT",
	       info->si_signo == n, info->si_code, info->si_pid == getpid(), context != NULL);
}

static void nesting(int n)
{
	depth++;
	if (depth > deepest)
		deepest = depth;
	sigset_t mask;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	printf("depth %d usr1 %d usr2 %d\n", depth, sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2));
	if (left-- > 0)
		raise(n);
	depth--;
}

static char other_stack[65536];
static int on_other;

static void where(int n)
{
	char local;
	(void)n;
	stack_t now;
	sigaltstack(NULL, &now);
	on_other = &local >= other_stack && &local < other_stack + sizeof(other_stack);
	printf("on other stack %d, flag %d\n", on_other, now.ss_flags == SS_ONSTACK);
}

static void set(int n, void (*handler)(int), int flags, int also)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	sigemptyset(&action.sa_mask);
	if (also)
		sigaddset(&action.sa_mask, also);
	MUST(sigaction(n, &action, NULL) == 0);
}

int main(void)
{
	SHOW(signal(SIGUSR1, simple) == SIG_DFL);
	SHOW(raise(SIGUSR1));
	SHOW(kill(getpid(), SIGUSR1));
	SHOW(count);
	SHOW(signal(SIGUSR1, SIG_IGN) == simple);
	SHOW(raise(SIGUSR1));
	SHOW(signal(SIGKILL, simple) == SIG_ERR);
	SHOW(signal(SIGSTOP, SIG_IGN) == SIG_ERR);
	SHOW(signal(0, simple) == SIG_ERR);
	SHOW(signal(65, simple) == SIG_ERR);
	SHOW(kill(getpid(), 0));
	SHOW(kill(getpid(), 65));
	SHOW(kill(99999999, 0));
	SHOW(raise(99));
	SHOW(raise(SIGCHLD));
	SHOW(raise(SIGURG));
	SHOW(raise(SIGWINCH));
	SHOW(raise(SIGCONT));

	struct sigaction action = {.sa_sigaction = detailed, .sa_flags = SA_SIGINFO}, old;
	SHOW(sigaction(SIGUSR2, &action, NULL));
	SHOW(raise(SIGUSR2));
	SHOW(kill(getpid(), SIGUSR2));
	SHOW(sigqueue(getpid(), SIGUSR2, (union sigval){.sival_int = 4711}));
	SHOW(last.si_value.sival_int);
	SHOW(last.si_code == SI_QUEUE);
	SHOW(sigaction(SIGUSR2, NULL, &old));
	SHOW(old.sa_sigaction == detailed);
	SHOW(!!(old.sa_flags & SA_SIGINFO));

	sigset_t block, pending, before;
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigaddset(&block, SIGRTMIN);
	set(SIGUSR1, simple, 0, 0);
	action.sa_sigaction = detailed;
	SHOW(sigaction(SIGRTMIN, &action, NULL));
	SHOW(sigprocmask(SIG_BLOCK, &block, &before));
	count = 0;
	raise(SIGUSR1);
	raise(SIGUSR1);
	for (int i = 1; i <= 3; i++)
		sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
	SHOW(count);
	SHOW(sigpending(&pending));
	SHOW(sigismember(&pending, SIGUSR1));
	SHOW(sigismember(&pending, SIGUSR2));
	SHOW(sigismember(&pending, SIGRTMIN));
	struct timespec none = {0, 0};
	SHOW(sigtimedwait(&block, &last, &none) == SIGUSR1);
	SHOW(sigwaitinfo(&block, &last) == SIGRTMIN);
	SHOW(last.si_value.sival_int);
	SHOW(sigprocmask(SIG_UNBLOCK, &block, NULL));
	SHOW(count);
	SHOW(sigprocmask(SIG_BLOCK, &block, NULL));
	SHOW(sigtimedwait(&block, &last, &none));
	raise(SIGUSR1);
	int got = 0;
	SHOW_ERROR(sigwait(&block, &got));
	SHOW(got == SIGUSR1);
	SHOW(sigprocmask(99, &block, NULL));
	SHOW(sigprocmask(SIG_SETMASK, &before, NULL));
	raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, NULL);
	raise(SIGUSR1);
	sigset_t open_mask;
	sigemptyset(&open_mask);
	SHOW(sigsuspend(&open_mask));
	sigprocmask(SIG_SETMASK, &before, NULL);

	set(SIGUSR1, nesting, 0, SIGUSR2);
	left = 2;
	raise(SIGUSR1);
	SHOW(deepest);
	deepest = 0;
	set(SIGUSR1, nesting, SA_NODEFER, 0);
	left = 2;
	raise(SIGUSR1);
	SHOW(deepest);
	set(SIGUSR1, simple, SA_RESETHAND, 0);
	raise(SIGUSR1);
	SHOW(sigaction(SIGUSR1, NULL, &old));
	SHOW(old.sa_handler == SIG_DFL);

	stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof(other_stack)}, was;
	SHOW(sigaltstack(&stack, &was));
	SHOW(was.ss_flags == SS_DISABLE);
	set(SIGUSR2, where, SA_ONSTACK, 0);
	raise(SIGUSR2);
	set(SIGUSR2, where, 0, 0);
	raise(SIGUSR2);
	stack.ss_size = 100;
	SHOW(sigaltstack(&stack, NULL));
	stack.ss_flags = SS_DISABLE | SS_ONSTACK;
	SHOW(sigaltstack(&stack, NULL));
	stack.ss_flags = SS_DISABLE;
	SHOW(sigaltstack(&stack, NULL));
	SHOW(sigemptyset(&block));
	SHOW(sigaddset(&block, 0));
	SHOW(sigaddset(&block, 65));
	SHOW(sigismember(&block, -1));
	psignal(SIGTERM, NULL);
	return 0;
}
