/* Twenty threads that call the same handlers at once, some of them in a call that blocks until another thread
 * has made a call. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 20, ROUNDS = 500 };

static int pipes[THREADS][2];

static void *work(void *argument)
{
	long me = (long)argument;
	long good = 0;
	for (int i = 0; i < ROUNDS; i++) {
		char text[64], back[64];
		int length = snprintf(text, sizeof text, "thread %ld round %d", me, i);
		struct stat status;
		/* To the next thread; from the one before, which may not have written yet. */
		write(pipes[(me + 1) % THREADS][1], text, (size_t)length);
		long before = (me + THREADS - 1) % THREADS;
		char expected[64];
		int wanted = snprintf(expected, sizeof expected, "thread %ld round %d", before, i), have = 0;
		while (have < wanted) {
			ssize_t got = read(pipes[me][0], back + have, (size_t)(wanted - have));
			if (got <= 0)
				break;
			have += (int)got;
		}
		good += have == wanted && !memcmp(back, expected, (size_t)wanted) && !stat("/", &status) &&
			S_ISDIR(status.st_mode);
	}
	return (void *)good;
}

int main(void)
{
	pthread_t threads[THREADS];
	long sum = 0;
	for (int i = 0; i < THREADS; i++)
		if (pipe(pipes[i]))
			return 1;
	for (long i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)i))
			return 2;
	for (int i = 0; i < THREADS; i++) {
		void *good;
		pthread_join(threads[i], &good);
		sum += (long)good;
	}
	printf("%ld of %d\n", sum, THREADS * ROUNDS);
	return 0;
}
