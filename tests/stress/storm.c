/* Threads fork while others allocate, open files, map memory and make threads; the children allocate, open,
 * make threads, fork and execute. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "stress.h"

enum { FORKS = 300, FORKERS = 4 };

static atomic_bool stop;
static char *self;

static void *allocates(void *null)
{
	unsigned seed = (unsigned)(size_t)&null;
	char *kept[64] = {NULL};
	size_t length[64] = {0};
	while (!atomic_load(&stop)) {
		unsigned i = (unsigned)rand_r(&seed) % 64, size = (unsigned)rand_r(&seed) % 20000 + 1;
		if (kept[i])
			MUST(kept[i][0] == (char)i && kept[i][length[i] - 1] == (char)i);
		free(kept[i]);
		kept[i] = malloc(size);
		length[i] = size;
		memset(kept[i], (int)i, size);
	}
	for (int i = 0; i < 64; i++)
		free(kept[i]);
	return null;
}

static void *opens(void *null)
{
	while (!atomic_load(&stop)) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
		MUST(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
	}
	return null;
}

static void *maps(void *null)
{
	while (!atomic_load(&stop)) {
		char *place = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		MUST(place != MAP_FAILED && place[0] == 0 && place[(1 << 20) - 1] == 0);
		memset(place, 1, 1 << 20);
		MUST(munmap(place, 1 << 20) == 0);
	}
	return null;
}

static void *returns(void *value)
{
	return value;
}

static void *makes_threads(void *null)
{
	pthread_t thread;
	while (!atomic_load(&stop))
		MUST(pthread_create(&thread, NULL, returns, NULL) == 0 && pthread_join(thread, NULL) == 0);
	return null;
}

static int child(int number)
{
	char *memory = malloc(100000), text[16];
	int fd = open("/dev/zero", O_RDONLY);
	pthread_t thread;
	void *result;
	MUST(memory && fd >= 0 && read(fd, memory, 100000) == 100000 && memory[99999] == 0);
	MUST(pthread_create(&thread, NULL, returns, memory) == 0);
	MUST(pthread_join(thread, &result) == 0 && result == memory);
	pid_t pid = fork();
	if (pid == 0) {
		snprintf(text, sizeof text, "%d", number / 2);
		if (number % 8 == 0)
			execl(self, self, "exit", text, (char *)0);
		_exit(number / 2);
	}
	collect(pid, number / 2);
	return number;
}

static void *forks(void *base)
{
	for (int i = 0; i < sized(FORKS); i++) {
		int number = ((int)(size_t)base + i) % 90;
		pid_t pid = fork();
		if (pid == 0)
			_exit(child(number));
		collect(pid, number);
	}
	return NULL;
}

static void storm(void)
{
	void *(*const work[])(void *) = {allocates, allocates, opens, maps, makes_threads};
	enum { OTHERS = sizeof work / sizeof *work };
	pthread_t others[OTHERS], forkers[FORKERS];
	atomic_store(&stop, false);
	for (int i = 0; i < OTHERS; i++)
		MUST(pthread_create(&others[i], NULL, work[i], NULL) == 0);
	for (size_t i = 0; i < FORKERS; i++)
		MUST(pthread_create(&forkers[i], NULL, forks, (void *)(i * 7)) == 0);
	for (int i = 0; i < FORKERS; i++)
		MUST(pthread_join(forkers[i], NULL) == 0);
	atomic_store(&stop, true);
	for (int i = 0; i < OTHERS; i++)
		MUST(pthread_join(others[i], NULL) == 0);
	no_child_left();
}

int main(int count, char **arguments)
{
	self = arguments[0];
	if (count == 3 && strcmp(arguments[1], "exit") == 0)
		return atoi(arguments[2]);
	return stress(count, arguments, storm);
}
