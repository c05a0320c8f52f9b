/* main leaves by pthread_exit: the process lives until its last thread ends, and then exits with 0. */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

static void *later(void *p)
{
	usleep(20000);
	puts((const char *)p);
	return NULL;
}

static void at_end(void)
{
	puts("atexit");
}

int main(void)
{
	pthread_t t;
	atexit(at_end);
	MUST(pthread_create(&t, NULL, later, "the other thread") == 0);
	puts("main leaves");
	pthread_exit((void *)5);
}
