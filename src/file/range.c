/* Ranges of record locks: which stand in each other's way, how they are cut and joined, and what the host is
 * to hold for all of them. */
#include "file/range.h"

#include <stdlib.h>

struct flock range_as_flock(short type, int64_t start, int64_t end)
{
	return (struct flock){
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = start,
		.l_len = end == INT64_MAX ? 0 : end - start + 1,
	};
}

const struct range *range_conflict(const struct locked_file *file, const struct file_table *owner, short type,
				   int64_t start, int64_t end)
{
	for (const struct range *range = file->ranges; range; range = range->next)
		if (range->owner != owner && range->start <= end && start <= range->end &&
		    (type == F_WRLCK || range->type == F_WRLCK))
			return range;
	return NULL;
}

int64_t range_host_set(const struct locked_file *file, int command, short type, int64_t start, int64_t end)
{
	struct flock lock = range_as_flock(type, start, end);
	return file->host < 0 ? 0 : HOST_CALL(SYS_fcntl, file->host, command, &lock);
}

void range_host_follow(const struct locked_file *file, int64_t start, int64_t end)
{
	for (;;) {
		short type = F_UNLCK;
		int64_t until = end;
		for (const struct range *range = file->ranges; range; range = range->next) {
			if (range->start <= start && start <= range->end) {
				if (type != F_WRLCK)
					type = range->type;
				if (range->end < until)
					until = range->end;
			} else if (range->start > start && range->start - 1 < until) {
				until = range->start - 1;
			}
		}
		range_host_set(file, F_OFD_SETLK, type, start, until);
		if (until >= end)
			return;
		start = until + 1;
	}
}

void range_cut(struct locked_file *file, const struct file_table *owner, int64_t start, int64_t end,
	       struct range **spare)
{
	for (struct range **at = &file->ranges; *at;) {
		struct range *range = *at;
		if (range->owner != owner || range->start > end || start > range->end) {
			at = &range->next;
		} else if (range->start < start && range->end > end) {
			struct range *other = *spare;
			*spare = NULL;
			*other = *range;
			other->start = end + 1;
			range->end = start - 1;
			range->next = other;
			file_table_count_locks(range->owner, 1);
			return;
		} else if (range->start < start) {
			range->end = start - 1;
			at = &range->next;
		} else if (range->end > end) {
			range->start = end + 1;
			at = &range->next;
		} else {
			*at = range->next;
			file_table_count_locks(range->owner, -1);
			free(range);
		}
	}
}

void range_join(struct locked_file *file, struct range *range)
{
	for (struct range **at = &file->ranges; *at;) {
		struct range *other = *at;
		bool touches = other->owner == range->owner && other->type == range->type &&
			       (other->end == INT64_MAX || range->start <= other->end + 1) &&
			       (range->end == INT64_MAX || other->start <= range->end + 1);
		if (!touches) {
			at = &other->next;
			continue;
		}
		if (other->start < range->start)
			range->start = other->start;
		if (other->end > range->end)
			range->end = other->end;
		*at = other->next;
		file_table_count_locks(other->owner, -1);
		free(other);
	}
	range->next = file->ranges;
	file->ranges = range;
	file_table_count_locks(range->owner, 1);
}
