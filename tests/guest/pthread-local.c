/* Thread-local data: __thread variables, keys and their destructors, C11 threads and call_once. */
#include "check.h"

#include <pthread.h>
#include <threads.h>

static __thread int counter = 5;
static __thread char text[100];
static _Thread_local _Alignas(64) struct {
	long long a;
	double b;
} aligned = {7, 2.5};
static pthread_key_t key, chain;
static int destroyed;

static void destroy(void *p)
{
	destroyed += (int)(size_t)p;
}

static void destroy_again(void *p)
{
	/* Setting it anew makes the destructor run again, a few times. */
	if ((size_t)p < 3)
		pthread_setspecific(chain, (char *)p + 1);
	destroyed += 1000;
}

static void *work(void *p)
{
	int wrong = counter != 5 || text[0] || aligned.a != 7 || aligned.b != 2.5 || (size_t)&aligned % 64;
	counter += (int)(size_t)p;
	snprintf(text, sizeof(text), "thread %d", counter);
	wrong += pthread_getspecific(key) != NULL;
	pthread_setspecific(key, p);
	pthread_setspecific(chain, (void *)1);
	for (int i = 0; i < 100; i++)
		thrd_yield();
	char expected[100];
	snprintf(expected, sizeof(expected), "thread %d", 5 + (int)(size_t)p);
	errno = (int)(size_t)p;
	wrong += strcmp(text, expected) != 0 || pthread_getspecific(key) != p || errno != (int)(size_t)p;
	return (void *)(size_t)wrong;
}

static int c11(void *p)
{
	return *(int *)p + 1;
}

static once_flag flag = ONCE_FLAG_INIT;
static int once_count;

static void once_function(void)
{
	once_count++;
}

static tss_t tss;

int main(void)
{
	SHOW_ERROR(pthread_key_create(&key, destroy));
	SHOW_ERROR(pthread_key_create(&chain, destroy_again));
	counter = 100;
	strcpy(text, "main");
	pthread_t t[8];
	void *result;
	size_t wrong = 0;
	for (size_t i = 1; i <= 8; i++)
		MUST(pthread_create(&t[i - 1], NULL, work, (void *)i) == 0);
	for (int i = 0; i < 8; i++) {
		pthread_join(t[i], &result);
		wrong += (size_t)result;
	}
	SHOW(wrong);
	SHOW(destroyed);
	SHOW(counter);
	puts(text);
	SHOW(pthread_getspecific(key) == NULL);
	SHOW_ERROR(pthread_setspecific(key, &key));
	SHOW(pthread_getspecific(key) == &key);
	SHOW_ERROR(pthread_key_delete(key));
	SHOW_ERROR(pthread_setspecific(key, &key));
	SHOW_ERROR(pthread_key_delete(key));
	pthread_key_t keys[1100];
	int made = 0;
	while (made < 1100 && pthread_key_create(&keys[made], NULL) == 0)
		made++;
	SHOW(made);

	thrd_t c;
	int argument = 41, status = 0;
	SHOW(thrd_create(&c, c11, &argument) == thrd_success);
	SHOW(thrd_join(c, &status) == thrd_success);
	SHOW(status);
	call_once(&flag, once_function);
	call_once(&flag, once_function);
	SHOW(once_count);
	mtx_t m;
	SHOW(mtx_init(&m, mtx_recursive) == thrd_success);
	SHOW(mtx_lock(&m) == thrd_success);
	SHOW(mtx_trylock(&m) == thrd_success);
	mtx_destroy(&m);
	SHOW(tss_create(&tss, NULL) == thrd_error);
	return 0;
}
