/* What a thread may do to the scheduling of another of its process, also before that has run; what new
 * threads inherit. */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

static sem_t told, leave;
static pid_t tid;

static void *wait_here(void *p)
{
	tid = gettid();
	sem_post(&told);
	while (sem_wait(&leave))
		;
	return p;
}

static void *policy_of_new(void *p)
{
	int policy = sched_getscheduler(0);
	(void)p;
	return (void *)(size_t)policy;
}

static void *make_new(void *p)
{
	pthread_t t;
	void *result;
	sem_post(&told);
	while (sem_wait(&leave))
		;
	(void)p;
	MUST(pthread_create(&t, NULL, policy_of_new, NULL) == 0 && pthread_join(t, &result) == 0);
	return result;
}

static void *processors_of_new(void *p)
{
	cpu_set_t *wanted = p, set;
	MUST(sched_getaffinity(0, sizeof set, &set) == 0);
	return (void *)(size_t)CPU_EQUAL(wanted, &set);
}

int main(void)
{
	cpu_set_t all, one, set;
	pthread_attr_t attr;
	pthread_t t;
	void *result;
	int policy, first = 0;
	struct sched_param parameters = {0};
	MUST(sem_init(&told, 0, 0) == 0 && sem_init(&leave, 0, 0) == 0);
	SHOW_ERROR(pthread_getaffinity_np(pthread_self(), sizeof all, &all));
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);

	/* Through attributes: set by the creator, before the thread runs. */
	MUST(pthread_attr_init(&attr) == 0);
	SHOW_ERROR(pthread_attr_setaffinity_np(&attr, sizeof one, &one));
	for (int i = 0; i < 20; i++) {
		MUST(pthread_create(&t, &attr, processors_of_new, &one) == 0 &&
		     pthread_join(t, &result) == 0);
		MUST(result);
	}
	SHOW_ERROR(pthread_attr_setschedpolicy(&attr, SCHED_OTHER));
	SHOW_ERROR(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED));
	for (int i = 0; i < 20; i++)
		MUST(pthread_create(&t, &attr, processors_of_new, &one) == 0 && pthread_join(t, NULL) == 0);
	/* No such processor: the thread is not made. */
	CPU_ZERO(&set);
	CPU_SET(CPU_SETSIZE - 1, &set);
	SHOW_ERROR(pthread_attr_setaffinity_np(&attr, sizeof set, &set));
	SHOW_ERROR(pthread_create(&t, &attr, processors_of_new, &one));

	/* While it runs. */
	MUST(pthread_create(&t, NULL, wait_here, NULL) == 0 && sem_wait(&told) == 0);
	SHOW_ERROR(pthread_setaffinity_np(t, sizeof one, &one));
	SHOW_ERROR(pthread_getaffinity_np(t, sizeof set, &set));
	SHOW(CPU_EQUAL(&one, &set));
	SHOW(sched_getaffinity(tid, sizeof set, &set));
	SHOW(CPU_EQUAL(&one, &set));
	SHOW_ERROR(pthread_setschedparam(t, SCHED_BATCH, &parameters));
	SHOW_ERROR(pthread_getschedparam(t, &policy, &parameters));
	SHOW(policy == SCHED_BATCH);
	SHOW(sched_getscheduler(tid) == SCHED_BATCH);
	SHOW(sched_getscheduler(0) == SCHED_OTHER);
	parameters.sched_priority = 1;
	SHOW_ERROR(pthread_setschedparam(t, SCHED_BATCH, &parameters));
	SHOW_ERROR(pthread_setschedparam(t, 77, &parameters));
	SHOW(sched_setaffinity(0x3ffffff0, sizeof one, &one));
	SHOW(sched_getscheduler(0x3ffffff0));
	sem_post(&leave);
	pthread_join(t, NULL);
	/* Its host thread serves nobody else with that. */
	MUST(pthread_create(&t, NULL, processors_of_new, &all) == 0 && pthread_join(t, &result) == 0);
	SHOW(result != NULL);
	MUST(pthread_create(&t, NULL, policy_of_new, NULL) == 0 && pthread_join(t, &result) == 0);
	SHOW((int)(size_t)result == SCHED_OTHER);
	/* But what it starts has it too. */
	MUST(pthread_create(&t, NULL, make_new, NULL) == 0 && sem_wait(&told) == 0);
	parameters.sched_priority = 0;
	SHOW_ERROR(pthread_setschedparam(t, SCHED_BATCH, &parameters));
	sem_post(&leave);
	MUST(pthread_join(t, &result) == 0);
	SHOW((int)(size_t)result == SCHED_BATCH);
	return 0;
}
