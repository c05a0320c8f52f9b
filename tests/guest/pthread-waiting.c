/* Condition variables, reader-writer locks, barriers, once, semaphores. */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

enum { ITEMS = 5000, ROOM = 16 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static int queue[ROOM], head, length;
static long long total;

static void *produce(void *p)
{
	for (int i = 1; i <= ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (length == ROOM)
			pthread_cond_wait(&not_full, &mutex);
		queue[(head + length++) % ROOM] = i;
		pthread_cond_signal(&not_empty);
		pthread_mutex_unlock(&mutex);
	}
	return p;
}

static void *consume(void *p)
{
	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (length == 0)
			pthread_cond_wait(&not_empty, &mutex);
		total += queue[head];
		head = (head + 1) % ROOM;
		length--;
		pthread_cond_signal(&not_full);
		pthread_mutex_unlock(&mutex);
	}
	return p;
}

static int go, woken;

static void *wait_go(void *p)
{
	pthread_mutex_lock(&mutex);
	while (!go)
		pthread_cond_wait(&not_empty, &mutex);
	woken++;
	pthread_mutex_unlock(&mutex);
	return p;
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static long guarded[2];

static void *write_both(void *p)
{
	for (int i = 0; i < 1000; i++) {
		pthread_rwlock_wrlock(&rwlock);
		guarded[0]++;
		guarded[1]++;
		pthread_rwlock_unlock(&rwlock);
	}
	return p;
}

static void *read_both(void *p)
{
	size_t wrong = 0;
	for (int i = 0; i < 2000; i++) {
		pthread_rwlock_rdlock(&rwlock);
		wrong += guarded[0] != guarded[1];
		pthread_rwlock_unlock(&rwlock);
	}
	(void)p;
	return (void *)wrong;
}

static pthread_barrier_t barrier;
static int arrived[4], serial;

static void *meet(void *p)
{
	size_t me = (size_t)p, wrong = 0;
	for (int round = 1; round <= 100; round++) {
		arrived[me] = round;
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_add_fetch(&serial, 1, __ATOMIC_SEQ_CST);
		for (int i = 0; i < 4; i++)
			wrong += arrived[i] != round;
		pthread_barrier_wait(&barrier);
	}
	return (void *)wrong;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int initialised;

static void initialise(void)
{
	usleep(1000);
	initialised++;
}

static void *need(void *p)
{
	pthread_once(&once, initialise);
	(void)p;
	return (void *)(size_t)initialised;
}

static size_t run(int count, void *(*function)(void *), void *(*other)(void *))
{
	pthread_t t[8];
	void *result;
	size_t sum = 0;
	for (int i = 0; i < count; i++)
		MUST(pthread_create(&t[i], NULL, i % 2 ? other : function, (void *)(size_t)i) == 0);
	for (int i = 0; i < count; i++) {
		MUST(pthread_join(t[i], &result) == 0);
		sum += (size_t)result;
	}
	return sum;
}

static sem_t semaphore;

static void *post(void *p)
{
	for (int i = 0; i < 1000; i++)
		sem_post(&semaphore);
	return p;
}

int main(void)
{
	run(4, produce, consume);
	SHOW(total);
	SHOW(length);
	pthread_t t[5];
	for (int i = 0; i < 5; i++)
		MUST(pthread_create(&t[i], NULL, wait_go, NULL) == 0);
	usleep(5000);
	pthread_mutex_lock(&mutex);
	go = 1;
	pthread_cond_broadcast(&not_empty);
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < 5; i++)
		pthread_join(t[i], NULL);
	SHOW(woken);
	struct timespec when;
	clock_gettime(CLOCK_REALTIME, &when);
	when.tv_nsec += 10000000;
	if (when.tv_nsec >= 1000000000)
		when.tv_sec++, when.tv_nsec -= 1000000000;
	pthread_mutex_lock(&mutex);
	SHOW_ERROR(pthread_cond_timedwait(&not_full, &mutex, &when));
	when.tv_nsec = -1;
	SHOW_ERROR(pthread_cond_timedwait(&not_full, &mutex, &when));
	pthread_mutex_unlock(&mutex);
	pthread_condattr_t attr;
	pthread_cond_t timed;
	SHOW_ERROR(pthread_condattr_init(&attr));
	SHOW_ERROR(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
	SHOW_ERROR(pthread_condattr_setclock(&attr, CLOCK_PROCESS_CPUTIME_ID));
	SHOW_ERROR(pthread_cond_init(&timed, &attr));
	clock_gettime(CLOCK_MONOTONIC, &when);
	pthread_mutex_lock(&mutex);
	SHOW_ERROR(pthread_cond_timedwait(&timed, &mutex, &when));
	pthread_mutex_unlock(&mutex);
	SHOW_ERROR(pthread_cond_destroy(&timed));

	run(4, write_both, read_both);
	SHOW(guarded[0]);
	SHOW(guarded[1]);
	SHOW_ERROR(pthread_rwlock_rdlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_tryrdlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_trywrlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_unlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_unlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_wrlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_rdlock(&rwlock));
	SHOW_ERROR(pthread_rwlock_tryrdlock(&rwlock));
	when = (struct timespec){1, 0};
	SHOW_ERROR(pthread_rwlock_timedwrlock(&rwlock, &when));
	SHOW_ERROR(pthread_rwlock_unlock(&rwlock));

	SHOW_ERROR(pthread_barrier_init(&barrier, NULL, 0));
	SHOW_ERROR(pthread_barrier_init(&barrier, NULL, 4));
	SHOW(run(4, meet, meet));
	SHOW(serial);
	SHOW_ERROR(pthread_barrier_destroy(&barrier));
	SHOW(run(6, need, need));

	int value;
	SHOW(sem_init(&semaphore, 0, 2));
	SHOW(sem_wait(&semaphore));
	SHOW(sem_trywait(&semaphore));
	SHOW(sem_trywait(&semaphore));
	when = (struct timespec){1, 0};
	SHOW(sem_timedwait(&semaphore, &when));
	when.tv_nsec = 1000000000;
	SHOW(sem_timedwait(&semaphore, &when));
	run(4, post, post);
	SHOW(sem_getvalue(&semaphore, &value));
	SHOW(value);
	for (int i = 0; i < 4000; i++)
		MUST(sem_wait(&semaphore) == 0);
	SHOW(sem_trywait(&semaphore));
	SHOW(sem_init(&semaphore, 0, 0x80000000u));
	SHOW(sem_init(&semaphore, 0, 0x7fffffff));
	SHOW(sem_post(&semaphore));
	SHOW(sem_destroy(&semaphore));
	return 0;
}
