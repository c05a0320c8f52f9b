/* Signal handlers of unusual types. */
#include "check.h"

#include <signal.h>
#include <unistd.h>

static void bare(void)
{
	printf("bare\n");
}

static int with_result(int number)
{
	printf("with result %d\n", number == SIGUSR1);
	return 1;
}

static long with_more(int number, char *unused)
{
	(void)unused;
	printf("with more %d\n", number == SIGUSR1);
	return 5;
}

static void with_many(int number, siginfo_t *info, void *context, long a, double b)
{
	(void)a, (void)b;
	printf("with many %d %d %d\n", number == SIGUSR1, info->si_signo == SIGUSR1, context != NULL);
}

static long long wide(long long number)
{
	printf("wide %d\n", (int)number == SIGUSR1);
	return number;
}

static void real(double unused, int number)
{
	(void)unused;
	printf("real %d\n", number == SIGUSR1);
}

static int two(int number, siginfo_t *info)
{
	printf("two %d\n", info->si_signo == number);
	return 0;
}

static void *const handlers[] = {bare, with_result, with_more, with_many, wide, two, real};

int main(void)
{
	for (unsigned i = 0; i < sizeof handlers / sizeof *handlers; i++) {
		struct sigaction action = {.sa_flags = SA_SIGINFO};
		action.sa_sigaction = (void (*)(int, siginfo_t *, void *))handlers[i];
		SHOW(sigaction(SIGUSR1, &action, NULL));
		raise(SIGUSR1);
		kill(getpid(), SIGUSR1);
	}
	signal(SIGUSR1, (void (*)(int))bare);
	raise(SIGUSR1);
	signal(SIGUSR1, (void (*)(int))with_more);
	raise(SIGUSR1);
	return 0;
}
