/* The parts of futex(2): waiting, and locks whose word names their owner. */
#ifndef LIND_RAWPOSIX_FUTEX_H
#define LIND_RAWPOSIX_FUTEX_H

#include <stdint.h>
#include <time.h>

#include "abi/call.h"

/* Reads the time in argument 3. Returns 1, 0 if there is none, -EFAULT or -EINVAL. */
int futex_deadline(struct call *call, struct timespec *deadline);
/* Sleeps on a word; `flags` are FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. -EINTR: the thread has
 * attention. */
int64_t futex_sleep(struct call *call, int flags, void *word, uint32_t value, const struct timespec *deadline,
		    uint32_t bits);

/* FUTEX_LOCK_PI and its like (`tries`: FUTEX_TRYLOCK_PI), FUTEX_UNLOCK_PI, FUTEX_WAIT_REQUEUE_PI,
 * FUTEX_CMP_REQUEUE_PI. */
int64_t futex_lock(struct call *call, int flags, bool tries);
int64_t futex_unlock(struct call *call, int flags);
int64_t futex_wait_requeue(struct call *call, int flags);
int64_t futex_requeue(struct call *call, int flags);

#endif
