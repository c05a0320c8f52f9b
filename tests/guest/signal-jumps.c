/* Handlers that interrupt running code, and handlers of faults, left by siglongjmp: to the function that was
 * interrupted, to one further out, through other handlers, in threads and forked children, thousands of
 * times. */
#define _LIND_SETJMP_CHECKPOINT /* setjmp, too, is jumped to */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back, further;
static volatile int zero, jumps, inner;
static char other_stack[65536];

static void jumps_back(int number)
{
	jumps++;
	siglongjmp(back, number);
}

static void set(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	MUST(sigaction(number, &action, NULL) == 0);
}

static void timer(int microseconds)
{
	struct itimerval once = {.it_value = {0, microseconds}};
	MUST(setitimer(ITIMER_REAL, &once, NULL) == 0);
}

static int is_blocked(int number)
{
	sigset_t mask;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	return sigismember(&mask, number);
}

static __attribute__((noinline)) int faults(int how, int deep)
{
	volatile int local = deep;
	if (deep > 0)
		return faults(how, deep - 1) + local;
	if (how == SIGSEGV)
		return *(volatile int *)8;
	if (how == SIGFPE)
		return 5 / zero;
	timer(1000);
	for (;;)
		zero = 0;
}

static void same_function(void)
{
	static const int numbers[] = {SIGSEGV, SIGFPE, SIGALRM};
	for (int i = 0; i < 3; i++)
		for (int deep = 0; deep < 20; deep += 19) {
			int before = 4711 + i;
			volatile int changed = 1;
			double real = 1.5 * i;
			set(numbers[i], jumps_back, 0);
			int number = sigsetjmp(back, 1);
			if (number == 0) {
				changed = 2;
				faults(numbers[i], deep);
				puts("not reached");
			}
			printf("%s: %d %d %.1f, blocked %d\n", sigabbrev_np(number), before, changed, real,
			       is_blocked(numbers[i]));
		}
}

/* Without the mask the signal stays blocked. */
static void without_mask(void)
{
	set(SIGALRM, jumps_back, 0);
	if (sigsetjmp(back, 0) == 0)
		faults(SIGALRM, 3);
	printf("blocked %d\n", is_blocked(SIGALRM));
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	set(SIGALRM, jumps_back, SA_NODEFER);
	int number = setjmp(back);
	if (number == 0)
		faults(SIGALRM, 3);
	printf("setjmp: %s\n", sigabbrev_np(number));
}

/* A handler that is interrupted by another, which leaves both. */
static void waits_inside(int number)
{
	(void)number;
	inner++;
	timer(1000);
	for (;;)
		zero = 0;
}

static void faults_inside(int number)
{
	(void)number;
	inner++;
	*(volatile int *)8 = 1;
}

static void inner_jump(int number)
{
	(void)number;
	if (sigsetjmp(further, 1) == 0)
		siglongjmp(further, 1);
	sigjmp_buf own;
	if (sigsetjmp(own, 1) == 0)
		siglongjmp(own, 1);
	siglongjmp(back, 1);
}

static void nested(void)
{
	set(SIGUSR1, waits_inside, 0);
	set(SIGUSR2, faults_inside, SA_ONSTACK);
	set(SIGALRM, inner_jump, 0);
	set(SIGSEGV, inner_jump, 0);
	for (int i = 0; i < 4; i++) {
		inner = 0;
		if (sigsetjmp(back, 1) == 0) {
			if (i < 2) {
				raise(i ? SIGUSR2 : SIGUSR1);
			} else {
				/* The outer handler interrupts code, too. */
				set(SIGVTALRM, i == 2 ? waits_inside : faults_inside, 0);
				struct itimerval once = {.it_value = {0, 1000}};
				setitimer(ITIMER_VIRTUAL, &once, NULL);
				for (;;)
					zero = 0;
			}
		}
		printf("out of both, inner %d, blocked %d %d\n", inner, is_blocked(SIGUSR1),
		       is_blocked(SIGALRM));
	}
}

static sigjmp_buf envs[10];
static volatile int target;

static void jumps_to_target(int number)
{
	siglongjmp(envs[target], number);
}

/* Jumps to checkpoints of frames further out, with newer ones below. */
static __attribute__((noinline)) void levels(int level)
{
	int got = sigsetjmp(envs[level], 1);
	if (got) {
		printf("level %d got %d\n", level, got);
		return;
	}
	if (level < 9) {
		levels(level + 1);
		printf("level %d returns\n", level);
		return;
	}
	faults(SIGALRM, 2);
}

static __attribute__((noinline)) unsigned recursive(unsigned depth, unsigned seed)
{
	if (depth == 0) {
		if (seed % 3 == 0)
			*(volatile int *)8 = 1;
		return seed;
	}
	return recursive(depth - 1, seed * 31 + depth) + depth;
}

static void thousands(void)
{
	unsigned sum = 0, jumped = 0;
	set(SIGSEGV, jumps_back, 0);
	for (volatile unsigned i = 0; i < 3000; i++) {
		if (sigsetjmp(back, 1) == 0)
			sum += recursive(i % 30, i);
		else
			jumped++;
	}
	printf("sum %u, jumped %u\n", sum, jumped);
}

static __thread sigjmp_buf own;
static __thread volatile int turn;

static void jumps_to_own(int number)
{
	siglongjmp(own, number);
}

static void *in_thread(void *result)
{
	for (turn = 0; turn < 200; turn++)
		if (sigsetjmp(own, 1) == 0)
			recursive(10, turn);
		else
			*(volatile int *)result += 1;
	return NULL;
}

int main(void)
{
	MUST(sigaltstack(&(stack_t){.ss_sp = other_stack, .ss_size = sizeof other_stack}, NULL) == 0);
	same_function();
	without_mask();
	nested();
	set(SIGALRM, jumps_to_target, 0);
	for (int i = 0; i < 10; i += 3) {
		target = i;
		levels(0);
	}
	thousands();

	pthread_t thread[2];
	int results[2] = {0};
	set(SIGSEGV, jumps_to_own, 0);
	for (int i = 0; i < 2; i++)
		MUST(pthread_create(&thread[i], NULL, in_thread, &results[i]) == 0);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	printf("in threads %d %d\n", results[0], results[1]);

	/* What was set before a fork holds in the child. */
	set(SIGALRM, jumps_back, 0);
	int number = sigsetjmp(back, 1);
	if (number == 0) {
		fflush(stdout);
		pid_t child = fork();
		if (child == 0)
			faults(SIGALRM, 5);
		int status;
		MUST(waitpid(child, &status, 0) == child);
		printf("child exits %d with %d\n", WIFEXITED(status), WEXITSTATUS(status));
		return 0;
	}
	printf("child: %s\n", sigabbrev_np(number));
	return 3;
}
