/* exit from a thread ends all of them, blocked or computing. */
/* lind-test: exit=6 */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

static void *spin(void *p)
{
	for (volatile unsigned i = 0;; i++)
		;
	return p;
}

static void *sleep_long(void *p)
{
	sleep(1000);
	return p;
}

static void *leave(void *p)
{
	usleep(5000);
	puts("leaving");
	exit(6);
	return p;
}

int main(void)
{
	pthread_t t;
	MUST(pthread_create(&t, NULL, spin, NULL) == 0);
	MUST(pthread_create(&t, NULL, sleep_long, NULL) == 0);
	MUST(pthread_create(&t, NULL, leave, NULL) == 0);
	pthread_join(t, NULL);
	puts("not reached");
	return 0;
}
