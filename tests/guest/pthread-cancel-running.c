/* Cancellation in the middle of code: asynchronous, with cleanup handlers and destructors; threads that leave
 * in a handler of signals; the first thread too. */
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

static sem_t ready;
static pthread_key_t key;
static int cleaned, destroyed;
static volatile unsigned counter;

static void clean(void *p)
{
	cleaned = cleaned * 10 + *(int *)p;
}

static void destroy(void *p)
{
	destroyed += (int)(size_t)p;
}

static void *spin(void *p)
{
	int one = 1, two = 2;
	pthread_setspecific(key, (void *)7);
	pthread_cleanup_push(clean, &one);
	pthread_cleanup_push(clean, &two);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&ready);
	while (1)
		counter++;
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return p;
}

/* Not before it is enabled. */
static void *spin_disabled(void *p)
{
	int three = 3, state;
	pthread_setspecific(key, (void *)8);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&ready);
	while (*(volatile int *)p == 0)
		counter++;
	pthread_cleanup_push(clean, &three);
	pthread_setcancelstate(state, NULL);
	while (1)
		counter++;
	pthread_cleanup_pop(0);
	return p;
}

static void *spin_deferred(void *p)
{
	int four = 4;
	pthread_cleanup_push(clean, &four);
	sem_post(&ready);
	while (*(volatile int *)p == 0)
		counter++;
	cleaned = 5;
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return p;
}

static void leave(int number)
{
	pthread_exit((void *)(size_t)number);
}

static void *spin_until_signal(void *p)
{
	int six = 6;
	pthread_setspecific(key, (void *)9);
	pthread_cleanup_push(clean, &six);
	sem_post(&ready);
	while (1)
		counter++;
	pthread_cleanup_pop(0);
	return p;
}

static volatile int go;

static void check(const char *name, void *(*function)(void *), int signal)
{
	pthread_t t;
	void *result = NULL;
	cleaned = destroyed = go = 0;
	MUST(pthread_create(&t, NULL, function, (void *)&go) == 0);
	while (sem_wait(&ready))
		;
	if (signal)
		MUST(pthread_kill(t, signal) == 0);
	else
		MUST(pthread_cancel(t) == 0);
	go = 1;
	MUST(pthread_join(t, &result) == 0);
	printf("%s: %s, cleaned %d, destroyed %d\n", name,
	       result == PTHREAD_CANCELED  ? "cancelled"
	       : (size_t)result == SIGUSR1 ? "left"
					   : "returned",
	       cleaned, destroyed);
}

static pthread_t first;

static void *cancel_first(void *p)
{
	MUST(pthread_cancel(first) == 0);
	void *result = NULL;
	MUST(pthread_join(first, &result) == 0);
	printf("the first: %s, cleaned %d\n", result == PTHREAD_CANCELED ? "cancelled" : "returned", cleaned);
	return p;
}

int main(void)
{
	MUST(sem_init(&ready, 0, 0) == 0 && pthread_key_create(&key, destroy) == 0);
	signal(SIGUSR1, leave);
	for (int i = 0; i < 20; i++)
		check("spinning", spin, 0);
	check("disabled", spin_disabled, 0);
	check("deferred", spin_deferred, 0);
	for (int i = 0; i < 5; i++)
		check("by signal", spin_until_signal, SIGUSR1);
	/* Many at once. */
	pthread_t many[20];
	destroyed = cleaned = 0;
	for (int i = 0; i < 20; i++)
		MUST(pthread_create(&many[i], NULL, spin_until_signal, NULL) == 0 && sem_wait(&ready) == 0);
	for (int i = 0; i < 20; i++)
		MUST(pthread_kill(many[i], SIGUSR1) == 0);
	for (int i = 0; i < 20; i++)
		MUST(pthread_join(many[i], NULL) == 0);
	puts("many left");
	int eight = 8;
	cleaned = 0;
	first = pthread_self();
	pthread_cleanup_push(clean, &eight);
	pthread_t t;
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	MUST(pthread_create(&t, NULL, cancel_first, NULL) == 0);
	while (1)
		counter++;
	pthread_cleanup_pop(0);
	return 0;
}
