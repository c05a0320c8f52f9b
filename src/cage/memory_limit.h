/* How much the guests may have mapped: each memory its RLIMIT_AS, and all memories together what was set at
 * start. Counted is what is mapped, as RLIMIT_AS does, whether it is touched or not. */
#ifndef LIND_CAGE_MEMORY_LIMIT_H
#define LIND_CAGE_MEMORY_LIMIT_H

#include "cage/memory.h"

/* Before the first memory is made. Without it, there is no limit. */
void memory_limit_all(uint64_t bytes);
/* Before the memory, whose lock is held or which nobody else has yet, grows by so much: 0, or -ENOMEM. If 0,
 * the bytes are held against all others until memory_limit_give, which comes when the growth is counted, or
 * did not happen. */
int memory_limit_take(const struct memory *memory, uint64_t growth, uint64_t limit);
void memory_limit_give(uint64_t growth);
/* The memory's areas have changed by so many bytes. */
void memory_limit_count(struct memory *memory, int64_t change);

#endif
