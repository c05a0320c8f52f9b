#!/bin/bash
# Signals at the runtime's limits and one past them; and programs that hand it stacks and handlers which are none: each ends as a process would,
# and nothing else does.
. "$TOP/tests/cli/lib.sh"
cat >signals.c <<'C'
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <string.h>
#include <unistd.h>

static volatile int count;
static sigjmp_buf first;
extern long long __lind_checkpoint(struct __jmp_buf_tag *);

static void counts(int number)
{
	count++;
}
static void faults(int number)
{
	*(volatile int *)8 = 1;
}
static void jumps(int number)
{
	siglongjmp(first, number);
}
static void set(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	sigaction(number, &action, NULL);
}
static void stack(unsigned base, unsigned size)
{
	stack_t other = {.ss_sp = (void *)base, .ss_size = size};
	sigaltstack(&other, NULL);
}
static __attribute__((noinline)) int nested(int depth)
{
	sigjmp_buf own;
	if (sigsetjmp(own, 1))
		return 1;
	if (depth)
		return nested(depth - 1) + 1;
	*(volatile int *)8 = 1;
	return 0;
}

static int run(int kind)
{
	struct sigevent event = {.sigev_signo = SIGUSR1};
	struct { unsigned handler, flags; unsigned long long mask; } raw = {.handler = 0x7fffffff};
	sigset_t all;
	int id;

	switch (kind) {
	case 0:
		while (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) == 0)
			count++;
		printf("timers %d, then %s\n", count, strerrorname_np(errno));
		return 0;
	case 1: /* one is pending, beside those in the queue */
		sigfillset(&all);
		set(40, counts, SA_NODEFER);
		sigprocmask(SIG_BLOCK, &all, NULL);
		for (id = 0; sigqueue(getpid(), 40, (union sigval){0}) == 0; id++)
			;
		printf("queued %d, then %s, ", id, strerrorname_np(errno));
		sigemptyset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		printf("handled %d\n", count);
		return 0;
	case 2: /* the outermost is kept, whatever comes within */
		set(SIGSEGV, jumps, 0);
		if (sigsetjmp(first, 1) == 0)
			nested(1000);
		puts("jumped out of 1000");
		return 0;
	case 3:
		for (unsigned i = 0; i < 3000; i++)
			__lind_checkpoint((void *)(0xffffff00u + i));
		puts("no checkpoint too many");
		return 0;
	case 4: /* handlers that interrupt one another without end */
		set(SIGSEGV, faults, SA_NODEFER);
		faults(0);
		return 0;
	case 5:
		stack(0xfffff000u, 0xfff);
		set(SIGUSR1, counts, SA_ONSTACK);
		raise(SIGUSR1);
		return 0;
	case 6:
		stack(0x40000000, 65536);
		set(SIGSEGV, counts, SA_ONSTACK);
		faults(0);
		return 0;
	case 7:
		syscall(SYS_rt_sigaction, SIGALRM, &raw, NULL, 8);
		ualarm(1000, 0);
		for (;;)
			;
	case 8: /* no stack is left when the signal comes */
		set(SIGALRM, counts, 0);
		ualarm(1000, 0);
		munmap((void *)4096, (unsigned long)__builtin_frame_address(0) & ~4095ul);
		for (;;)
			;
	}
	return 0;
}

int main(void)
{
	int status;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int kind = 0; kind < 9; kind++) {
		pid_t child = fork();
		if (child == 0)
			_exit(run(kind));
		waitpid(child, &status, 0);
		if (status)
			printf("%d: %s\n", kind, WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "exit");
	}
	return 0;
}
C
lind-clang -w -D_GNU_SOURCE -O1 signals.c -o signals || fail "does not compile"
cat >expected <<'T'
timers 1024, then EAGAIN
queued 1025, then EAGAIN, handled 1025
jumped out of 1000
no checkpoint too many
4: SEGV
5: SEGV
6: SEGV
7: SEGV
8: SEGV
T
lind ./signals >out 2>error || fail "exit status $?: $(cat error)"
diff expected out || fail "output differs"
finish
