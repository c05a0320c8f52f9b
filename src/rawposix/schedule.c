/* Scheduling: a guest thread is a host thread, so what it may change about itself and its cage's other
 * threads is the host's to carry out. Other cages' is only told, not changed. What would put a cage before
 * other programs of the machine is refused, even where the host would grant it. */
#include <errno.h>
#include <linux/ioprio.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/worker.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/files.h"

static int64_t host_result(long result)
{
	return result < 0 ? -errno : result;
}

/* True if `id` names the thread for which the call is made: it runs on the calling host thread, whoever
 * carries the call out. */
static bool is_self(struct call *call, int id)
{
	const struct thread *self = call_subject(call);
	return self && (!id || (uint32_t)id == self->id);
}

/* What is known about a thread. */
struct scheduling {
	int policy;
	struct sched_param parameters;
	cpu_set_t processors;
};

/* Finds a thread of this cage, or the first one of another, that runs on a host thread. With cage_tree_lock
 * held, which keeps it there: waits, without the lock, for one that is just beginning to run. NULL: there is
 * none. */
static struct thread *find_locked(struct cage *cage, uint32_t id)
{
	const struct timespec moment = {.tv_nsec = 50000};

	for (;;) {
		struct thread *thread = cage->threads;
		while (thread && id && thread->id != id)
			thread = thread->next;
		if (!thread || __atomic_load_n(&thread->host, __ATOMIC_ACQUIRE))
			return thread;
		pthread_mutex_unlock(&cage_tree_lock);
		nanosleep(&moment, NULL);
		pthread_mutex_lock(&cage_tree_lock);
	}
}

/* Does something to, or asks about, the host thread of a thread of this cage or of another's first. Returns
 * what `act` does, -EINVAL, -ESRCH, or -EPERM for a change of another cage's. */
static int on_thread(struct call *call, int id, bool changes, int (*act)(pthread_t, void *), void *what)
{
	if (id < 0)
		return -EINVAL;
	if (is_self(call, id)) {
		if (changes)
			worker_scheduling_changed();
		return act(pthread_self(), what);
	}
	struct cage *other = id ? cage_get((uint64_t)id) : NULL;
	int error = -ESRCH;
	pthread_mutex_lock(&cage_tree_lock);
	struct thread *thread = find_locked(other ? other : call->cage, (uint32_t)id);
	if (thread && changes && thread->cage != call->cage) {
		error = -EPERM;
	} else if (thread) {
		thread->rescheduled |= changes;
		error = act(thread->host, what);
	}
	pthread_mutex_unlock(&cage_tree_lock);
	if (other)
		cage_unref(other);
	return error;
}

static int get_all(pthread_t host, void *what)
{
	struct scheduling *out = what;
	int error = pthread_getschedparam(host, &out->policy, &out->parameters);
	return error ? -error : -pthread_getaffinity_np(host, sizeof out->processors, &out->processors);
}

static int set_processors(pthread_t host, void *what)
{
	return -pthread_setaffinity_np(host, sizeof(cpu_set_t), what);
}

static int set_scheduler(pthread_t host, void *what)
{
	const struct scheduling *new = what;
	return -pthread_setschedparam(host, new->policy, &new->parameters);
}

/* Asks about a thread of this cage or the first thread of another. */
static int scheduling_of(struct call *call, int id, struct scheduling *out)
{
	return on_thread(call, id, false, get_all, out);
}

int64_t sys_sched_yield(struct call *call)
{
	(void)call;
	return host_result(sched_yield());
}

int64_t sys_sched_getaffinity(struct call *call)
{
	struct scheduling scheduling;
	uint64_t size = call_size(call, 1);
	if (size % 4)
		return -EINVAL;
	int error = scheduling_of(call, call_int(call, 0), &scheduling);
	if (error)
		return error;
	/* As much as the kernel would write, which the call itself tells, unlike its wrapper. */
	cpu_set_t unused;
	long whole = syscall(SYS_sched_getaffinity, 0, sizeof unused, &unused);
	if (whole < 0)
		return -errno;
	if (size > (uint64_t)whole)
		size = (uint64_t)whole;
	const uint8_t *mask = (const uint8_t *)&scheduling.processors;
	for (uint64_t i = size; i < (uint64_t)whole; i++)
		if (mask[i])
			return -EINVAL;
	error = size ? call_write(call, 2, mask, size) : -EINVAL;
	return error ? error : (int64_t)size;
}

