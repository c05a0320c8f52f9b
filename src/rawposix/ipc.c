/* See ipc.h. */
#include "rawposix/ipc.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/futex.h"
#include "cage/cage.h"
#include "rawposix/credential.h"
#include "rawposix/futex.h"

#define INDEX_BITS 15 /* of an id; above them is its sequence number, as on Linux */

pthread_mutex_t ipc_lock = PTHREAD_MUTEX_INITIALIZER;

int64_t ipc_now(void)
{
	return time(NULL);
}

int ipc_command(struct call *call, unsigned index)
{
	return call_int(call, index) & ~0x100;
}

/* -- permissions -- */

int ipc_may(struct call *call, const struct ipc_object *object, unsigned mode)
{
	const struct ipc_perm *has = &object->permission;
	const struct cage_credentials *who = &call->cage->credentials;
	unsigned wanted = (mode >> 6 | mode >> 3 | mode) & 7, granted = (unsigned)has->mode;

	if (who->euid == has->cuid || who->euid == has->uid)
		granted >>= 6;
	else if (credential_in_group(call->cage, has->cgid) || credential_in_group(call->cage, has->gid))
		granted >>= 3;
	return wanted & ~granted ? -EACCES : 0;
}

int ipc_owns(struct call *call, const struct ipc_object *object)
{
	uint32_t id = call->cage->credentials.euid;

	return id == object->permission.cuid || id == object->permission.uid ? 0 : -EPERM;
}

int ipc_set(struct ipc_object *object, const struct ipc_perm *wanted)
{
	struct ipc_perm *has = &object->permission;

	if (wanted->uid == UINT32_MAX || wanted->gid == UINT32_MAX)
		return -EINVAL;
	has->uid = wanted->uid;
	has->gid = wanted->gid;
	has->mode = (has->mode & ~(mode_t)0777) | (wanted->mode & 0777);
	return 0;
}

/* -- the table -- */

struct ipc_object *ipc_find(struct ipc_table *table, int id, int *error)
{
	size_t index = (unsigned)id & ((1U << INDEX_BITS) - 1);
	struct ipc_object *object = id >= 0 && index < table->capacity ? table->slots[index] : NULL;

	if (object && object->id == id)
		return object;
	*error = object ? -EIDRM : -EINVAL;
	return NULL;
}

struct ipc_object *ipc_at(struct ipc_table *table, int index)
{
	return index >= 0 && (size_t)index < table->capacity ? table->slots[index] : NULL;
}

int ipc_highest(const struct ipc_table *table)
{
	size_t index = table->capacity;

	while (index && !table->slots[index - 1])
		index--;
	return index ? (int)index - 1 : 0;
}

/* A free slot's index, or -ENOSPC, -ENOMEM. */
static int64_t free_slot(struct ipc_table *table)
{
	size_t index = 0, capacity = table->capacity ? table->capacity * 2 : 16;
	struct ipc_object **slots;

	if (table->count >= table->limit)
		return -ENOSPC;
	while (index < table->capacity && table->slots[index])
		index++;
	if (index < table->capacity)
		return (int64_t)index;
	slots = realloc(table->slots, capacity * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = table->capacity; i < capacity; i++)
		slots[i] = NULL;
	table->slots = slots;
	table->capacity = capacity;
	return (int64_t)index;
}

static int64_t add(struct ipc_table *table, struct call *call, int key, int flags)
{
	const struct cage_credentials *who = &call->cage->credentials;
	int64_t index = free_slot(table);
	struct ipc_object *object;
	int error;

	if (index < 0)
		return index;
	object = table->make(call, &error);
	if (!object)
		return error;
	object->permission = (struct ipc_perm){
		.__key = key,
		.uid = who->euid,
		.gid = who->egid,
		.cuid = who->euid,
		.cgid = who->egid,
		.mode = (mode_t)flags & 0777,
		.__seq = table->sequence,
	};
	object->id = (int)((unsigned)table->sequence << INDEX_BITS | (unsigned)index);
	/* Ids are never negative. */
	if (++table->sequence == UINT16_MAX)
		table->sequence = 0;
	table->slots[index] = object;
	table->count++;
	return object->id;
}

void ipc_remove(struct ipc_table *table, struct ipc_object *object)
{
	table->slots[(unsigned)object->id & ((1U << INDEX_BITS) - 1)] = NULL;
	table->count--;
	table->free(object);
}

int64_t ipc_get(struct ipc_table *table, struct call *call, int flags)
{
	int key = call_int(call, 0), error;
	struct ipc_object *object = NULL;

	CLEANUP_LOCK(&ipc_lock);
	for (size_t i = 0; i < table->capacity && key != IPC_PRIVATE && !object; i++)
		if (table->slots[i] && table->slots[i]->permission.__key == key)
			object = table->slots[i];
	if (!object)
		return key == IPC_PRIVATE || flags & IPC_CREAT ? add(table, call, key, flags) : -ENOENT;
	if ((flags & IPC_CREAT) && (flags & IPC_EXCL))
		return -EEXIST;
	error = table->fits(call, object);
	if (error == 0)
		error = ipc_may(call, object, (unsigned)flags & 0777);
	return error < 0 ? error : object->id;
}

/* -- waiting -- */

void ipc_wake(struct ipc_sleeper *sleeper, int64_t result)
{
	sleeper->result = result;
	/* Release: the result. Counterpart: the lock that the sleeper takes, or ipc_sleep's load. */
	atomic_store_explicit(&sleeper->done, 1, memory_order_release);
	futex_wake(&sleeper->done, 1);
}

int64_t ipc_sleep(struct call *call, struct ipc_sleeper *sleeper, const struct timespec *deadline, bool real)
{
	int flags = FUTEX_PRIVATE_FLAG | (real ? FUTEX_CLOCK_REALTIME : 0);
	int64_t result = 0;

	pthread_mutex_unlock(&ipc_lock);
	while (!atomic_load_explicit(&sleeper->done, memory_order_acquire) && result != -EINTR &&
	       result != -ETIMEDOUT)
		result = futex_sleep(call, flags, &sleeper->done, 0, deadline, FUTEX_BITSET_MATCH_ANY);
	pthread_mutex_lock(&ipc_lock);
	if (atomic_load_explicit(&sleeper->done, memory_order_relaxed))
		return sleeper->result;
	return result == -ETIMEDOUT ? -EAGAIN : -EINTR;
}
