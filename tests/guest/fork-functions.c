// Forks from one function after another, and from several threads at once: code that goes on from
// a frame is made when a frame of the function is first there.
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define APART __attribute__((noinline))

// Forks; the child's status is what comes back.
static APART int forked(int value)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(value & 127);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != (value & 127))
		puts("a child went astray");
	return value;
}

// Each pair are functions of their own.
#define ONE(n)                                                                                               \
	static APART int inner_##n(int x, double y)                                                          \
	{                                                                                                    \
		volatile int kept = x + n;                                                                   \
		int result = forked(n);                                                                      \
		return result + kept + (int)(y * n);                                                         \
	}                                                                                                    \
	static APART int outer_##n(int x)                                                                    \
	{                                                                                                    \
		int sum = 0;                                                                                 \
		for (int i = 0; i < 2; i++)                                                                  \
			sum += inner_##n(x + i, 1.5) * (n + 3);                                              \
		return sum;                                                                                  \
	}
#define TEN(n)                                                                                               \
	ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) ONE(n##9)
TEN(1)
TEN(2)
TEN(3)
TEN(4)
TEN(5)
TEN(6)
TEN(7)

#define NAMES(n)                                                                                             \
	outer_##n##0, outer_##n##1, outer_##n##2, outer_##n##3, outer_##n##4, outer_##n##5, outer_##n##6,    \
		outer_##n##7, outer_##n##8, outer_##n##9
static int (*const functions[])(int) = {NAMES(1), NAMES(2), NAMES(3), NAMES(4), NAMES(5), NAMES(6), NAMES(7)};

enum { FUNCTIONS = sizeof(functions) / sizeof(*functions), THREADS = 4 };

static void *thread(void *number)
{
	long sum = 0;

	for (int i = 0; i < FUNCTIONS; i += 8)
		sum += functions[(i + (int)(long)number * 2) % FUNCTIONS](i);
	return (void *)sum;
}

int main(void)
{
	pthread_t threads[THREADS];
	void *result;
	long sum = 0;

	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, thread, (void *)i);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		printf("thread %d: %ld\n", i, (long)result);
	}
	for (int i = 0; i < FUNCTIONS; i++)
		sum += functions[i](i);
	printf("all: %ld\n", sum);
	return 0;
}
