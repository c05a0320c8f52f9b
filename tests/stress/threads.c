/* A hundred thousand threads, made and joined one by one, in batches and by several others at once: each
 * gives back what it should. */
#include <pthread.h>

#include "stress.h"

enum { THREADS = 100000, MAKERS = 4, BATCH = 50 };

static __thread size_t own;

static void *gives(void *value)
{
	own += (size_t)value;
	return (void *)(own * 3);
}

static void make(size_t count)
{
	pthread_t all[BATCH];
	void *result;
	for (size_t i = 0; i < count; i += BATCH) {
		for (size_t j = 0; j < BATCH; j++)
			MUST(pthread_create(&all[j], NULL, gives, (void *)(i + j)) == 0);
		for (size_t j = 0; j < BATCH; j++) {
			MUST(pthread_join(all[j], &result) == 0);
			MUST((size_t)result == (i + j) * 3);
		}
	}
}

static void *makes(void *count)
{
	make((size_t)count);
	return NULL;
}

static void round_of_threads(void)
{
	size_t half = (size_t)sized(THREADS) / 2;
	pthread_t makers[MAKERS], thread;
	void *result;
	for (size_t i = 0; i < half; i++) {
		MUST(pthread_create(&thread, NULL, gives, (void *)i) == 0);
		MUST(pthread_join(thread, &result) == 0);
		MUST((size_t)result == i * 3);
	}
	for (int i = 0; i < MAKERS; i++)
		MUST(pthread_create(&makers[i], NULL, makes, (void *)(half / MAKERS)) == 0);
	for (int i = 0; i < MAKERS; i++)
		MUST(pthread_join(makers[i], NULL) == 0);
}

int main(int count, char **arguments)
{
	return stress(count, arguments, round_of_threads);
}
