/* fork in a process with threads: the child has only the one that forked, and can use all of libc. */
/* lind-test: timeout=120 */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static atomic_bool stop;
static atomic_int made;
static __thread int mine;

/* Takes and gives back memory, and the locks of stdio, all the time. */
static void *busy(void *null)
{
	char *kept[50] = {NULL};
	atomic_fetch_add(&made, 1);
	for (unsigned i = 0; !atomic_load(&stop); i++) {
		free(kept[i % 50]);
		kept[i % 50] = malloc(i % 5000 + 1);
		if (i % 64 == 0) {
			FILE *file = fopen("/dev/null", "w");
			if (file) {
				fprintf(file, "%u\n", i);
				fclose(file);
			}
		}
	}
	for (int i = 0; i < 50; i++)
		free(kept[i]);
	return null;
}

static void *sum(void *argument)
{
	int *number = argument;
	*number += 1;
	return argument;
}

/* In the child: memory, stdio, a thread of its own. */
static int child(void)
{
	int number = 40;
	pthread_t thread;
	void *memory[200];
	for (int i = 0; i < 200; i++)
		memset(memory[i] = malloc((size_t)i * 100 + 1), i, (size_t)i * 100 + 1);
	for (int i = 0; i < 200; i++)
		free(memory[i]);
	FILE *file = fopen("/dev/null", "w");
	if (!file || fprintf(file, "x\n") != 2 || fclose(file) != 0)
		return 1;
	if (pthread_create(&thread, NULL, sum, &number) != 0 || pthread_join(thread, NULL) != 0)
		return 2;
	return number + mine;
}

static void *forks(void *argument)
{
	mine = (int)(long)argument;
	int right = 0;
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(child());
		right += pid > 0 && wait_for(pid) == 41 + mine;
	}
	return (void *)(long)right;
}

static void *fork_and_return(void *argument)
{
	(void)argument;
	pid_t pid = fork();
	if (pid == 0)
		return (void *)7L; /* the only thread: the process ends */
	return (void *)(long)wait_for(pid);
}

static void *fork_and_leave(void *argument)
{
	(void)argument;
	pid_t pid = fork();
	if (pid == 0)
		pthread_exit(NULL);
	return (void *)(long)wait_for(pid);
}

static int compare(const void *a, const void *b)
{
	static int done;
	if (!done++) {
		pid_t pid = fork();
		if (pid > 0)
			printf("from qsort: %d\n", wait_for(pid));
	}
	return *(const int *)a - *(const int *)b;
}

static void destroy(void *value)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit((int)(long)value);
	printf("from a destructor: %d\n", wait_for(pid));
}

static void *with_key(void *key)
{
	pthread_setspecific(*(pthread_key_t *)key, (void *)21L);
	return NULL;
}

static void at_exit(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		printf("child of atexit\n");
		_exit(0);
	}
	printf("from atexit: %d\n", wait_for(pid));
}

int main(void)
{
	pthread_t threads[3], one;
	void *result;
	pthread_key_t key;
	for (int i = 0; i < 3; i++)
		MUST(pthread_create(&threads[i], NULL, busy, NULL) == 0);
	while (atomic_load(&made) < 3)
		sched_yield();
	printf("right: %ld\n", (long)forks((void *)1L));
	pthread_create(&one, NULL, forks, (void *)2L);
	long here = (long)forks((void *)3L);
	pthread_join(one, &result);
	printf("right: %ld and %ld\n", here, (long)result);
	atomic_store(&stop, true);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);

	pthread_create(&one, NULL, fork_and_return, NULL);
	pthread_join(one, &result);
	printf("returned: %ld\n", (long)result);
	pthread_create(&one, NULL, fork_and_leave, NULL);
	pthread_join(one, &result);
	printf("left: %ld\n", (long)result);
	int numbers[] = {5, 3, 9, 1, 7, 2};
	pid_t top = getpid();
	qsort(numbers, 6, sizeof(int), compare);
	if (getpid() != top) {
		int sorted = 1;
		for (int i = 1; i < 6; i++)
			sorted &= numbers[i - 1] < numbers[i];
		_exit(sorted ? 33 : 34);
	}
	pthread_key_create(&key, destroy);
	pthread_create(&one, NULL, with_key, &key);
	pthread_join(one, NULL);
	atexit(at_exit);
	return 0;
}
