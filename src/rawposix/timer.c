/* Timers that end in a signal: getitimer setitimer alarm timer_create timer_settime timer_gettime
 * timer_getoverrun timer_delete. */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include "abi/arguments.h"
#include "abi/layout.h"
#include "cage/alarm.h"
#include "cage/cage.h"
#include "rawposix/files.h"
#include "rawposix/usage.h"

#define SECOND      INT64_C(1000000000)
#define MICROSECOND INT64_C(1000)
/* Longer ones would overflow the sum of nanoseconds: 100 years. */
#define LONGEST (INT64_C(3155760000) * SECOND)

static struct timeval to_timeval(int64_t nanoseconds)
{
	/* Rounded up: what is set is never shown as 0. */
	int64_t microseconds = (nanoseconds + MICROSECOND - 1) / MICROSECOND;

	return (struct timeval){.tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000};
}

static int64_t from_timeval(const struct timeval *value)
{
	if (value->tv_sec < 0 || value->tv_usec < 0 || value->tv_usec >= 1000000)
		return -EINVAL;
	return value->tv_sec >= LONGEST / SECOND ? LONGEST
						 : value->tv_sec * SECOND + value->tv_usec * MICROSECOND;
}

static struct itimerval to_itimerval(const struct alarm_setting *setting)
{
	return (struct itimerval){.it_interval = to_timeval(setting->interval),
				  .it_value = to_timeval(setting->remaining)};
}

static bool is_kind(int kind)
{
	return kind == ITIMER_REAL || kind == ITIMER_VIRTUAL || kind == ITIMER_PROF;
}

int64_t sys_getitimer(struct call *call)
{
	struct alarm_setting setting;
	struct itimerval value;

	if (!is_kind(call_int(call, 0)))
		return -EINVAL;
	alarm_get(call->cage, call_unsigned(call, 0), &setting);
	value = to_itimerval(&setting);
	return call_write(call, 1, &value, sizeof value);
}

int64_t sys_setitimer(struct call *call)
{
	struct alarm_setting setting = {0}, old;
	struct itimerval value = {0};
	int result;

	/* Linux: no new value stops the timer. */
	if (call_address(call, 1) && call_read(call, 1, &value, sizeof value) < 0)
		return -EFAULT;
	setting.remaining = from_timeval(&value.it_value);
	setting.interval = from_timeval(&value.it_interval);
	if (setting.remaining < 0 || setting.interval < 0 || !is_kind(call_int(call, 0)))
		return -EINVAL;
	/* Linux: a real-time timer that is not set has no interval either. */
	if (call_int(call, 0) == ITIMER_REAL && !setting.remaining)
		setting.interval = 0;
	result = alarm_set(call->cage, call_unsigned(call, 0), &setting, &old);
	if (result < 0 || !call_address(call, 2))
		return result;
	value = to_itimerval(&old);
	return call_write(call, 2, &value, sizeof value);
}

int64_t sys_alarm(struct call *call)
{
	struct alarm_setting setting = {.remaining = call_unsigned(call, 0) * SECOND}, old;
	int result = alarm_set(call->cage, ITIMER_REAL, &setting, &old);

	/* Rounded to the nearest second, but never to 0 while it is set. */
	if (result < 0)
		return result;
	return old.remaining && old.remaining < SECOND ? 1 : (old.remaining + SECOND / 2) / SECOND;
}

/* -- timer_create and its like -- */

static int read_clock(struct call *call, clockid_t clock, struct alarm *out)
{
	struct thread *thread = call_subject(call);

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
		out->clock = ALARM_HOST;
		out->host = clock;
		return 0;
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return -EOPNOTSUPP;
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
		return -EPERM; /* they would wake the machine */
	default:
		break;
	}
	switch (clock_kind(call, clock)) {
	case CLOCK_IS_CAGES:
		out->clock = ALARM_CAGE_CPU;
		return 0;
	case CLOCK_IS_THREADS:
		out->clock = ALARM_THREAD_CPU;
		out->clock_thread = thread ? thread->id : 0;
		return thread ? 0 : -EINVAL;
	case CLOCK_IS_HOSTS:
	case CLOCK_IS_UNKNOWN:
		break;
	}
	return -EINVAL;
}

