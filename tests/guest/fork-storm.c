/* Several threads fork, and forked children fork, while others allocate, open files and make threads. */
/* lind-test: timeout=120 */
/* lind-test: no-identity=under load a child of the storm now and then computes for ever (docs/caveats.md) */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 12 };

static atomic_bool stop;
static atomic_int wrong, opened, allocated;

static void *allocates(void *null)
{
	unsigned seed = 1;
	char *kept[64] = {NULL};
	while (!atomic_load(&stop)) {
		unsigned i = rand_r(&seed) % 64, size = rand_r(&seed) % 20000;
		if (kept[i] && kept[i][0] != (char)i)
			atomic_fetch_add(&wrong, 1);
		free(kept[i]);
		kept[i] = malloc(size + 1);
		kept[i][0] = (char)i;
		atomic_fetch_add(&allocated, 1);
	}
	for (int i = 0; i < 64; i++)
		free(kept[i]);
	return null;
}

static void *opens(void *null)
{
	while (!atomic_load(&stop)) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) != 0)
			atomic_fetch_add(&wrong, 1);
		atomic_fetch_add(&opened, 1);
	}
	return null;
}

static void *nothing(void *null)
{
	return null;
}

static void *makes_threads(void *null)
{
	while (!atomic_load(&stop)) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
			atomic_fetch_add(&wrong, 1);
	}
	return null;
}

static int wait_for(pid_t pid)
{
	int status;
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A child that allocates, opens, and has a child of its own. */
static int child(int number)
{
	char *memory = malloc(10000);
	int fd = open("/dev/zero", O_RDONLY);
	if (!memory || fd < 0 || read(fd, memory, 10000) != 10000 || memory[9999] != 0)
		return 255;
	pid_t pid = fork();
	if (pid == 0)
		_exit(number / 2);
	return wait_for(pid) == number / 2 ? number : 254;
}

static void *forks(void *argument)
{
	int base = (int)(long)argument, right = 0;
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(child(base + i));
		right += wait_for(pid) == base + i;
	}
	return (void *)(long)right;
}

int main(void)
{
	pthread_t others[5], forkers[4];
	void *right;
	pthread_create(&others[0], NULL, allocates, NULL);
	pthread_create(&others[1], NULL, allocates, NULL);
	pthread_create(&others[2], NULL, opens, NULL);
	pthread_create(&others[3], NULL, makes_threads, NULL);
	pthread_create(&others[4], NULL, makes_threads, NULL);
	while (!atomic_load(&opened) || !atomic_load(&allocated))
		sched_yield();
	for (long i = 0; i < 4; i++)
		pthread_create(&forkers[i], NULL, forks, (void *)(i * FORKS));
	for (int i = 0; i < 4; i++) {
		pthread_join(forkers[i], &right);
		printf("right: %ld\n", (long)right);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 5; i++)
		pthread_join(others[i], NULL);
	printf("wrong: %d\n", atomic_load(&wrong));
	return 0;
}
