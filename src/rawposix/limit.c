/* Resource limits, which each cage has for itself, and accounts. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/files.h"
#include "rawposix/usage.h"

/* Whoever asks for a limit while it is changed reads each of the two numbers whole, without a lock. */
static struct rlimit limit_read(struct cage *cage, unsigned resource)
{
	struct rlimit limit = {__atomic_load_n(&cage->limits[resource].rlim_cur, __ATOMIC_RELAXED),
			       __atomic_load_n(&cage->limits[resource].rlim_max, __ATOMIC_RELAXED)};
	return limit;
}

/* Sets a limit as a program without privilege may. Either pointer may be NULL. */
static int limit_exchange(struct cage *cage, unsigned resource, const struct rlimit *new, struct rlimit *old)
{
	CLEANUP_LOCK(&cage_tree_lock);
	struct rlimit now = limit_read(cage, resource);
	if (new) {
		if (new->rlim_cur > new->rlim_max)
			return -EINVAL;
		if (resource == RLIMIT_NOFILE && new->rlim_max > LIMIT_DESCRIPTORS)
			return -EPERM;
		if (new->rlim_max > now.rlim_max)
			return -EPERM;
		__atomic_store_n(&cage->limits[resource].rlim_cur, new->rlim_cur, __ATOMIC_RELAXED);
		__atomic_store_n(&cage->limits[resource].rlim_max, new->rlim_max, __ATOMIC_RELAXED);
	}
	if (old)
		*old = now;
	return 0;
}

static int limit_set(struct cage *cage, unsigned resource, const struct rlimit *new, struct rlimit *old)
{
	int error = limit_exchange(cage, resource, new, old);
	if (!error && new && resource == RLIMIT_CPU)
		alarm_limit_cpu(cage);
	return error;
}

int64_t sys_getrlimit(struct call *call)
{
	unsigned resource = call_unsigned(call, 0);
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	struct rlimit limit = limit_read(call->cage, resource);
	return call_write(call, 1, &limit, sizeof limit);
}

int64_t sys_setrlimit(struct call *call)
{
	struct rlimit limit;
	unsigned resource = call_unsigned(call, 0);
	int error = call_read(call, 1, &limit, sizeof limit);
	if (error)
		return error;
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	return limit_set(call->cage, resource, &limit, NULL);
}

/* Linux asks that all ids of the other process be one's own. */
static bool may_limit(const struct cage *cage, const struct cage *other)
{
	const struct cage_credentials *a = &cage->credentials, *b = &other->credentials;
	return cage == other || (a->uid == b->uid && a->uid == b->euid && a->uid == b->suid &&
				 a->gid == b->gid && a->gid == b->egid && a->gid == b->sgid);
}

int64_t sys_prlimit64(struct call *call)
{
	struct rlimit new, old;
	int id = call_int(call, 0);
	unsigned resource = call_unsigned(call, 1);
	bool sets = call_address(call, 2), gets = call_address(call, 3);
	if (sets) {
		int error = call_read(call, 2, &new, sizeof new);
		if (error)
			return error;
	}
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	struct cage *other = id ? cage_get((uint64_t)id) : cage_ref(call->cage);
	if (!other)
		return -ESRCH;
	int error =
		may_limit(call->cage, other) ? limit_set(other, resource, sets ? &new : NULL, &old) : -EPERM;
	cage_unref(other);
	if (!error && gets)
		error = call_write(call, 3, &old, sizeof old);
	return error;
}

/* -- accounts -- */

void usage_of_cage(struct call *call, struct rusage *out)
{
	struct rusage own;
	usage_thread(&own);
	pthread_mutex_lock(&cage_tree_lock);
	*out = call->cage->ended_usage;
	pthread_mutex_unlock(&cage_tree_lock);
	/* A grate that asks for its client runs on the client's host thread; for others only what has ended
	 * is known. */
	if (!call_subject(call))
		return;
	timeradd(&out->ru_utime, &own.ru_utime, &out->ru_utime);
	timeradd(&out->ru_stime, &own.ru_stime, &out->ru_stime);
	if (own.ru_maxrss > out->ru_maxrss)
		out->ru_maxrss = own.ru_maxrss;
	out->ru_minflt += own.ru_minflt;
	out->ru_majflt += own.ru_majflt;
	out->ru_inblock += own.ru_inblock;
	out->ru_oublock += own.ru_oublock;
	out->ru_nvcsw += own.ru_nvcsw;
	out->ru_nivcsw += own.ru_nivcsw;
}

void usage_of_children(struct call *call, struct rusage *out)
{
	CLEANUP_LOCK(&cage_tree_lock);
	*out = call->cage->children_usage;
}

int64_t sys_getrusage(struct call *call)
{
	struct rusage usage;
	switch (call_int(call, 0)) {
	case RUSAGE_SELF:
		usage_of_cage(call, &usage);
		break;
	case RUSAGE_CHILDREN:
		usage_of_children(call, &usage);
		break;
	case RUSAGE_THREAD:
		usage_thread(&usage);
		break;
	default:
		return -EINVAL;
	}
	return call_write(call, 1, &usage, sizeof usage);
}