int64_t sys_sched_setaffinity(struct call *call)
{
	cpu_set_t processors;
	uint64_t size = call_size(call, 1);
	memset(&processors, 0, sizeof processors);
	if (size > sizeof processors)
		size = sizeof processors;
	int error = call_read(call, 2, &processors, size);
	return error ? error : on_thread(call, call_int(call, 0), true, set_processors, &processors);
}

int64_t sys_sched_getscheduler(struct call *call)
{
	struct scheduling scheduling;
	int error = scheduling_of(call, call_int(call, 0), &scheduling);
	return error ? error : scheduling.policy;
}

int64_t sys_sched_getparam(struct call *call)
{
	struct scheduling scheduling;
	if (!call_address(call, 1))
		return -EINVAL;
	int error = scheduling_of(call, call_int(call, 0), &scheduling);
	return error ? error : call_write(call, 1, &scheduling.parameters.sched_priority, sizeof(int32_t));
}

static int64_t set_policy(struct call *call, int policy, unsigned index)
{
	int32_t priority;
	int id = call_int(call, 0);
	if (id < 0 || policy < 0 || !call_address(call, index))
		return -EINVAL;
	int error = call_read(call, index, &priority, sizeof priority);
	if (error)
		return error;
	struct scheduling new = {.policy = policy, .parameters.sched_priority = priority};
	int plain = policy & ~SCHED_RESET_ON_FORK;
	if (plain != SCHED_OTHER && plain != SCHED_BATCH && plain != SCHED_IDLE)
		return priority >= sched_get_priority_min(plain) &&
				       priority <= sched_get_priority_max(plain) &&
				       sched_get_priority_max(plain) > 0
			       ? -EPERM
			       : -EINVAL;
	if (priority)
		return -EINVAL;
	return on_thread(call, id, true, set_scheduler, &new);
}

int64_t sys_sched_setscheduler(struct call *call)
{
	return set_policy(call, call_int(call, 1), 2);
}

int64_t sys_sched_setparam(struct call *call)
{
	struct scheduling scheduling;
	int error = scheduling_of(call, call_int(call, 0), &scheduling);
	return error ? error : set_policy(call, scheduling.policy, 1);
}

/* As the kernel's first version has it; what came later is about how fast the machine is to run. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t niceness;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};
#define ATTRIBUTES_MOST 4096 /* bytes that a later one may have */

int64_t sys_sched_getattr(struct call *call)
{
	struct scheduling scheduling;
	uint32_t size = call_unsigned(call, 2);
	if (!call_address(call, 1) || call_int(call, 0) < 0 || size < sizeof(struct attributes) ||
	    size > ATTRIBUTES_MOST || call_unsigned(call, 3))
		return -EINVAL;
	int error = scheduling_of(call, call_int(call, 0), &scheduling);
	if (error)
		return error;
	const struct attributes out = {
		.size = sizeof out,
		.policy = (uint32_t)scheduling.policy,
		.niceness = is_self(call, call_int(call, 0))
				    ? 20 - (int32_t)syscall(SYS_getpriority, PRIO_PROCESS, 0)
				    : 0,
		.priority = (uint32_t)scheduling.parameters.sched_priority,
	};
	return call_write(call, 1, &out, sizeof out);
}

int64_t sys_sched_setattr(struct call *call)
{
	const uint64_t known = 0x7f; /* SCHED_FLAG_… */
	uint8_t bytes[ATTRIBUTES_MOST];
	struct attributes wanted;
	uint32_t size, most = sizeof wanted;
	if (!call_address(call, 1) || call_int(call, 0) < 0 || call_unsigned(call, 2))
		return -EINVAL;
	if (call_read(call, 1, &size, sizeof size))
		return -EFAULT;
	if (!size)
		size = sizeof wanted;
	if (size < sizeof wanted || size > sizeof bytes)
		return call_write(call, 1, &most, sizeof most) ? -EFAULT : -E2BIG;
	if (call_read(call, 1, bytes, size))
		return -EFAULT;
	for (uint32_t i = sizeof wanted; i < size; i++)
		if (bytes[i])
			return call_write(call, 1, &most, sizeof most) ? -EFAULT : -E2BIG;
	memcpy(&wanted, bytes, sizeof wanted);
	int policy = (int)wanted.policy;
	if (policy < 0 || wanted.flags & ~known)
		return -EINVAL;
	if (policy != SCHED_OTHER && policy != SCHED_BATCH && policy != SCHED_IDLE)
		return sched_get_priority_max(policy) < 0 ? -EINVAL : -EPERM;
	if (wanted.priority)
		return -EINVAL;
	/* To be nicer is all that it can ask for beside. */
	int now = 20 - (int)syscall(SYS_getpriority, PRIO_PROCESS, 0);
	if (policy != SCHED_IDLE && wanted.niceness < now)
		return -EPERM;
	struct scheduling new = {.policy = policy};
	int error = on_thread(call, call_int(call, 0), true, set_scheduler, &new);
	if (!error && is_self(call, call_int(call, 0)) && policy != SCHED_IDLE && wanted.niceness > now)
		error = setpriority(PRIO_PROCESS, 0, wanted.niceness > 19 ? 19 : wanted.niceness) ? -errno
												  : 0;
	return error;
}

