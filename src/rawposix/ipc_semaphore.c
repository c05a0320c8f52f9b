/* System V semaphores: semget semop semtimedop semctl. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/semaphore.h"

/* semid_ds as guests have it. */
struct guest_semid_ds {
	struct ipc_perm permission;
	int64_t operated, changed;
	uint64_t count, reserved[2];
};
_Static_assert(sizeof(struct guest_semid_ds) == 88, "docs/abi.md");

static size_t total;

static int fits(struct call *call, const struct ipc_object *object)
{
	return call_unsigned(call, 1) > ((const struct semaphore_set *)object)->count ? -EINVAL : 0;
}

static struct ipc_object *make(struct call *call, int *error)
{
	size_t count = call_unsigned(call, 1);
	struct semaphore_set *set;

	*error = !count ? -EINVAL : count > LIMIT_SEMAPHORES - total ? -ENOSPC : -ENOMEM;
	if (*error != -ENOMEM)
		return NULL;
	set = calloc(1, sizeof *set + count * sizeof *set->semaphores);
	if (!set)
		return NULL;
	set->count = count;
	set->changed = ipc_now();
	total += count;
	return &set->object;
}

static void set_free(struct ipc_object *object)
{
	total -= ((struct semaphore_set *)object)->count;
	semaphore_free(object);
}

static struct ipc_table table = {.limit = LIMIT_IPC_OBJECTS, .fits = fits, .make = make, .free = set_free};

static struct semaphore_set *find(int id, int *error)
{
	return (struct semaphore_set *)ipc_find(&table, id, error);
}

int64_t sys_semget(struct call *call)
{
	if (call_unsigned(call, 1) > LIMIT_SEMAPHORE_SET)
		return -EINVAL;
	return ipc_get(&table, call, call_int(call, 2));
}

void semaphores_cage_ends(const struct cage *cage)
{
	CLEANUP_LOCK(&ipc_lock);
	for (int i = ipc_highest(&table); i >= 0; i--)
		if (ipc_at(&table, i))
			semaphore_undo((struct semaphore_set *)ipc_at(&table, i), cage->id);
}

/* -- semop -- */

static int check(struct call *call, const struct semaphore_set *set, const struct sembuf *operations,
		 size_t count)
{
	bool changes = false;

	for (size_t i = 0; i < count; i++) {
		if (operations[i].sem_num >= set->count)
			return -EFBIG;
		changes |= operations[i].sem_op != 0;
	}
	return ipc_may(call, &set->object, changes ? 0222 : 0444);
}

/* With the lock held. */
static int64_t operate(struct call *call, const struct sembuf *operations, size_t count,
		       const struct timespec *deadline)
{
	struct semaphore_waiter waiter = {.operations = operations, .count = count, .cage = call->cage->id};
	int error, id = call_int(call, 0);
	struct semaphore_set *set = find(id, &error);
	int64_t result = set ? check(call, set, operations, count) : error;

	if (result == 0)
		result = semaphore_operate(set, operations, count, waiter.cage, &waiter.blocked_by);
	if (result == 0)
		semaphore_serve(set);
	if (result != 1)
		return result;
	semaphore_enqueue(set, &waiter);
	result = ipc_sleep(call, &waiter.sleeper, deadline, false);
	if (!atomic_load_explicit(&waiter.sleeper.done, memory_order_relaxed))
		semaphore_dequeue(set, &waiter); /* nobody has woken it, so its set is still there */
	return result;
}

static int64_t operate_until(struct call *call, const struct timespec *deadline)
{
	cleanup_free struct sembuf *operations = NULL;
	uint64_t count = call_size(call, 2);

	if (!count || call_int(call, 0) < 0)
		return -EINVAL;
	if (count > LIMIT_SEMAPHORE_OPS)
		return -E2BIG;
	operations = malloc(count * sizeof *operations);
	if (!operations)
		return -ENOMEM;
	if (call_read(call, 1, operations, count * sizeof *operations))
		return -EFAULT;
	CLEANUP_LOCK(&ipc_lock);
	return operate(call, operations, count, deadline);
}

