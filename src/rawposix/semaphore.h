/* Sets of System V semaphores: what is done to them at once, who waits for that, and what is undone. All with
 * ipc_lock held. */
#ifndef LIND_RAWPOSIX_SEMAPHORE_H
#define LIND_RAWPOSIX_SEMAPHORE_H

#include <sys/sem.h>

#include "rawposix/ipc.h"

#define SEMAPHORE_MOST 32767 /* a value, as Linux's SEMVMX */

struct semaphore {
	uint16_t value;
	uint32_t last; /* the cage that changed it last */
};

/* What one cage's end gives back. */
struct semaphore_undo {
	uint32_t cage;
	struct semaphore_undo *next;
	int16_t adjustment[]; /* one for each of the set */
};

/* A semop that waits, on its thread's stack. */
struct semaphore_waiter {
	struct ipc_sleeper sleeper;
	const struct sembuf *operations;
	size_t count;
	const struct sembuf *blocked_by;
	uint32_t cage;
	struct semaphore_waiter *next;
};

struct semaphore_set {
	struct ipc_object object;
	int64_t operated, changed; /* times */
	struct semaphore_undo *undos;
	struct semaphore_waiter *waiters; /* the eldest first */
	size_t count;
	struct semaphore semaphores[];
};

/* Does all operations or none. 0; 1: they have to wait for `*blocked_by`; or -EAGAIN (they must not),
 * -ERANGE, -ENOMEM. */
int semaphore_operate(struct semaphore_set *set, const struct sembuf *operations, size_t count, uint32_t cage,
		      const struct sembuf **blocked_by);
void semaphore_enqueue(struct semaphore_set *set, struct semaphore_waiter *waiter);
void semaphore_dequeue(struct semaphore_set *set, const struct semaphore_waiter *waiter);
/* Values have changed: completes the waiting calls that can be. */
void semaphore_serve(struct semaphore_set *set);
/* SETVAL and SETALL: what the cages would undo of this one is forgotten. */
void semaphore_forget(struct semaphore_set *set, size_t number);
/* A cage ends. */
void semaphore_undo(struct semaphore_set *set, uint32_t cage);
/* Wakes all who wait with -EIDRM, and frees the set. */
void semaphore_free(struct ipc_object *object);

#endif
