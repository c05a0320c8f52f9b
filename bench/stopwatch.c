// stopwatch COUNT PROGRAM [ARG...]: runs PROGRAM that many times, its output thrown away, and prints the
// nanoseconds of the quickest and of the median run, from before the spawn until it has been waited for.
// Compiled for the host only.
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "measure.h"

extern char **environ;

enum {
	MAX_RUNS = 1000,
};

static int compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
	static int64_t times[MAX_RUNS];
	posix_spawn_file_actions_t actions;
	long count = argc < 3 ? 0 : strtol(argv[1], NULL, 10);

	if (count < 1 || count > MAX_RUNS) {
		fprintf(stderr, "usage: stopwatch COUNT PROGRAM [ARG...], COUNT from 1 to %d\n", MAX_RUNS);
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (long i = 0; i < count; i++) {
		int64_t start = now(CLOCK_MONOTONIC);
		int status, error;
		pid_t pid;

		error = posix_spawnp(&pid, argv[2], &actions, NULL, argv + 2, environ);
		if (error != 0 || waitpid(pid, &status, 0) != pid || status != 0) {
			fprintf(stderr, "stopwatch: %s failed\n", argv[2]);
			return 1;
		}
		times[i] = now(CLOCK_MONOTONIC) - start;
	}
	qsort(times, (size_t)count, sizeof(*times), compare);
	printf("%lld %lld\n", (long long)times[0], (long long)times[count / 2]);
	return 0;
}
