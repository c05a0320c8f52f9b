/* Clocks and sleeping. Reading a clock is the host's vDSO and a copy; setting one is refused, as to any
 * program without privilege. A cage's CPU clocks count what its own threads have used, not the host process:
 * other cages' work is none of its business. */
#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "abi/arguments.h"
#include "base/interruptible.h"
#include "cage/cage.h"
#include "cage/thread.h"
#include "rawposix/calls.h"
#include "rawposix/files.h"
#include "rawposix/usage.h"

#define NANOSECONDS 1000000000

/* Negative numbers are the kernel's way to name another process' or thread's CPU clock: ~id << 3, and bits
 * that say which. Timers and sleeps are served for one's own. */
enum clock_kind clock_kind(struct call *call, clockid_t clock)
{
	const struct thread *self = call_subject(call);
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
	case CLOCK_TAI:
		return CLOCK_IS_HOSTS;
	case CLOCK_PROCESS_CPUTIME_ID:
		return CLOCK_IS_CAGES;
	case CLOCK_THREAD_CPUTIME_ID:
		return CLOCK_IS_THREADS;
	default:
		break;
	}
	if (clock >= 0)
		return CLOCK_IS_UNKNOWN;
	uint32_t id = ~((uint32_t)clock >> 3) & 0x1fffffff;
	switch (clock & 7) {
	case 0: /* profiling, virtual and scheduler's time of a process */
	case 1:
	case 2:
		return id == 0 || id == call->cage->id ? CLOCK_IS_CAGES : CLOCK_IS_UNKNOWN;
	case 4:
	case 5:
	case 6:
		return self && (id == 0 || id == self->id) ? CLOCK_IS_THREADS : CLOCK_IS_UNKNOWN;
	default:
		return CLOCK_IS_UNKNOWN;
	}
}

/* User and system time together. */
static struct timespec cpu_time(const struct rusage *usage)
{
	struct timeval sum;
	timeradd(&usage->ru_utime, &usage->ru_stime, &sum);
	return (struct timespec){sum.tv_sec, sum.tv_usec * 1000};
}

/* The CPU clock of another thread of the cage, or of a cage that descends from it, can be read, if not slept
 * by. */
static bool clock_of_other(struct call *call, clockid_t clock, struct timespec *now)
{
	unsigned running;
	uint32_t id = ~((uint32_t)clock >> 3) & 0x1fffffff;
	int64_t used = INT64_MIN;
	if (clock >= 0 || (clock & 3) == 3 || !id)
		return false;
	if (clock & 4) {
		used = usage_cpu(call->cage, id, &running);
	} else {
		struct cage *other = cage_get(id);
		if (other && cage_descends(other, call->cage))
			used = usage_cpu(other, 0, &running);
		if (other)
			cage_unref(other);
	}
	if (used < 0)
		return false;
	*now = (struct timespec){used / NANOSECONDS, used % NANOSECONDS};
	return true;
}

int64_t sys_clock_gettime(struct call *call)
{
	struct timespec now;
	struct rusage usage;
	switch (clock_kind(call, call_int(call, 0))) {
	case CLOCK_IS_HOSTS:
		if (clock_gettime(call_int(call, 0), &now))
			return -errno;
		break;
	case CLOCK_IS_CAGES:
		usage_of_cage(call, &usage);
		now = cpu_time(&usage);
		break;
	case CLOCK_IS_THREADS:
		usage_thread(&usage);
		now = cpu_time(&usage);
		break;
	case CLOCK_IS_UNKNOWN:
	default:
		if (!clock_of_other(call, call_int(call, 0), &now))
			return -EINVAL;
	}
	return call_write(call, 1, &now, sizeof now);
}

int64_t sys_clock_getres(struct call *call)
{
	struct timespec resolution;
	clockid_t host = call_int(call, 0);
	switch (clock_kind(call, host)) {
	case CLOCK_IS_HOSTS:
		break;
	case CLOCK_IS_CAGES:
	case CLOCK_IS_THREADS:
		host = CLOCK_PROCESS_CPUTIME_ID;
		break;
	case CLOCK_IS_UNKNOWN:
	default:
		if (!clock_of_other(call, host, &resolution))
			return -EINVAL;
		host = CLOCK_PROCESS_CPUTIME_ID;
	}
	if (clock_getres(host, &resolution))
		return -errno;
	return call_address(call, 1) ? call_write(call, 1, &resolution, sizeof resolution) : 0;
}

int64_t sys_gettimeofday(struct call *call)
{
	struct timeval now;
	struct timezone zone;
	gettimeofday(&now, &zone);
	int error = call_address(call, 0) ? call_write(call, 0, &now, sizeof now) : 0;
	if (!error && call_address(call, 1))
		error = call_write(call, 1, &zone, sizeof zone);
	return error;
}