int64_t sys_sched_get_priority_max(struct call *call)
{
	return host_result(sched_get_priority_max(call_int(call, 0)));
}

int64_t sys_sched_get_priority_min(struct call *call)
{
	return host_result(sched_get_priority_min(call_int(call, 0)));
}

int64_t sys_sched_rr_get_interval(struct call *call)
{
	struct scheduling scheduling;
	struct timespec interval;
	int error = scheduling_of(call, call_int(call, 0), &scheduling);
	if (error)
		return error;
	if (sched_rr_get_interval(0, &interval))
		return -errno;
	return call_write(call, 1, &interval, sizeof interval);
}

/* -- niceness and the like: by process, group of processes, or user -- */

/* True if `who` of the kind PRIO_… is, or contains, the caller. */
static bool concerns_self(struct call *call, int kind, int who)
{
	switch (kind) {
	case PRIO_PROCESS:
		return is_self(call, who) || (uint32_t)who == call->cage->id;
	case PRIO_PGRP:
		return !who || (uint32_t)who == call->cage->process_group;
	case PRIO_USER:
		return !who || (uint32_t)who == call->cage->credentials.uid;
	default:
		return false;
	}
}

int64_t sys_getpriority(struct call *call)
{
	int kind = call_int(call, 0);
	if (kind < PRIO_PROCESS || kind > PRIO_USER)
		return -EINVAL;
	if (!concerns_self(call, kind, call_int(call, 1)))
		return -ESRCH;
	/* The call itself, not its wrapper: it answers 20 - niceness. */
	return host_result(syscall(SYS_getpriority, PRIO_PROCESS, 0));
}

int64_t sys_setpriority(struct call *call)
{
	int kind = call_int(call, 0), who = call_int(call, 1), niceness = call_int(call, 2);
	if (kind < PRIO_PROCESS || kind > PRIO_USER)
		return -EINVAL;
	if (!concerns_self(call, kind, who))
		return -ESRCH;
	if (kind != PRIO_PROCESS)
		return -EPERM;
	niceness = niceness < -20 ? -20 : niceness > 19 ? 19 : niceness;
	if (niceness < 20 - syscall(SYS_getpriority, PRIO_PROCESS, 0))
		return -EACCES;
	worker_scheduling_changed();
	return host_result(setpriority(PRIO_PROCESS, 0, niceness));
}

int64_t sys_ioprio_get(struct call *call)
{
	int kind = call_int(call, 0);
	if (kind < IOPRIO_WHO_PROCESS || kind > IOPRIO_WHO_USER)
		return -EINVAL;
	if (!concerns_self(call, kind - IOPRIO_WHO_PROCESS, call_int(call, 1)))
		return -ESRCH;
	return host_result(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0));
}

int64_t sys_ioprio_set(struct call *call)
{
	int kind = call_int(call, 0), priority = call_int(call, 2);
	if (kind < IOPRIO_WHO_PROCESS || kind > IOPRIO_WHO_USER)
		return -EINVAL;
	if (!concerns_self(call, kind - IOPRIO_WHO_PROCESS, call_int(call, 1)))
		return -ESRCH;
	if (kind != IOPRIO_WHO_PROCESS || IOPRIO_PRIO_CLASS(priority) == IOPRIO_CLASS_RT)
		return -EPERM;
	worker_scheduling_changed();
	return host_result(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, priority));
}

/* -- barriers -- */

/* The host's barriers act on all threads of this process, hence on all of the cage's. Those for machine code
 * and restartable sequences mean nothing to guests. */
#define BARRIERS                                                                                             \
	(MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED |                                           \
	 MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED |                       \
	 MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)

int64_t sys_membarrier(struct call *call)
{
	int command = call_int(call, 0);
	unsigned flags = call_unsigned(call, 1);
	if (flags || (command & ~BARRIERS) || (command & (command - 1)))
		return -EINVAL;
	long result = syscall(SYS_membarrier, command, 0, 0);
	if (result < 0)
		return -errno;
	return command == MEMBARRIER_CMD_QUERY ? result & BARRIERS : result;
}
