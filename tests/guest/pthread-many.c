/* Two thousand threads at once, again and again; their clocks; stacks of the program's own; threads that
 * nobody joins. */
#include "check.h"

#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 2000, STACK = 64 * 1024 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int alive, go;
static sem_t ended;
static __thread size_t mine;

static void *wait_for_all(void *p)
{
	mine = (size_t)p;
	pthread_mutex_lock(&mutex);
	if (++alive == MANY)
		pthread_cond_broadcast(&condition);
	while (!go)
		pthread_cond_wait(&condition, &mutex);
	pthread_mutex_unlock(&mutex);
	return (void *)(mine * 3);
}

static void *detached(void *p)
{
	sem_post(&ended);
	return p;
}

static void *on_own_stack(void *p)
{
	char here;
	return (void *)(size_t)(&here > (char *)p && &here < (char *)p + STACK);
}

static void *guarded(void *p)
{
	pthread_attr_t attr;
	size_t size = 0;
	MUST(pthread_getattr_np(pthread_self(), &attr) == 0 && pthread_attr_getguardsize(&attr, &size) == 0);
	pthread_attr_destroy(&attr);
	(void)p;
	return (void *)size;
}

int main(void)
{
	static pthread_t t[MANY];
	pthread_attr_t attr;
	void *result;
	MUST(pthread_attr_init(&attr) == 0);
	SHOW_ERROR(pthread_attr_setstacksize(&attr, STACK));
	for (int round = 0; round < 3; round++) {
		size_t wrong = 0;
		alive = go = 0;
		for (size_t i = 0; i < MANY; i++)
			MUST(pthread_create(&t[i], &attr, wait_for_all, (void *)i) == 0);
		pthread_mutex_lock(&mutex);
		while (alive < MANY)
			pthread_cond_wait(&condition, &mutex);
		go = 1;
		pthread_cond_broadcast(&condition);
		pthread_mutex_unlock(&mutex);
		for (size_t i = 0; i < MANY; i++) {
			MUST(pthread_join(t[i], &result) == 0);
			wrong += (size_t)result != i * 3;
		}
		printf("round %d: alive %d, wrong %zu\n", round, alive, wrong);
	}
	MUST(sem_init(&ended, 0, 0) == 0);
	SHOW_ERROR(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
	for (int i = 0; i < MANY; i++)
		MUST(pthread_create(&t[0], &attr, detached, NULL) == 0);
	for (int i = 0; i < MANY; i++)
		MUST(sem_wait(&ended) == 0);
	puts("detached ones have run");

	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(pthread_attr_destroy(&attr) == 0 && pthread_attr_init(&attr) == 0);
	SHOW_ERROR(pthread_attr_setstack(&attr, stack, 100));
	SHOW_ERROR(pthread_attr_setstack(&attr, stack, STACK));
	for (int i = 0; i < 100; i++) {
		MUST(pthread_create(&t[0], &attr, on_own_stack, stack) == 0 &&
		     pthread_join(t[0], &result) == 0);
		MUST(result);
		memset(stack, i, STACK);
	}
	MUST(munmap(stack, STACK) == 0);
	MUST(pthread_attr_init(&attr) == 0);
	for (size_t size = 0; size <= 65536; size = size ? size * 16 : 4096) {
		SHOW_ERROR(pthread_attr_setguardsize(&attr, size));
		MUST(pthread_create(&t[0], &attr, guarded, NULL) == 0 && pthread_join(t[0], &result) == 0);
		SHOW((size_t)result);
	}
	/* No room for such a stack, and nothing left behind. */
	SHOW_ERROR(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN));
	SHOW_ERROR(pthread_create(&t[0], &attr, guarded, NULL));
	SHOW_ERROR(pthread_join(t[0], NULL));
	SHOW_ERROR(pthread_timedjoin_np(pthread_self(), NULL, &(struct timespec){0, 0}));
	clockid_t clock;
	struct timespec used;
	SHOW_ERROR(pthread_getcpuclockid(pthread_self(), &clock));
	SHOW(clock_gettime(clock, &used));
	go = 0;
	MUST(pthread_create(&t[0], NULL, wait_for_all, NULL) == 0);
	SHOW_ERROR(pthread_getcpuclockid(t[0], &clock));
	SHOW(clock_gettime(clock, &used));
	pthread_mutex_lock(&mutex);
	go = 1;
	pthread_cond_broadcast(&condition);
	pthread_mutex_unlock(&mutex);
	MUST(pthread_join(t[0], NULL) == 0);
	SHOW_ERROR(pthread_kill(pthread_self(), 0));
	SHOW_ERROR(pthread_kill(pthread_self(), 999));
	return 0;
}