int64_t sys_time(struct call *call)
{
	int64_t now = time(NULL);
	int error = call_address(call, 0) ? call_write(call, 0, &now, sizeof now) : 0;
	return error ? error : now;
}

int64_t sys_times(struct call *call)
{
	struct tms unused, result;
	struct rusage self, children;
	clock_t ticks = times(&unused);
	long second = sysconf(_SC_CLK_TCK);
	usage_of_cage(call, &self);
	usage_of_children(call, &children);
	result.tms_utime = self.ru_utime.tv_sec * second + self.ru_utime.tv_usec * second / 1000000;
	result.tms_stime = self.ru_stime.tv_sec * second + self.ru_stime.tv_usec * second / 1000000;
	result.tms_cutime = children.ru_utime.tv_sec * second + children.ru_utime.tv_usec * second / 1000000;
	result.tms_cstime = children.ru_stime.tv_sec * second + children.ru_stime.tv_usec * second / 1000000;
	int error = call_address(call, 0) ? call_write(call, 0, &result, sizeof result) : 0;
	return error ? error : ticks;
}

/* Sleeps; the times come from arguments `request` and `remain`, which is written when a signal ends a
 * relative sleep. */
static int64_t sleep_for(struct call *call, clockid_t clock, int flags, unsigned request, unsigned remain)
{
	struct timespec wanted;
	int error = call_read(call, request, &wanted, sizeof wanted);
	if (error)
		return error;
	/* The kernel looks at this too, but not before the check of our attention. */
	if (wanted.tv_sec < 0 || wanted.tv_nsec < 0 || wanted.tv_nsec >= NANOSECONDS)
		return -EINVAL;
	for (;;) {
		/* What remains if the kernel is not even entered. */
		struct timespec left = wanted;
		int64_t result = host_call_interruptible(&call->thread->attention, SYS_clock_nanosleep, clock,
							 flags, (long)&wanted, (long)&left, 0, 0);
		if (result == 0)
			alarm_catch_up(call->cage);
		if (result != -EINTR)
			return result;
		bool relative = !(flags & TIMER_ABSTIME);
		if (!atomic_load_explicit(&call->thread->attention, memory_order_acquire)) {
			/* Woken by something that is no matter of the guest. */
			if (relative)
				wanted = left;
			continue;
		}
		if (relative && call_address(call, remain)) {
			error = call_write(call, remain, &left, sizeof left);
			if (error)
				return error;
		}
		return -EINTR;
	}
}

int64_t sys_nanosleep(struct call *call)
{
	return sleep_for(call, CLOCK_MONOTONIC, 0, 0, 1);
}

int64_t sys_clock_nanosleep(struct call *call)
{
	clockid_t clock = call_int(call, 0);
	switch (clock_kind(call, clock)) {
	case CLOCK_IS_HOSTS:
		/* To wake the machine up takes a privilege. */
		if (clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM)
			return -EPERM;
		break;
	case CLOCK_IS_CAGES: /* the host has no clock that counts one cage's threads */
		return -EOPNOTSUPP;
	case CLOCK_IS_THREADS:
	case CLOCK_IS_UNKNOWN:
	default:
		return -EINVAL;
	}
	return sleep_for(call, clock, call_int(call, 1), 2, 3);
}

/* Only the real-time clock can be set at all, and by nobody who has no privilege. */
int64_t sys_clock_settime(struct call *call)
{
	struct timespec time;

	if (call_int(call, 0) != CLOCK_REALTIME)
		return -EINVAL;
	if (call_read(call, 1, &time, sizeof time) < 0)
		return -EFAULT;
	return time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= NANOSECONDS ? -EINVAL : -EPERM;
}

/* Reads the host clock's state for adjtimex and clock_adjtime; changing it is refused as to any program
 * without privilege. */
static int64_t adjust(struct call *call, clockid_t clock, unsigned index)
{
	struct timex state;
	int error = call_read(call, index, &state, sizeof state);
	if (error)
		return error;
	if (clock != CLOCK_REALTIME)
		return clock_kind(call, clock) == CLOCK_IS_HOSTS ? -EOPNOTSUPP : -EINVAL;
	if (state.modes && state.modes != ADJ_OFFSET_SS_READ)
		return -EPERM;
	int result = clock_adjtime(clock, &state);
	if (result < 0)
		return -errno;
	error = call_write(call, index, &state, sizeof state);
	return error ? error : result;
}

int64_t sys_adjtimex(struct call *call)
{
	return adjust(call, CLOCK_REALTIME, 0);
}

int64_t sys_clock_adjtime(struct call *call)
{
	return adjust(call, call_int(call, 0), 1);
}
