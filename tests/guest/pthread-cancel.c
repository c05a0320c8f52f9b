/* Cancellation: deferred, disabled, cleanup handlers, cancellation points that block. */
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static sem_t ready, hold;
static int cleaned, pipes[2];

static void clean(void *p)
{
	cleaned = cleaned * 10 + (int)(size_t)p;
}

static void unlock(void *m)
{
	pthread_mutex_unlock(m);
}

static void *block_read(void *p)
{
	char c;
	(void)p;
	pthread_cleanup_push(clean, (void *)1);
	pthread_cleanup_push(clean, (void *)2);
	sem_post(&ready);
	read(pipes[0], &c, 1);
	puts("not reached");
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *block_sleep(void *p)
{
	sem_post(&ready);
	sleep(1000);
	return p;
}

static void *block_sem(void *p)
{
	sem_post(&ready);
	sem_wait(&hold);
	return p;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void *block_cond(void *p)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	sem_post(&ready);
	while (1)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(1);
	return p;
}

static void *disabled(void *p)
{
	int old;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	sem_post(&ready);
	sem_wait(&hold);
	usleep(1000);
	pthread_testcancel();
	puts("still there while disabled");
	pthread_setcancelstate(old, NULL);
	pthread_testcancel();
	puts("not reached");
	return p;
}

static void *computing(void *p)
{
	sem_post(&ready);
	while (1)
		pthread_testcancel();
	return p;
}

static void *leaving(void *p)
{
	pthread_cleanup_push(clean, (void *)7);
	pthread_cleanup_push(clean, (void *)8);
	pthread_cleanup_pop(1);
	pthread_exit(p);
	pthread_cleanup_pop(0);
	return NULL;
}

static void run(const char *name, void *(*function)(void *), int post)
{
	pthread_t t;
	void *result;
	MUST(pthread_create(&t, NULL, function, NULL) == 0);
	sem_wait(&ready);
	usleep(2000);
	int error = pthread_cancel(t);
	if (post)
		sem_post(&hold);
	MUST(pthread_join(t, &result) == 0);
	printf("%s: %s %s cleaned %d\n", name, error_name(error),
	       result == PTHREAD_CANCELED ? "cancelled" : "returned", cleaned);
	cleaned = 0;
}

int main(void)
{
	MUST(pipe(pipes) == 0 && sem_init(&ready, 0, 0) == 0 && sem_init(&hold, 0, 0) == 0);
	run("testcancel", computing, 0);
	run("disabled", disabled, 1);
	run("read", block_read, 0);
	run("sleep", block_sleep, 0);
	run("sem_wait", block_sem, 0);
	run("cond_wait", block_cond, 0);
	SHOW_ERROR(pthread_mutex_trylock(&mutex));
	pthread_t t;
	void *result;
	MUST(pthread_create(&t, NULL, leaving, (void *)3) == 0 && pthread_join(t, &result) == 0);
	printf("%d %d\n", (int)(size_t)result, cleaned);
	int old;
	SHOW_ERROR(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old));
	SHOW(old == PTHREAD_CANCEL_DEFERRED);
	SHOW_ERROR(pthread_setcanceltype(99, &old));
	SHOW_ERROR(pthread_setcancelstate(99, &old));
	return 0;
}
