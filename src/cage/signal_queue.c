/* Real-time signals queue, with their values, where others coalesce (POSIX, Realtime Signal Generation and
 * Delivery). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cage/signal.h"

bool signal_queue_add(struct signal_queue *queue, const struct signal_info *info)
{
	if (queue->count == queue->capacity) {
		size_t capacity = queue->capacity ? 2 * queue->capacity : 8;
		struct signal_info *fresh = capacity <= LIMIT_QUEUED_SIGNALS
						    ? realloc(queue->info, capacity * sizeof *fresh)
						    : NULL;

		if (!fresh)
			return false;
		queue->info = fresh;
		queue->capacity = capacity;
	}
	queue->info[queue->count++] = *info;
	return true;
}

void signal_queue_next(struct signal_queue *queue, int number, signal_set *pending, struct signal_info *infos)
{
	for (size_t i = 0; i < queue->count; i++)
		if (queue->info[i].number == number) {
			infos[number] = queue->info[i];
			queue->count--;
			memmove(&queue->info[i], &queue->info[i + 1],
				(queue->count - i) * sizeof *queue->info);
			return;
		}
	*pending &= ~signal_bit(number);
}

void signal_queue_drop(struct signal_queue *queue, int number)
{
	size_t kept = 0;

	for (size_t i = 0; i < queue->count; i++)
		if (queue->info[i].number != number)
			queue->info[kept++] = queue->info[i];
	queue->count = kept;
}

void signal_queue_free(struct signal_queue *queue)
{
	free(queue->info);
	*queue = (struct signal_queue){0};
}
