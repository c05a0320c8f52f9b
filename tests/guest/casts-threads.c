/* Functions of unusual types where threads call them. */
#include "check.h"

#include <pthread.h>
#include <stdint.h>

static int returns_int(void *argument)
{
	printf("returns int %d\n", *(int *)argument);
	return 5;
}

static void returns_nothing(int *argument)
{
	++*argument;
}

static void takes_nothing(void)
{
	printf("takes nothing\n");
}

static long takes_long(long number)
{
	return number * 2;
}

static int once_with_result(void)
{
	printf("once\n");
	return 1;
}

static int cleans(const char *text, int unused)
{
	(void)unused;
	printf("cleans %s\n", text);
	return 1;
}

static void destroys(int *value, int unused)
{
	(void)unused;
	printf("destroys %d\n", *value);
}

static pthread_key_t key;

static void *body(void *value)
{
	pthread_setspecific(key, value);
	pthread_cleanup_push((void (*)(void *))cleans, "up");
	pthread_cleanup_pop(1);
	return value;
}

static void run(void *function, void *argument)
{
	pthread_t thread;
	int created = pthread_create(&thread, NULL, (void *(*)(void *))function, argument);
	int joined = pthread_join(thread, NULL);
	printf("created %d, joined %d\n", created, joined);
}

int main(void)
{
	int number = 7;
	pthread_t thread;
	void *result;
	pthread_once_t once = PTHREAD_ONCE_INIT;
	run(returns_int, &number);
	run(returns_nothing, &number);
	run(takes_nothing, NULL);
	printf("number %d\n", number);
	pthread_create(&thread, NULL, (void *(*)(void *))takes_long, (void *)(intptr_t)21);
	pthread_join(thread, &result);
	printf("result %d\n", (int)(intptr_t)result);
	pthread_once(&once, (void (*)(void))once_with_result);
	pthread_once(&once, (void (*)(void))once_with_result);
	SHOW(pthread_key_create(&key, (void (*)(void *))destroys));
	run(body, &number);
	return 0;
}
