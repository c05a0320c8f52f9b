/* Counts of calls, and the table that is made of them at the end. */
#include "summary.h"

#include <lind/syscalls.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* 3i's own calls are the last that the call table has. */
#define NUMBERS 1004

static struct tally {
	/* Relaxed: they are read when all clients have ended. */
	_Atomic int64_t nanoseconds;
	_Atomic uint32_t calls, errors;
} tallies[NUMBERS];

void summary_add(uint64_t number, int64_t nanoseconds, bool failed)
{
	if (number >= NUMBERS)
		return;
	struct tally *tally = &tallies[number];
	atomic_fetch_add_explicit(&tally->calls, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&tally->errors, failed, memory_order_relaxed);
	atomic_fetch_add_explicit(&tally->nanoseconds, nanoseconds, memory_order_relaxed);
}

static int by_time(const void *left, const void *right)
{
	const struct tally *a = &tallies[*(const uint16_t *)left], *b = &tallies[*(const uint16_t *)right];
	if (a->nanoseconds != b->nanoseconds)
		return a->nanoseconds < b->nanoseconds ? 1 : -1;
	return a->calls < b->calls ? 1 : a->calls > b->calls ? -1 : 0;
}

static void write_row(int output, double share, int64_t nanoseconds, uint32_t calls, uint32_t errors,
		      const char *name)
{
	char failed[16] = "";
	if (errors)
		snprintf(failed, sizeof failed, "%u", errors);
	dprintf(output, "%6.2f %11.6f %11lld %9u %9s %s\n", share, (double)nanoseconds / 1e9,
		(long long)(calls ? nanoseconds / 1000 / calls : 0), calls, failed, name);
}

void summary_write(int output)
{
	static const char line[] = "------ ----------- ----------- --------- --------- ----------------\n";
	uint16_t order[NUMBERS];
	size_t count = 0;
	uint32_t calls = 0, errors = 0;
	int64_t total = 0;
	for (uint16_t number = 0; number < NUMBERS; number++) {
		if (!tallies[number].calls)
			continue;
		order[count++] = number;
		calls += tallies[number].calls;
		errors += tallies[number].errors;
		total += tallies[number].nanoseconds;
	}
	qsort(order, count, sizeof *order, by_time);
	dprintf(output, "%% time     seconds  usecs/call     calls    errors syscall\n%s", line);
	for (size_t i = 0; i < count; i++) {
		const struct tally *tally = &tallies[order[i]];
		write_row(output, total ? 100.0 * (double)tally->nanoseconds / (double)total : 0,
			  tally->nanoseconds, tally->calls, tally->errors, call_describe(order[i])->name);
	}
	dprintf(output, "%s", line);
	write_row(output, 100, total, calls, errors, "total");
}
