/* strace -c: how often each call was made, how often it failed, how long it took. */
#ifndef STRACE_SUMMARY_H
#define STRACE_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

/* Any thread. */
void summary_add(uint64_t number, int64_t nanoseconds, bool failed);

/* Writes the table, the longest-running call first, to the descriptor `output`. */
void summary_write(int output);

#endif
