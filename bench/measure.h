// What the benchmarks share: the clock, and the main function of those that run one of several kernels.
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// Nanoseconds. CLOCK_MONOTONIC counts what others do meanwhile; CLOCK_THREAD_CPUTIME_ID the caller's own
// work.
static inline int64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct kernel {
	const char *name;
	uint32_t (*run)(void);
};

// `PROGRAM NAME` runs one of `count` kernels and prints nanoseconds and its result. The exit status of main.
static inline int run_kernel(int argc, char **argv, const struct kernel *kernels, size_t count,
			     clockid_t clock)
{
	for (size_t i = 0; argc == 2 && i < count; i++) {
		if (strcmp(kernels[i].name, argv[1]) == 0) {
			int64_t start = now(clock);
			uint32_t result = kernels[i].run();

			printf("%lld %u\n", (long long)(now(clock) - start), result);
			return 0;
		}
	}
	fprintf(stderr, "usage: %s", argv[0]);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "%c%s", i ? '|' : ' ', kernels[i].name);
	fputc('\n', stderr);
	return 2;
}

#endif
