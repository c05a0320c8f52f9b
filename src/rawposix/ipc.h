/* What the three kinds of System V objects have in common: identifiers, keys, owners, permissions. They
 * belong to no cage: all cages of one run see the same ones, as the processes of one machine do, and what
 * nobody removes is there until the run ends.
 *
 * One lock guards everything of them, and message queues of POSIX too. It is taken after all locks of
 * cage/cage.h but those of files, and nobody touches guest memory under it. */
#ifndef LIND_RAWPOSIX_IPC_H
#define LIND_RAWPOSIX_IPC_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <time.h>

#include "abi/call.h"

struct cage;

extern pthread_mutex_t ipc_lock;

/* The head of each object. */
struct ipc_object {
	struct ipc_perm permission; /* laid out as in guests */
	int id;
};

/* The objects of one kind, all of them heads of something larger that `free` gives back. */
struct ipc_table {
	struct ipc_object **slots;
	size_t capacity, count, limit;
	uint16_t sequence; /* of the next object: makes ids come back late */
	/* Does an object that is there already fit what is asked for? 0 or -errno. */
	int (*fits)(struct call *call, const struct ipc_object *object);
	/* A new one, or NULL and *error. */
	struct ipc_object *(*make)(struct call *call, int *error);
	void (*free)(struct ipc_object *object);
};

/* shmget and its like: the id of the object with argument 0 as its key, made if `flags` say so, or -errno.
 * Takes the lock. */
int64_t ipc_get(struct ipc_table *table, struct call *call, int flags);

/* -- with the lock held -- */

/* The object with this id, or NULL and *error: -EINVAL, or -EIDRM where another has taken its slot. */
struct ipc_object *ipc_find(struct ipc_table *table, int id, int *error);
/* The one in slot `index`, for IPC_STAT's forms that count through all. */
struct ipc_object *ipc_at(struct ipc_table *table, int index);
/* The highest slot that is in use, or 0. */
int ipc_highest(const struct ipc_table *table);
/* Takes an object out of its table and frees it. */
void ipc_remove(struct ipc_table *table, struct ipc_object *object);

/* Permissions: 0, or -EACCES unless the caller has all that `mode` asks for (0444, 0222 …); 0, or -EPERM
 * unless it owns the object. */
int ipc_may(struct call *call, const struct ipc_object *object, unsigned mode);
int ipc_owns(struct call *call, const struct ipc_object *object);
/* IPC_SET. -EINVAL for ids that do not exist. */
int ipc_set(struct ipc_object *object, const struct ipc_perm *wanted);

/* A command without the bit that libraries for older kernels add. */
int ipc_command(struct call *call, unsigned index);
int64_t ipc_now(void);

/* -- waiting -- */

/* A thread whose call somebody else is to complete. */
struct ipc_sleeper {
	_Atomic uint32_t done;
	int64_t result;
};
/* With the lock held; the sleeper is gone once the lock is free. */
void ipc_wake(struct ipc_sleeper *sleeper, int64_t result);
/* Sleeps, with the lock let go, until woken: then the result. -EINTR, or -EAGAIN when `deadline` (of
 * CLOCK_MONOTONIC, or with `real` of CLOCK_REALTIME; NULL: none) has passed: then the caller takes it out of
 * where it waits. */
int64_t ipc_sleep(struct call *call, struct ipc_sleeper *sleeper, const struct timespec *deadline, bool real);

/* -- the end of a cage: each takes the lock -- */

void semaphores_cage_ends(const struct cage *cage);
void segments_cage_ends(void);

#endif
