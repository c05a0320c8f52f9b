/* Mutexes: each kind, recursion, errors, time limits, contention; spin locks. */
#include "check.h"

#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, kind;
static long counter;

static void *count(void *p)
{
	for (int i = 0; i < 20000; i++) {
		pthread_mutex_lock(p);
		counter++;
		pthread_mutex_unlock(p);
	}
	return NULL;
}

static pthread_spinlock_t spin;

static void *count_spin(void *p)
{
	for (int i = 0; i < 2000; i++) {
		pthread_spin_lock(p);
		counter++;
		pthread_spin_unlock(p);
	}
	return NULL;
}

static void *try_it(void *p)
{
	return (void *)(size_t)pthread_mutex_trylock(p);
}

static void *unlock_it(void *p)
{
	return (void *)(size_t)pthread_mutex_unlock(p);
}

static void *time_it(void *p)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 20000000;
	if (t.tv_nsec >= 1000000000)
		t.tv_sec++, t.tv_nsec -= 1000000000;
	return (void *)(size_t)pthread_mutex_timedlock(p, &t);
}

static const char *elsewhere(void *(*function)(void *), void *argument)
{
	pthread_t t;
	void *result;
	MUST(pthread_create(&t, NULL, function, argument) == 0 && pthread_join(t, &result) == 0);
	return error_name((int)(size_t)result);
}

int main(void)
{
	pthread_t t[4];
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&t[i], NULL, count, &mutex) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	SHOW(counter);

	static const int kinds[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK,
				    PTHREAD_MUTEX_ADAPTIVE_NP};
	pthread_mutexattr_t attr;
	MUST(pthread_mutexattr_init(&attr) == 0);
	SHOW_ERROR(pthread_mutexattr_settype(&attr, 77));
	for (int i = 0; i < 4; i++) {
		printf("kind %d\n", kinds[i]);
		MUST(pthread_mutexattr_settype(&attr, kinds[i]) == 0 &&
		     pthread_mutex_init(&kind, &attr) == 0);
		SHOW_ERROR(pthread_mutex_lock(&kind));
		SHOW_ERROR(pthread_mutex_trylock(&kind));
		if (kinds[i] == PTHREAD_MUTEX_RECURSIVE)
			SHOW_ERROR(pthread_mutex_unlock(&kind));
		if (kinds[i] == PTHREAD_MUTEX_ERRORCHECK)
			SHOW_ERROR(pthread_mutex_lock(&kind));
		puts(elsewhere(try_it, &kind));
		puts(elsewhere(time_it, &kind));
		if (kinds[i] == PTHREAD_MUTEX_RECURSIVE || kinds[i] == PTHREAD_MUTEX_ERRORCHECK)
			puts(elsewhere(unlock_it, &kind));
		SHOW_ERROR(pthread_mutex_destroy(&kind));
		SHOW_ERROR(pthread_mutex_unlock(&kind));
		if (kinds[i] == PTHREAD_MUTEX_RECURSIVE || kinds[i] == PTHREAD_MUTEX_ERRORCHECK)
			SHOW_ERROR(pthread_mutex_unlock(&kind));
		counter = 0;
		for (int k = 0; k < 3; k++)
			MUST(pthread_create(&t[k], NULL, count, &kind) == 0);
		for (int k = 0; k < 3; k++)
			pthread_join(t[k], NULL);
		SHOW(counter);
		SHOW_ERROR(pthread_mutex_destroy(&kind));
	}
	struct timespec past = {0, 0}, wrong = {0, -1};
	MUST(pthread_mutex_lock(&mutex) == 0);
	SHOW_ERROR(pthread_mutex_timedlock(&mutex, &past));
	SHOW_ERROR(pthread_mutex_timedlock(&mutex, &wrong));
	clock_gettime(CLOCK_MONOTONIC, &past);
	SHOW_ERROR(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &past));
	pthread_mutex_unlock(&mutex);

	SHOW_ERROR(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
	counter = 0;
	for (int k = 0; k < 3; k++)
		MUST(pthread_create(&t[k], NULL, count_spin, (void *)&spin) == 0);
	for (int k = 0; k < 3; k++)
		pthread_join(t[k], NULL);
	SHOW(counter);
	SHOW_ERROR(pthread_spin_lock(&spin));
	SHOW_ERROR(pthread_spin_trylock(&spin));
	SHOW_ERROR(pthread_spin_unlock(&spin));
	return 0;
}
