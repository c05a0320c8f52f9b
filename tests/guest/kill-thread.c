/* kill with the id of a thread that is not its process's first: the signal is for the process, and any thread
 * may take it. */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"

static volatile sig_atomic_t taker;
static volatile pid_t target;
static pthread_barrier_t met;

static void handler(int number)
{
	(void)number;
	taker = gettid();
}

static void *blocked(void *unused)
{
	(void)unused;
	target = gettid();
	pthread_barrier_wait(&met);
	pthread_barrier_wait(&met);
	return NULL;
}

int main(void)
{
	sigset_t usr1;
	pthread_t thread;

	signal(SIGUSR1, handler);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	MUST(pthread_barrier_init(&met, NULL, 2) == 0);
	MUST(pthread_create(&thread, NULL, blocked, NULL) == 0);
	pthread_barrier_wait(&met);
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	SHOW(target != getpid());
	SHOW(kill(target, 0));
	SHOW(kill(target, SIGUSR1));
	SHOW(taker == gettid());
	pthread_barrier_wait(&met);
	pthread_join(thread, NULL);
	return 0;
}
