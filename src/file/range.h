/* Inside record locks: the ranges of one file, and what the host holds for them. All under the lock of
 * lock.c. */
#ifndef LIND_FILE_RANGE_H
#define LIND_FILE_RANGE_H

#include "file/internal.h"

struct range {
	struct range *next;
	struct file_table *owner;
	uint32_t owner_id;
	short type;         /* F_RDLCK or F_WRLCK */
	int64_t start, end; /* both inclusive */
};

struct locked_file {
	struct locked_file *next;
	dev_t device;
	ino_t inode;
	int host; /* -1: not a regular file, which only cages can share here */
	unsigned waiters;
	struct range *ranges;
};

/* A range of another owner that stands in the way, or NULL. */
const struct range *range_conflict(const struct locked_file *file, const struct file_table *owner, short type,
				   int64_t start, int64_t end);
/* Takes [start, end] out of the owner's ranges; where one is cut in two, *spare becomes its other half. */
void range_cut(struct locked_file *file, const struct file_table *owner, int64_t start, int64_t end,
	       struct range **spare);
/* Puts `range` (taken over) in, joined with those of its owner and type that it touches. */
void range_join(struct locked_file *file, struct range *range);

/* The host's lock of `type` on [start, end]. */
int64_t range_host_set(const struct locked_file *file, int command, short type, int64_t start, int64_t end);
/* Makes the host hold in [start, end] just what the ranges there need: never more than it holds already. */
void range_host_follow(const struct locked_file *file, int64_t start, int64_t end);
struct flock range_as_flock(short type, int64_t start, int64_t end);

#endif
