/* Interval timers. Those of CPU time would have to count a cage's time while it runs, which the host does by
 * its own threads: not served. */
#include <errno.h>
#include <sys/time.h>

#include "abi/arguments.h"
#include "cage/alarm.h"
#include "cage/cage.h"
#include "rawposix/calls.h"

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

static int check_kind(int kind)
{
	if (kind == ITIMER_VIRTUAL || kind == ITIMER_PROF)
		return -EOPNOTSUPP;
	return kind == ITIMER_REAL ? 0 : -EINVAL;
}

int64_t sys_getitimer(struct call *call)
{
	int result = check_kind(call_int(call, 0));
	struct alarm_setting setting;
	struct itimerval value;

	if (result < 0)
		return result;
	alarm_get(call->cage, &setting);
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
	if (setting.remaining < 0 || setting.interval < 0)
		return -EINVAL;
	result = check_kind(call_int(call, 0));
	if (result == 0)
		result = alarm_set(call->cage, &setting, &old);
	if (result < 0 || !call_address(call, 2))
		return result;
	value = to_itimerval(&old);
	return call_write(call, 2, &value, sizeof value);
}

int64_t sys_alarm(struct call *call)
{
	struct alarm_setting setting = {.remaining = call_unsigned(call, 0) * SECOND}, old;
	int result = alarm_set(call->cage, &setting, &old);

	/* Rounded to the nearest second, but never to 0 while it is set. */
	if (result < 0)
		return result;
	return old.remaining && old.remaining < SECOND ? 1 : (old.remaining + SECOND / 2) / SECOND;
}
