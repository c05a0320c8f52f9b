/* See alarm.h. Few timers are set at a time, so they stand in a plain list. */
#include "cage/alarm.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>

#include "base/futex.h"
#include "base/limits.h"
#include "base/worker.h"
#include "cage/cage.h"
#include "cage/thread.h"

#define SECOND INT64_C(1000000000)
/* A clock of CPU time is looked at again after the shortest time in which it can get there, but not sooner.
 */
#define CPU_GRAIN INT64_C(1000000)

static int64_t nanoseconds(uint64_t seconds)
{
	return seconds < INT64_MAX / SECOND ? (int64_t)seconds * SECOND : INT64_MAX;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Taken before it, from when a timer is found to have run out until its signal is sent. */
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
static struct alarm *set;
static bool waiter_runs;
/* A futex: counts changes of the list. */
static _Atomic uint32_t changes;

/* The time of the timer's clock; INT64_MIN: it stands still for ever. *rate: how fast it may go. */
static int64_t now(const struct alarm *alarm, unsigned *rate)
{
	struct timespec time;
	uint32_t thread = alarm->clock == ALARM_THREAD_CPU ? alarm->clock_thread : 0;

	*rate = 1;
	if (alarm->clock != ALARM_HOST)
		return usage_cpu(alarm->cage, thread, rate);
	clock_gettime(alarm->host, &time);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static void unset(struct alarm *alarm)
{
	for (struct alarm **link = &set; *link; link = &(*link)->next_set)
		if (*link == alarm) {
			*link = alarm->next_set;
			alarm->next_set = NULL;
			break;
		}
	alarm->deadline = 0;
}

static void set_to(struct alarm *alarm, int64_t deadline)
{
	alarm->deadline = deadline;
	alarm->next_set = set;
	set = alarm;
}

/* The timer has run out at `time`: set anew if it repeats, and *missed says how often it would have run out
 * since.
 */
static void run_out(struct alarm *alarm, int64_t time, int64_t *missed)
{
	int64_t deadline = alarm->deadline;

	unset(alarm);
	*missed = 0;
	if (!alarm->interval)
		return;
	*missed = (time - deadline) / alarm->interval;
	set_to(alarm, deadline + (*missed + 1) * alarm->interval);
}

/* A signal that is to be sent. */
struct ring {
	struct cage *cage; /* counted */
	uint32_t target;
	struct signal_info info;
};

/* False: a signal of this timer is still pending, and counts one more; or it has none. */
static bool rings(struct alarm *alarm, int64_t missed, struct ring *out)
{
	if (alarm->id >= 0) {
		if (!alarm->number)
			return false;
		if (signal_timer_pending(alarm->cage, alarm->target, alarm->number, alarm->id)) {
			alarm->overrun += missed + 1;
			return false;
		}
		alarm->overrun = missed;
	}
	*out = (struct ring){.cage = cage_ref(alarm->cage), .target = alarm->target};
	out->info = (struct signal_info){.number = alarm->number,
					 .code = alarm->id < 0 ? SI_KERNEL : SI_TIMER,
					 .timer = alarm->id,
					 .value = alarm->value};
	return true;
}

/* Of RLIMIT_CPU's timer: when its signal is SIGKILL. */
static int64_t kill_time(const struct alarm *alarm)
{
	const struct cage *cage = alarm->cage;
	return alarm == &cage->alarms.cpu_limit ? nanoseconds(cage->limits[RLIMIT_CPU].rlim_max) : INT64_MAX;
}

/* Finds a timer, of `cage` if that is not NULL, that has run out and has a signal to send; else false, and
 * *wait is how long none will. */
static bool look(const struct cage *cage, struct ring *out, int64_t *wait)
{
	bool found = false;

	*wait = INT64_MAX;
	pthread_mutex_lock(&lock);
	for (struct alarm *alarm = set, *next; alarm && !found; alarm = next) {
		unsigned rate;
		int64_t time, rest, missed;

		next = alarm->next_set;
		if (cage && alarm->cage != cage)
			continue;
		time = now(alarm, &rate);
		if (time == INT64_MIN)
			continue;
		rest = alarm->deadline - time;
		if (rest <= 0) {
			run_out(alarm, time, &missed);
			found = rings(alarm, missed, out);
			if (found && time >= kill_time(alarm))
				out->info.number = SIGKILL;
			rest = alarm->deadline ? alarm->deadline - time : INT64_MAX;
		}
		if (alarm->clock != ALARM_HOST && rest != INT64_MAX)
			rest = rest / rate < CPU_GRAIN ? CPU_GRAIN : rest / rate;
		if (rest < *wait)
			*wait = rest;
	}
	pthread_mutex_unlock(&lock);
	return found;
}

/* Sends the signal of one timer that has run out; false: there is none. The parameters are those of look. */
static bool send(const struct cage *cage, int64_t *wait)
{
	struct ring ring;
	bool found;

	pthread_mutex_lock(&sending);
	found = look(cage, &ring, wait);
	if (found) {
		if (ring.target)
			signal_send_thread(ring.cage, ring.target, &ring.info);
		else
			signal_send_cage(ring.cage, &ring.info);
	}
	pthread_mutex_unlock(&sending);
	if (found)
		cage_unref(ring.cage);
	return found;
}

void alarm_catch_up(struct cage *cage)
{
	int64_t wait;

	/* One that runs out again at once does not keep the caller. */
	for (int i = 0; i < ALARM_INTERVALS + LIMIT_TIMERS && send(cage, &wait); i++)
		;
}

static void wait_for_alarms(void *unused)
{
	(void)unused;
	for (;;) {
		uint32_t seen = atomic_load_explicit(&changes, memory_order_acquire);
		struct timespec timeout;
		int64_t wait;

		if (send(NULL, &wait))
			continue;
		timeout = (struct timespec){.tv_sec = wait / SECOND, .tv_nsec = wait % SECOND};
		futex_wait(&changes, seen, wait == INT64_MAX ? NULL : &timeout);
	}
}

static void get_locked(const struct alarm *alarm, struct alarm_setting *out)
{
	unsigned rate;
	int64_t time = alarm->deadline ? now(alarm, &rate) : INT64_MIN;
	int64_t rest = time == INT64_MIN ? 0 : alarm->deadline - time;

	/* One that is due and not yet sent is still set: Linux never shows 0 for it. */
	out->remaining = time != INT64_MIN && rest <= 0 ? 1 : rest;
	out->interval = alarm->interval;
}

/* Under the lock. */
static int set_locked(struct alarm *alarm, const struct alarm_setting *setting, bool absolute,
		      struct alarm_setting *old)
{
	unsigned rate;
	int64_t time;
	int result = 0;

	if (setting->remaining && !waiter_runs) {
		result = worker_start(wait_for_alarms, NULL);
		waiter_runs = result == 0;
	}
	if (result < 0)
		return result;
	if (old)
		get_locked(alarm, old);
	unset(alarm);
	alarm->interval = setting->interval;
	alarm->overrun = 0;
	alarm->last_overrun = 0;
	time = setting->remaining && !absolute ? now(alarm, &rate) : 0;
	if (setting->remaining && time != INT64_MIN)
		set_to(alarm, time + setting->remaining);
	atomic_fetch_add_explicit(&changes, 1, memory_order_release);
	futex_wake(&changes, 1);
	return 0;
}

int alarm_set(struct cage *cage, unsigned which, const struct alarm_setting *setting,
	      struct alarm_setting *old)
{
	int result;

	pthread_mutex_lock(&lock);
	result = set_locked(&cage->alarms.interval[which], setting, false, old);
	pthread_mutex_unlock(&lock);
	return result;
}

void alarm_get(struct cage *cage, unsigned which, struct alarm_setting *out)
{
	pthread_mutex_lock(&lock);
	get_locked(&cage->alarms.interval[which], out);
	pthread_mutex_unlock(&lock);
}

void alarm_start(struct cage *cage)
{
	static const int numbers[ALARM_INTERVALS] = {SIGALRM, SIGVTALRM, SIGPROF};

	for (unsigned i = 0; i < ALARM_INTERVALS; i++)
		cage->alarms.interval[i] = (struct alarm){.cage = cage,
							  .id = -1,
							  .clock = i ? ALARM_CAGE_CPU : ALARM_HOST,
							  .host = CLOCK_MONOTONIC,
							  .number = numbers[i]};
	cage->alarms.cpu_limit =
		(struct alarm){.cage = cage, .id = -1, .clock = ALARM_CAGE_CPU, .number = SIGXCPU};
}

void alarm_limit_cpu(struct cage *cage)
{
	const struct rlimit *limit = &cage->limits[RLIMIT_CPU];
	int64_t soft = nanoseconds(limit->rlim_cur);
	struct alarm_setting setting = {.remaining = soft == INT64_MAX ? 0
						     : soft            ? soft
								       : SECOND,
					.interval = SECOND};

	pthread_mutex_lock(&lock);
	if (!cage->alarms.ended)
		set_locked(&cage->alarms.cpu_limit, &setting, true, NULL);
	pthread_mutex_unlock(&lock);
}

void alarm_execute(struct cage *cage)
{
	struct alarm *alarm;

	pthread_mutex_lock(&lock);
	while ((alarm = cage->alarms.others)) {
		cage->alarms.others = alarm->next;
		unset(alarm);
		free(alarm);
	}
	cage->alarms.count = 0;
	pthread_mutex_unlock(&lock);
}

void alarm_stop(struct cage *cage)
{
	alarm_execute(cage);
	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < ALARM_INTERVALS; i++)
		unset(&cage->alarms.interval[i]);
	unset(&cage->alarms.cpu_limit);
	cage->alarms.ended = true;
	pthread_mutex_unlock(&lock);
}

static struct alarm *find(struct cage *cage, int id)
{
	struct alarm *alarm = cage->alarms.others;

	while (alarm && alarm->id != id)
		alarm = alarm->next;
	return alarm;
}

int alarm_create(struct cage *cage, const struct alarm *request, bool value_is_id)
{
	struct alarm *alarm = malloc(sizeof *alarm);
	int id = -EAGAIN;

	if (!alarm)
		return -ENOMEM;
	*alarm = *request;
	alarm->cage = cage;
	pthread_mutex_lock(&lock);
	if (cage->alarms.count < LIMIT_TIMERS) {
		for (id = 0; find(cage, id); id++)
			;
		alarm->id = id;
		if (value_is_id)
			alarm->value = (uint64_t)id;
		alarm->next = cage->alarms.others;
		cage->alarms.others = alarm;
		cage->alarms.count++;
		alarm = NULL;
	}
	pthread_mutex_unlock(&lock);
	free(alarm);
	return id;
}

int alarm_set_timer(struct cage *cage, int id, const struct alarm_setting *setting, bool absolute,
		    struct alarm_setting *old)
{
	struct alarm *alarm;
	int result = -EINVAL;

	pthread_mutex_lock(&lock);
	alarm = find(cage, id);
	if (alarm)
		result = set_locked(alarm, setting, absolute, old);
	pthread_mutex_unlock(&lock);
	return result;
}

int alarm_get_timer(struct cage *cage, int id, struct alarm_setting *out)
{
	struct alarm *alarm;

	pthread_mutex_lock(&lock);
	alarm = find(cage, id);
	if (alarm)
		get_locked(alarm, out);
	pthread_mutex_unlock(&lock);
	return alarm ? 0 : -EINVAL;
}

int alarm_get_overrun(struct cage *cage, int id)
{
	struct alarm *alarm;
	int result;

	pthread_mutex_lock(&lock);
	alarm = find(cage, id);
	result = alarm ? alarm->last_overrun : -EINVAL;
	pthread_mutex_unlock(&lock);
	return result;
}

int alarm_delete(struct cage *cage, int id)
{
	struct alarm *alarm;

	pthread_mutex_lock(&lock);
	alarm = find(cage, id);
	if (alarm) {
		struct alarm **link = &cage->alarms.others;

		while (*link != alarm)
			link = &(*link)->next;
		*link = alarm->next;
		cage->alarms.count--;
		unset(alarm);
	}
	pthread_mutex_unlock(&lock);
	free(alarm);
	return alarm ? 0 : -EINVAL;
}

void alarm_taken(struct cage *cage, struct signal_info *info)
{
	struct alarm *alarm;

	pthread_mutex_lock(&lock);
	alarm = find(cage, info->timer);
	if (alarm) {
		alarm->last_overrun = alarm->overrun > INT_MAX ? INT_MAX : (int)alarm->overrun;
		alarm->overrun = 0;
		info->overrun = alarm->last_overrun;
	}
	pthread_mutex_unlock(&lock);
}
