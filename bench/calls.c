// Times one kind of system call: `calls KIND [PROGRAM|THREADS]` prints nanoseconds per call, the quickest of
// many short rounds: what else runs on the machine disturbs some of them, but hardly all. With THREADS, as
// many make the calls at once, and the time is of a round divided by the calls of all of them. The same
// source is compiled for the host and for a cage.
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

enum {
	ROUNDS = 50,
	MAX_THREADS = 64,
};

static int file;
static const char *program = "/bin/true";

static int call_geteuid(void)
{
	return geteuid() == (uid_t)-1;
}

static int call_getppid(void)
{
	return getppid() == -1;
}

static int call_clock_gettime(void)
{
	struct timespec t;

	return clock_gettime(CLOCK_MONOTONIC, &t);
}

static int call_gettimeofday(void)
{
	struct timeval t;

	return gettimeofday(&t, NULL);
}

static int call_time(void)
{
	return time(NULL) == (time_t)-1;
}

static int call_pread_1(void)
{
	char byte;

	return pread(file, &byte, 1, 0) != 1;
}

static int call_pread_4096(void)
{
	static char page[4096];

	return pread(file, page, sizeof(page), 0) != sizeof(page);
}

static int call_open_close(void)
{
	int fd = open("calls.data", O_RDONLY);

	return fd < 0 || close(fd) != 0;
}

static int call_spawn(void)
{
	char *arguments[] = {(char *)program, NULL};
	char *environment[] = {NULL};
	int status;
	pid_t pid;

	return posix_spawn(&pid, program, NULL, NULL, arguments, environment) != 0 ||
	       waitpid(pid, &status, 0) != pid || status != 0;
}

static const struct kind {
	const char *name;
	int (*call)(void);
	int64_t count; // in one round
} kinds[] = {
	{"geteuid", call_geteuid, 20000},
	{"getppid", call_getppid, 20000},
	{"clock_gettime", call_clock_gettime, 20000},
	{"gettimeofday", call_gettimeofday, 20000},
	{"time", call_time, 20000},
	{"pread-1", call_pread_1, 10000},
	{"pread-4096", call_pread_4096, 6000},
	{"open-close", call_open_close, 2000},
	{"spawn", call_spawn, 6},
};

static int prepare(void)
{
	static const char page[4096];

	file = open("calls.data", O_RDWR | O_CREAT, 0644);
	return file < 0 || pwrite(file, page, sizeof(page), 0) != sizeof(page);
}

static const struct kind *chosen;
static int threads = 1;
static pthread_barrier_t barrier;

// One of the threads that make the calls: all go through each round together. Returns the quickest in
// nanoseconds per call of all threads.
static double best_round(void)
{
	int64_t count = threads == 1 ? chosen->count : 10 * chosen->count, best = INT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t start, took;

		pthread_barrier_wait(&barrier);
		start = now(CLOCK_MONOTONIC);
		for (int64_t i = 0; i < count; i++) {
			if (chosen->call() != 0) {
				perror(chosen->name);
				exit(1);
			}
		}
		pthread_barrier_wait(&barrier);
		took = now(CLOCK_MONOTONIC) - start;
		best = took < best ? took : best;
	}
	return (double)best / (double)(count * threads);
}

static void *work(void *unused)
{
	best_round();
	return unused;
}

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	fprintf(stderr, "calls: no such kind: %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: calls KIND [THREADS], calls spawn [PROGRAM]\n");
		return 2;
	}
	chosen = kind_named(argv[1]);
	if (argc == 3 && chosen->call == call_spawn)
		program = argv[2];
	else if (argc == 3)
		threads = atoi(argv[2]);
	if (threads < 1 || threads > MAX_THREADS || prepare() != 0 ||
	    pthread_barrier_init(&barrier, NULL, (unsigned)threads) != 0) {
		perror(argv[1]);
		return 1;
	}
	for (int i = 1; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, work, NULL) != 0) {
			perror("calls: pthread_create");
			return 1;
		}
	}
	printf("%.2f\n", best_round());
	return 0;
}
