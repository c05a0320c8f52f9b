/* One host thread waits for the timers of all cages. Few are set at a time, so they stand in a plain list. */
#include "cage/alarm.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/futex.h"
#include "base/worker.h"
#include "cage/cage.h"

/* Innermost of all locks: nothing else is taken under it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct cage *armed;
static bool waiter_runs;
/* A futex: counts changes of the list. */
static _Atomic uint32_t changes;

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void disarm_locked(struct cage *cage)
{
	for (struct cage **link = &armed; *link; link = &(*link)->alarm.next)
		if (*link == cage) {
			*link = cage->alarm.next;
			cage->alarm.next = NULL;
			break;
		}
	cage->alarm.deadline = 0;
}

static void arm_locked(struct cage *cage, int64_t deadline)
{
	cage->alarm.deadline = deadline;
	cage->alarm.next = armed;
	armed = cage;
}

/* A cage whose timer has run out, counted and set anew if it repeats; else NULL, and *next is when the next
 * one does. */
static struct cage *take_due(int64_t *next)
{
	struct cage *due = NULL;
	int64_t time = now();

	*next = INT64_MAX;
	pthread_mutex_lock(&lock);
	for (struct cage *cage = armed; cage && !due; cage = cage->alarm.next) {
		if (cage->alarm.deadline <= time)
			due = cage_ref(cage);
		else if (cage->alarm.deadline < *next)
			*next = cage->alarm.deadline;
	}
	if (due) {
		disarm_locked(due);
		if (due->alarm.interval)
			arm_locked(due, time + due->alarm.interval);
	}
	pthread_mutex_unlock(&lock);
	return due;
}

static void wait_for_alarms(void *unused)
{
	const struct signal_info info = {.number = SIGALRM, .code = SI_KERNEL};

	(void)unused;
	for (;;) {
		uint32_t seen = atomic_load_explicit(&changes, memory_order_acquire);
		int64_t next, rest;
		struct cage *cage = take_due(&next);
		struct timespec timeout;

		if (cage) {
			signal_send_cage(cage, &info);
			cage_unref(cage);
			continue;
		}
		rest = next == INT64_MAX ? 0 : next - now();
		if (next != INT64_MAX && rest <= 0)
			continue;
		timeout = (struct timespec){.tv_sec = rest / 1000000000, .tv_nsec = rest % 1000000000};
		futex_wait(&changes, seen, next == INT64_MAX ? NULL : &timeout);
	}
}

static void get_locked(const struct cage *cage, struct alarm_setting *out)
{
	int64_t rest = cage->alarm.deadline ? cage->alarm.deadline - now() : 0;

	/* One that is due and not yet sent is still set: Linux never shows 0 for it. */
	out->remaining = cage->alarm.deadline && rest <= 0 ? 1000 : rest;
	out->interval = cage->alarm.interval;
}

int alarm_set(struct cage *cage, const struct alarm_setting *setting, struct alarm_setting *old)
{
	int result = 0;

	pthread_mutex_lock(&lock);
	if (setting->remaining && !waiter_runs) {
		result = worker_start(wait_for_alarms, NULL);
		waiter_runs = result == 0;
	}
	if (result == 0) {
		if (old)
			get_locked(cage, old);
		disarm_locked(cage);
		cage->alarm.interval = setting->interval;
		if (setting->remaining)
			arm_locked(cage, now() + setting->remaining);
		atomic_fetch_add_explicit(&changes, 1, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	futex_wake(&changes, 1);
	return result;
}

void alarm_get(struct cage *cage, struct alarm_setting *out)
{
	pthread_mutex_lock(&lock);
	get_locked(cage, out);
	pthread_mutex_unlock(&lock);
}

void alarm_stop(struct cage *cage)
{
	pthread_mutex_lock(&lock);
	disarm_locked(cage);
	pthread_mutex_unlock(&lock);
}
