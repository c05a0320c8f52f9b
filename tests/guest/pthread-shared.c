/* Locks in memory that processes share: mutexes of each kind, robust ones whose owner is another process that
 * ends, conditions, barriers, reader-writer locks, semaphores with and without a name. */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 4, TURNS = 2000 };

static struct shared {
	pthread_mutex_t mutex, robust[4], inherits;
	pthread_cond_t condition;
	pthread_barrier_t barrier;
	pthread_rwlock_t rwlock;
	pthread_spinlock_t spin;
	sem_t ready, semaphore;
	long counter, inherited, spun, pair[2];
	int turn, serial, wrong;
} *shared;

static void start(int count, void (*function)(int), pid_t pid[])
{
	for (int i = 0; i < count; i++) {
		pid[i] = fork();
		MUST(pid[i] >= 0);
		if (pid[i] == 0) {
			function(i);
			_exit(0);
		}
	}
}

static void end(int count, pid_t pid[])
{
	for (int i = 0; i < count; i++) {
		int status;
		MUST(waitpid(pid[i], &status, 0) == pid[i]);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			printf("child %d: status %x\n", i, status);
	}
}

static void count(int me)
{
	(void)me;
	for (int i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&shared->mutex);
		shared->counter++;
		pthread_mutex_unlock(&shared->mutex);
		pthread_mutex_lock(&shared->inherits);
		shared->inherited++;
		pthread_mutex_unlock(&shared->inherits);
		pthread_spin_lock(&shared->spin);
		shared->spun++;
		pthread_spin_unlock(&shared->spin);
	}
}

static void take_turns(int me)
{
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&shared->mutex);
		while (shared->turn != me)
			pthread_cond_wait(&shared->condition, &shared->mutex);
		shared->turn = (me + 1) % CHILDREN;
		pthread_cond_broadcast(&shared->condition);
		pthread_mutex_unlock(&shared->mutex);
	}
}

static void meet(int me)
{
	(void)me;
	for (int i = 0; i < 50; i++)
		if (pthread_barrier_wait(&shared->barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_add_fetch(&shared->serial, 1, __ATOMIC_SEQ_CST);
}

static void read_or_write(int me)
{
	for (int i = 0; i < 300; i++) {
		if (me % 2) {
			pthread_rwlock_wrlock(&shared->rwlock);
			shared->pair[0]++;
			shared->pair[1]++;
		} else {
			pthread_rwlock_rdlock(&shared->rwlock);
			if (shared->pair[0] != shared->pair[1])
				__atomic_add_fetch(&shared->wrong, 1, __ATOMIC_SEQ_CST);
		}
		pthread_rwlock_unlock(&shared->rwlock);
	}
}

/* Ends with all of them, in one way or another. */
static void hold(int way)
{
	for (int i = 0; i < 4; i++)
		pthread_mutex_lock(&shared->robust[i]);
	sem_post(&shared->ready);
	if (way == 1)
		while (1)
			pause();
	if (way == 2) {
		execlp("true", "true", NULL);
		_exit(0); /* where there is none */
	}
}

static void owners_end(int robust)
{
	for (int way = 0; way < 3; way++) {
		pid_t pid = fork();
		int status;
		MUST(pid >= 0);
		if (pid == 0) {
			hold(way);
			_exit(0);
		}
		while (sem_wait(&shared->ready))
			;
		if (way == 1)
			MUST(kill(pid, SIGKILL) == 0);
		for (int i = 0; i < robust; i++) {
			SHOW_ERROR(pthread_mutex_lock(&shared->robust[i]));
			SHOW_ERROR(pthread_mutex_consistent(&shared->robust[i]));
			SHOW_ERROR(pthread_mutex_unlock(&shared->robust[i]));
		}
		MUST(waitpid(pid, &status, 0) == pid);
		printf("way %d\n", way);
	}
}

static char name[40];

static void post_named(int me)
{
	sem_t *named = sem_open(name, 0);
	(void)me;
	if (named == SEM_FAILED)
		_exit(1);
	for (int i = 0; i < 100; i++)
		sem_post(named);
	sem_close(named);
}

int main(void)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	pthread_barrierattr_t barrier;
	pthread_rwlockattr_t rwlock;
	pid_t pid[CHILDREN];
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(shared != MAP_FAILED);
	pthread_mutexattr_init(&mutex);
	SHOW_ERROR(pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED));
	MUST(pthread_mutex_init(&shared->mutex, &mutex) == 0);
	pthread_mutexattr_setprotocol(&mutex, PTHREAD_PRIO_INHERIT);
	MUST(pthread_mutex_init(&shared->inherits, &mutex) == 0);
	pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST);
	MUST(pthread_mutex_init(&shared->robust[0], &mutex) == 0);
	pthread_mutexattr_setprotocol(&mutex, PTHREAD_PRIO_NONE);
	for (int kind = 0; kind < 3; kind++) {
		MUST(pthread_mutexattr_settype(&mutex, kind) == 0);
		MUST(pthread_mutex_init(&shared->robust[1 + kind], &mutex) == 0);
	}
	pthread_condattr_init(&condition);
	SHOW_ERROR(pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED));
	MUST(pthread_cond_init(&shared->condition, &condition) == 0);
	pthread_barrierattr_init(&barrier);
	SHOW_ERROR(pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED));
	MUST(pthread_barrier_init(&shared->barrier, &barrier, CHILDREN) == 0);
	pthread_rwlockattr_init(&rwlock);
	SHOW_ERROR(pthread_rwlockattr_setpshared(&rwlock, PTHREAD_PROCESS_SHARED));
	MUST(pthread_rwlock_init(&shared->rwlock, &rwlock) == 0);
	SHOW_ERROR(pthread_spin_init(&shared->spin, PTHREAD_PROCESS_SHARED));
	SHOW(sem_init(&shared->ready, 1, 0));
	SHOW(sem_init(&shared->semaphore, 1, 0));

	start(CHILDREN, count, pid);
	end(CHILDREN, pid);
	SHOW(shared->counter);
	SHOW(shared->inherited);
	SHOW(shared->spun);
	start(CHILDREN, take_turns, pid);
	end(CHILDREN, pid);
	SHOW(shared->turn);
	start(CHILDREN, meet, pid);
	end(CHILDREN, pid);
	SHOW(shared->serial);
	start(CHILDREN, read_or_write, pid);
	end(CHILDREN, pid);
	SHOW(shared->pair[0]);
	SHOW(shared->wrong);
	owners_end(4);

	snprintf(name, sizeof name, "/lind-test-%d", (int)getpid());
	sem_unlink(name);
	sem_t *named = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	MUST(named != SEM_FAILED);
	SHOW(sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
	start(CHILDREN, post_named, pid);
	for (int i = 0; i < 1 + CHILDREN * 100; i++)
		while (sem_wait(named))
			;
	end(CHILDREN, pid);
	SHOW(sem_trywait(named));
	SHOW(sem_unlink(name));
	SHOW(sem_close(named));
	SHOW(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
	return 0;
}