static bool is_thread(struct cage *cage, uint32_t id)
{
	struct thread *thread;

	pthread_mutex_lock(&cage_tree_lock);
	for (thread = cage->threads; thread && thread->id != id; thread = thread->next)
		;
	pthread_mutex_unlock(&cage_tree_lock);
	return thread;
}

static int read_event(struct call *call, const struct guest_sigevent *event, struct alarm *out)
{
	out->number = event->number;
	out->value = event->value;
	switch (event->notify) {
	case SIGEV_NONE:
		out->number = 0;
		return 0;
	case SIGEV_THREAD_ID:
		out->target = (uint32_t)event->thread_id;
		if (!is_thread(call->cage, out->target))
			return -EINVAL;
		break;
	case SIGEV_SIGNAL:
	case SIGEV_THREAD:
		break;
	default:
		return -EINVAL;
	}
	return event->number >= 1 && event->number <= SIGNAL_COUNT ? 0 : -EINVAL;
}

int64_t sys_timer_create(struct call *call)
{
	struct guest_sigevent event = {.number = SIGALRM, .notify = SIGEV_SIGNAL};
	struct alarm request = {0};
	bool given = call_address(call, 1);
	int result = read_clock(call, call_int(call, 0), &request);

	if (result == 0 && given && call_read(call, 1, &event, sizeof event) < 0)
		result = -EFAULT;
	if (result == 0)
		result = read_event(call, &event, &request);
	if (result == 0)
		result = alarm_create(call->cage, &request, !given);
	if (result < 0)
		return result;
	if (call_write(call, 2, &result, sizeof result) < 0) {
		alarm_delete(call->cage, result);
		return -EFAULT;
	}
	return 0;
}

static int64_t from_timespec(const struct timespec *value)
{
	if (value->tv_sec < 0 || value->tv_nsec < 0 || value->tv_nsec >= SECOND)
		return -EINVAL;
	return value->tv_sec >= LONGEST / SECOND ? LONGEST : value->tv_sec * SECOND + value->tv_nsec;
}

static struct itimerspec to_itimerspec(const struct alarm_setting *setting)
{
	return (struct itimerspec){
		.it_interval = {setting->interval / SECOND, setting->interval % SECOND},
		.it_value = {setting->remaining / SECOND, setting->remaining % SECOND},
	};
}

int64_t sys_timer_settime(struct call *call)
{
	struct alarm_setting setting, old;
	struct itimerspec value;
	int result;

	if (!call_address(call, 2))
		return -EINVAL;
	if (call_read(call, 2, &value, sizeof value) < 0)
		return -EFAULT;
	setting.remaining = from_timespec(&value.it_value);
	setting.interval = from_timespec(&value.it_interval);
	if (setting.remaining < 0 || setting.interval < 0)
		return -EINVAL;
	result = alarm_set_timer(call->cage, call_int(call, 0), &setting, call_int(call, 1) & TIMER_ABSTIME,
				 &old);
	if (result < 0 || !call_address(call, 3))
		return result;
	value = to_itimerspec(&old);
	return call_write(call, 3, &value, sizeof value);
}

int64_t sys_timer_gettime(struct call *call)
{
	struct alarm_setting setting;
	struct itimerspec value;
	int result = alarm_get_timer(call->cage, call_int(call, 0), &setting);

	if (result < 0)
		return result;
	value = to_itimerspec(&setting);
	return call_write(call, 1, &value, sizeof value);
}

int64_t sys_timer_getoverrun(struct call *call)
{
	return alarm_get_overrun(call->cage, call_int(call, 0));
}

int64_t sys_timer_delete(struct call *call)
{
	return alarm_delete(call->cage, call_int(call, 0));
}