int64_t sys_semop(struct call *call)
{
	return operate_until(call, NULL);
}

int64_t sys_semtimedop(struct call *call)
{
	struct timespec time, deadline;

	if (!call_address(call, 3))
		return operate_until(call, NULL);
	if (call_read(call, 3, &time, sizeof time))
		return -EFAULT;
	if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= 1000000000)
		return -EINVAL;
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	if (time.tv_sec > INT32_MAX)
		return operate_until(call, NULL); /* some decades */
	deadline.tv_sec += time.tv_sec;
	deadline.tv_nsec += time.tv_nsec;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	return operate_until(call, &deadline);
}

/* -- semctl -- */

static int64_t tell_limits(struct call *call, int command)
{
	struct seminfo info = {
		.semmap = (int)LIMIT_SEMAPHORES,
		.semmni = LIMIT_IPC_OBJECTS,
		.semmns = (int)LIMIT_SEMAPHORES,
		.semmnu = (int)LIMIT_SEMAPHORES,
		.semmsl = LIMIT_SEMAPHORE_SET,
		.semopm = LIMIT_SEMAPHORE_OPS,
		.semume = LIMIT_SEMAPHORE_OPS,
		.semvmx = SEMAPHORE_MOST,
		.semusz = 20,
		.semaem = SEMAPHORE_MOST,
	};
	int highest;

	pthread_mutex_lock(&ipc_lock);
	if (command == SEM_INFO) {
		info.semusz = (int)table.count;
		info.semaem = (int)total;
	}
	highest = ipc_highest(&table);
	pthread_mutex_unlock(&ipc_lock);
	return call_write(call, 3, &info, sizeof info) ? -EFAULT : highest;
}

/* IPC_STAT and its forms, whose argument counts through the slots. */
static int64_t tell_status(struct call *call, int command)
{
	struct guest_semid_ds out = {0};
	struct semaphore_set *set;
	int error = -EINVAL;
	int64_t result;

	pthread_mutex_lock(&ipc_lock);
	set = command == IPC_STAT ? find(call_int(call, 0), &error)
				  : (struct semaphore_set *)ipc_at(&table, call_int(call, 0));
	result = !set ? error : command == SEM_STAT_ANY ? 0 : ipc_may(call, &set->object, 0444);
	if (result == 0) {
		out.permission = set->object.permission;
		out.operated = set->operated;
		out.changed = set->changed;
		out.count = set->count;
		result = command == IPC_STAT ? 0 : set->object.id;
	}
	pthread_mutex_unlock(&ipc_lock);
	return result >= 0 && call_write(call, 3, &out, sizeof out) ? -EFAULT : result;
}

static int64_t change(struct call *call, int command)
{
	struct guest_semid_ds wanted;
	struct semaphore_set *set;
	int error;

	if (command == IPC_SET && call_read(call, 3, &wanted, sizeof wanted))
		return -EFAULT;
	CLEANUP_LOCK(&ipc_lock);
	set = find(call_int(call, 0), &error);
	if (set)
		error = ipc_owns(call, &set->object);
	if (error < 0 || !set)
		return error;
	if (command == IPC_RMID) {
		ipc_remove(&table, &set->object);
		return 0;
	}
	error = ipc_set(&set->object, &wanted.permission);
	if (error == 0)
		set->changed = ipc_now();
	return error;
}

static int64_t set_value(struct call *call)
{
	int error, value = call_int(call, 3);
	unsigned number = call_unsigned(call, 1);
	struct semaphore_set *set;

	if (value < 0 || value > SEMAPHORE_MOST)
		return -ERANGE;
	CLEANUP_LOCK(&ipc_lock);
	set = find(call_int(call, 0), &error);
	if (!set)
		return error;
	if (number >= set->count)
		return -EINVAL;
	error = ipc_may(call, &set->object, 0222);
	if (error < 0)
		return error;
	semaphore_forget(set, number);
	set->semaphores[number].value = (uint16_t)value;
	set->semaphores[number].last = call->cage->id;
	set->changed = ipc_now();
	semaphore_serve(set);
	return 0;
}

