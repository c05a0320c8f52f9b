/* See memory_limit.h. Growth is held twice for a moment, as taken and as counted: so what is mapped never
 * passes the limit, though two that grow at once may meet it early. */
#include "cage/memory_limit.h"

#include <errno.h>

static uint64_t all = UINT64_MAX;
/* Only counted if there is a limit. Nothing else is ordered by it. */
static _Atomic uint64_t taken;

void memory_limit_all(uint64_t bytes)
{
	all = bytes;
}

static int64_t add(int64_t change)
{
	return (int64_t)atomic_fetch_add_explicit(&taken, (uint64_t)change, memory_order_relaxed) + change;
}

int memory_limit_take(const struct memory *memory, uint64_t growth, uint64_t limit)
{
	if (memory->mapped + growth > limit)
		return -ENOMEM;
	if (all == UINT64_MAX || (uint64_t)add((int64_t)growth) <= all)
		return 0;
	add(-(int64_t)growth);
	return -ENOMEM;
}

void memory_limit_give(uint64_t growth)
{
	if (all != UINT64_MAX)
		add(-(int64_t)growth);
}

void memory_limit_count(struct memory *memory, int64_t change)
{
	memory->mapped += (uint64_t)change;
	if (all != UINT64_MAX)
		add(change);
}
