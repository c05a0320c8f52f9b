/* Handlers run in the middle of code that makes no system call, and the code goes on as if nothing had been.
 */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static volatile sig_atomic_t count, nested, wrong;
static __thread int own = 4711;
static char other_stack[65536];
static jmp_buf inside;

static void counts(int number)
{
	(void)number;
	if (own != 4711)
		wrong++;
	errno = EXDEV;
	count++;
}

static void throws(int n)
{
	if (n == 0)
		longjmp(inside, 1);
	throws(n - 1);
}

/* Formats, allocates nothing, jumps within itself: what handlers may do and a little more. */
static void busy(int number)
{
	char text[64];
	int error = errno;
	(void)number;
	if (setjmp(inside) == 0)
		throws(5);
	if (snprintf(text, sizeof text, "%d %s %.3f", (int)count, "text", 1.5) < 12)
		wrong++;
	count++;
	errno = error;
}

static void spins_until_interrupted(int number)
{
	sigset_t mask;
	(void)number;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	printf("outer begins, USR1 blocked %d\n", sigismember(&mask, SIGUSR1));
	nested = 0;
	alarm(1);
	while (!nested)
		;
	puts("outer ends");
	count++;
}

static void interrupts(int number)
{
	char local;
	(void)number;
	printf("inner, on other stack %d\n",
	       &local >= other_stack && &local < other_stack + sizeof other_stack);
	nested = 1;
}

static void leaves(int number)
{
	(void)number;
	_exit(7);
}

static void executes(int number)
{
	char *arguments[] = {"signal-running", "executed", NULL};
	(void)number;
	execve("/proc/self/exe", arguments, environ);
}

static void set(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	MUST(sigaction(number, &action, NULL) == 0);
}

static void repeat(int microseconds)
{
	struct itimerval timer = {{0, microseconds}, {0, microseconds}};
	MUST(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

/* Integers, floating point, memory, calls, divisions. */
static __attribute__((noinline)) unsigned long long mix(unsigned long long a, unsigned b)
{
	volatile unsigned frame[20];
	for (unsigned i = 0; i < 20; i++)
		frame[i] = b * i;
	return a * 6364136223846793005u + frame[b % 20];
}

static unsigned long long compute(unsigned rounds)
{
	static unsigned table[4096];
	unsigned long long a = 1;
	double d = 1;
	memset(table, 0, sizeof table);
	for (unsigned i = 1; i <= rounds; i++) {
		a = mix(a, i);
		table[a >> 52] += (unsigned)(a / i);
		d = d * 0.999 + (double)(a % 1000);
		if (i % 1024 == 0)
			memmove(table + 1, table, sizeof table - sizeof *table);
	}
	for (unsigned i = 0; i < 4096; i++)
		a = a * 31 + table[i];
	return a ^ (unsigned long long)(d * 1000);
}

/* Computes until enough handlers have run in the middle of it: each piece must give what it gave undisturbed.
 */
static void compute_under(void (*handler)(int), int flags, int enough)
{
	unsigned long long quiet = compute(20000);
	int different = 0;

	set(SIGALRM, handler, flags);
	count = wrong = 0;
	repeat(300);
	while (count < enough) {
		errno = 0;
		different += compute(20000) != quiet;
	}
	repeat(0);
	printf("enough, different %d, wrong %d\n", different, (int)wrong);
}

static _Atomic int ready;

static void *spinning_thread(void *unused)
{
	(void)unused;
	sigset_t mask;
	sigfillset(&mask);
	sigdelset(&mask, SIGUSR2);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	atomic_store(&ready, 1);
	while (!count)
		;
	return NULL;
}

static int child(const char *how)
{
	char *arguments[] = {"signal-running", (char *)how, NULL};
	pid_t id;
	int status;

	MUST(posix_spawn(&id, "/proc/self/exe", NULL, NULL, arguments, environ) == 0);
	MUST(waitpid(id, &status, 0) == id);
	return status;
}

int main(int argument_count, char **arguments)
{
	pthread_t thread;

	if (argument_count > 1) {
		if (strcmp(arguments[1], "executed") == 0)
			return 8;
		set(SIGALRM,
		    strcmp(arguments[1], "exits") == 0      ? leaves
		    : strcmp(arguments[1], "executes") == 0 ? executes
							    : SIG_DFL,
		    0);
		repeat(1000);
		for (;;)
			;
	}
	set(SIGALRM, counts, 0);
	alarm(1);
	while (!count)
		;
	puts("a loop has ended");

	compute_under(counts, 0, 1000);
	compute_under(counts, SA_RESTART | SA_NODEFER, 300);
	compute_under(busy, 0, 300);
	MUST(sigaltstack(&(stack_t){.ss_sp = other_stack, .ss_size = sizeof other_stack}, NULL) == 0);
	compute_under(busy, SA_ONSTACK, 300);

	/* One interrupts the other. */
	set(SIGALRM, interrupts, SA_ONSTACK);
	set(SIGUSR1, spins_until_interrupted, 0);
	raise(SIGUSR1);
	count = 0;
	pid_t self = getpid();
	MUST(pthread_create(&thread, NULL, spinning_thread, NULL) == 0);
	while (!ready)
		;
	/* To the process: the other thread blocks it. */
	kill(self, SIGUSR1);
	pthread_join(thread, NULL);

	/* To the process, of which the first thread blocks it; and to one thread. */
	set(SIGUSR2, counts, 0);
	for (int directed = 0; directed < 2; directed++) {
		sigset_t mask;
		sigemptyset(&mask);
		sigaddset(&mask, SIGUSR2);
		pthread_sigmask(SIG_BLOCK, &mask, NULL);
		count = ready = 0;
		MUST(pthread_create(&thread, NULL, spinning_thread, NULL) == 0);
		while (!ready)
			;
		if (directed)
			pthread_kill(thread, SIGUSR2);
		else
			kill(self, SIGUSR2);
		pthread_join(thread, NULL);
		printf("the thread has ended, %d\n", (int)count);
	}

	int status = child("exits");
	printf("exits %d with %d\n", WIFEXITED(status), WEXITSTATUS(status));
	status = child("executes");
	printf("exits %d with %d\n", WIFEXITED(status), WEXITSTATUS(status));
	status = child("dies");
	printf("killed %d by %d\n", WIFSIGNALED(status), WTERMSIG(status) == SIGALRM);
	return 0;
}