static int64_t waiting_for(const struct semaphore_set *set, size_t number, bool for_zero)
{
	int64_t count = 0;

	for (const struct semaphore_waiter *waiter = set->waiters; waiter; waiter = waiter->next)
		count += waiter->blocked_by->sem_num == number &&
			 (waiter->blocked_by->sem_op == 0) == for_zero;
	return count;
}

static int64_t get_one(struct call *call, int command)
{
	unsigned number = call_unsigned(call, 1);
	struct semaphore_set *set;
	int error;

	CLEANUP_LOCK(&ipc_lock);
	set = find(call_int(call, 0), &error);
	if (!set)
		return error;
	error = ipc_may(call, &set->object, 0444);
	if (error < 0 || number >= set->count)
		return error < 0 ? error : -EINVAL;
	switch (command) {
	case GETVAL:
		return set->semaphores[number].value;
	case GETPID:
		return set->semaphores[number].last;
	default:
		return waiting_for(set, number, command == GETZCNT);
	}
}

/* How many semaphores the set has that all are to be got or set of, or -errno. */
static int64_t size_of(struct call *call, unsigned mode)
{
	struct semaphore_set *set;
	int error;

	CLEANUP_LOCK(&ipc_lock);
	set = find(call_int(call, 0), &error);
	if (!set)
		return error;
	error = ipc_may(call, &set->object, mode);
	return error < 0 ? error : (int64_t)set->count;
}

/* Copies values between the set and the guest, with whose memory nothing is done under the lock: meanwhile
 * the set may have gone, and even another of the same id have come. */
static int64_t all_values(struct call *call, int command)
{
	int64_t count = size_of(call, command == GETALL ? 0444 : 0222);
	cleanup_free uint16_t *values = count < 0 ? NULL : malloc((size_t)count * sizeof *values);
	size_t size = (size_t)count * sizeof *values;
	struct semaphore_set *set;
	int error;

	if (!values)
		return count < 0 ? count : -ENOMEM;
	if (command == SETALL && call_read(call, 3, values, size))
		return -EFAULT;
	for (int64_t i = 0; i < count && command == SETALL; i++)
		if (values[i] > SEMAPHORE_MOST)
			return -ERANGE;
	pthread_mutex_lock(&ipc_lock);
	set = find(call_int(call, 0), &error);
	if (set && set->count != (size_t)count)
		set = NULL;
	for (size_t i = 0; set && i < set->count; i++) {
		struct semaphore *semaphore = &set->semaphores[i];

		if (command == GETALL) {
			values[i] = semaphore->value;
			continue;
		}
		semaphore->value = values[i];
		semaphore->last = call->cage->id;
		semaphore_forget(set, i);
	}
	if (set && command == SETALL) {
		set->changed = ipc_now();
		semaphore_serve(set);
	}
	pthread_mutex_unlock(&ipc_lock);
	if (!set)
		return -EIDRM;
	return command == GETALL && call_write(call, 3, values, size) ? -EFAULT : 0;
}

int64_t sys_semctl(struct call *call)
{
	int command = ipc_command(call, 2);

	if (call_int(call, 0) < 0)
		return -EINVAL;
	switch (command) {
	case IPC_INFO:
	case SEM_INFO:
		return tell_limits(call, command);
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		return tell_status(call, command);
	case IPC_SET:
	case IPC_RMID:
		return change(call, command);
	case GETALL:
	case SETALL:
		return all_values(call, command);
	case SETVAL:
		return set_value(call);
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
		return get_one(call, command);
	default:
		return -EINVAL;
	}
}
