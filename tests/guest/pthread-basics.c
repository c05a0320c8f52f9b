/* Threads: creation, results, attributes, detached ones, identity, names, many at once. */
#include "check.h"

#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static void *square(void *p)
{
	return (void *)((size_t)p * (size_t)p);
}

static void *leave(void *p)
{
	pthread_exit((char *)p + 1);
}

static sem_t done;
static int detached_ran;

static void *detached(void *p)
{
	__atomic_store_n(&detached_ran, (int)(size_t)p, __ATOMIC_SEQ_CST);
	sem_post(&done);
	return NULL;
}

static void *self(void *p)
{
	pthread_t me = pthread_self();
	return (void *)(size_t)(pthread_equal(me, *(pthread_t *)p) != 0 && gettid() != getpid());
}

static void *stack(void *p)
{
	pthread_attr_t attr;
	size_t size = 0, guard = 0;
	void *base = NULL;
	char local;
	MUST(pthread_getattr_np(pthread_self(), &attr) == 0);
	pthread_attr_getstack(&attr, &base, &size);
	pthread_attr_getguardsize(&attr, &guard);
	pthread_attr_destroy(&attr);
	volatile char deep[100000];
	deep[0] = deep[99999] = 1;
	return (void *)(size_t)(size >= *(size_t *)p && &local > (char *)base &&
				&local < (char *)base + size);
}

static void *join_self(void *p)
{
	(void)p;
	return (void *)(size_t)pthread_join(pthread_self(), NULL);
}

int main(void)
{
	pthread_t t[50];
	void *result;
	for (size_t i = 0; i < 50; i++)
		MUST(pthread_create(&t[i], NULL, square, (void *)i) == 0);
	size_t sum = 0;
	for (int i = 0; i < 50; i++) {
		MUST(pthread_join(t[i], &result) == 0);
		sum += (size_t)result;
	}
	SHOW(sum);
	SHOW_ERROR(pthread_create(&t[0], NULL, leave, (void *)41));
	SHOW_ERROR(pthread_join(t[0], &result));
	SHOW((size_t)result);

	pthread_attr_t attr;
	int state;
	size_t size = 0;
	SHOW_ERROR(pthread_attr_init(&attr));
	SHOW_ERROR(pthread_attr_getdetachstate(&attr, &state));
	SHOW(state == PTHREAD_CREATE_JOINABLE);
	SHOW_ERROR(pthread_attr_setstacksize(&attr, 100));
	SHOW_ERROR(pthread_attr_setstacksize(&attr, 512 * 1024));
	SHOW_ERROR(pthread_attr_getstacksize(&attr, &size));
	SHOW(size);
	SHOW_ERROR(pthread_attr_setdetachstate(&attr, 99));
	SHOW_ERROR(pthread_create(&t[0], &attr, stack, &size));
	SHOW_ERROR(pthread_join(t[0], &result));
	SHOW((size_t)result);
	MUST(sem_init(&done, 0, 0) == 0);
	SHOW_ERROR(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
	SHOW_ERROR(pthread_create(&t[0], &attr, detached, (void *)5));
	SHOW(sem_wait(&done));
	SHOW(detached_ran);
	SHOW_ERROR(pthread_create(&t[0], NULL, detached, (void *)6));
	SHOW_ERROR(pthread_detach(t[0]));
	SHOW(sem_wait(&done));
	SHOW_ERROR(pthread_create(&t[0], NULL, self, &t[0]));
	SHOW_ERROR(pthread_join(t[0], &result));
	SHOW((size_t)result <= 1);
	SHOW_ERROR(pthread_create(&t[0], NULL, join_self, NULL));
	SHOW_ERROR(pthread_join(t[0], &result));
	SHOW((size_t)result == EDEADLK);
	SHOW(gettid() == getpid());
	SHOW_ERROR(pthread_setname_np(pthread_self(), "a name too long for it"));
	SHOW_ERROR(pthread_setname_np(pthread_self(), "shorter"));
	char name[20] = "";
	SHOW_ERROR(pthread_getname_np(pthread_self(), name, sizeof(name)));
	puts(name);
	SHOW_ERROR(pthread_tryjoin_np(pthread_self(), NULL));
	/* One after another: stacks come back. */
	for (int i = 0; i < 1000; i++) {
		MUST(pthread_create(&t[0], NULL, square, (void *)(size_t)i) == 0);
		MUST(pthread_join(t[0], &result) == 0 && (size_t)result == (size_t)i * (size_t)i);
	}
	puts("a thousand");
	return 0;
}
