/* Timers of cages that end in a signal: the three interval timers of setitimer(2), and those of
 * timer_create(2).
 *
 * One host thread waits for all of them. The lock here is the outermost of all (cage.h). */
#ifndef LIND_CAGE_ALARM_H
#define LIND_CAGE_ALARM_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct cage;
struct signal_info;

/* Nanoseconds; 0: not set. */
struct alarm_setting {
	int64_t remaining, interval;
};

/* What a timer counts. */
enum alarm_clock {
	ALARM_HOST,       /* a clock of the host's, by its number */
	ALARM_CAGE_CPU,   /* the time for which the cage's threads have run */
	ALARM_THREAD_CPU, /* one thread's */
};

struct alarm {
	struct cage *cage;
	int id; /* of timer_create; -1: an interval timer */
	enum alarm_clock clock;
	clockid_t host;        /* ALARM_HOST */
	uint32_t clock_thread; /* ALARM_THREAD_CPU */
	int number;            /* the signal; 0: none, the timer is only asked for what remains */
	uint32_t target;       /* a thread's id; 0: to the cage */
	uint64_t value;        /* what the signal carries */
	/* Under alarm.c's lock. */
	int64_t deadline, interval; /* nanoseconds of the clock; deadline 0: not set */
	int64_t overrun;            /* expirations since its signal became pending, beside the first */
	int last_overrun;           /* what the signal that was taken last said */
	struct alarm *next;         /* of the cage */
	struct alarm *next_set;     /* in the list of those that are set */
};

/* ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF. */
#define ALARM_INTERVALS 3
struct cage_alarms {
	struct alarm interval[ALARM_INTERVALS];
	struct alarm cpu_limit; /* RLIMIT_CPU */
	bool ended;
	struct alarm *others;
	unsigned count; /* of `others` */
};

void alarm_start(struct cage *cage);
/* The cage has got another RLIMIT_CPU, its soft one below infinity or not. Out of memory for the host thread
 * that waits, it has none. */
void alarm_limit_cpu(struct cage *cage);
/* The cage ends. */
void alarm_stop(struct cage *cage);
/* It executes: what timer_create made goes, interval timers go on. */
void alarm_execute(struct cage *cage);

/* `which` is setitimer's. Sets the timer (remaining 0: stops it); *old, if not NULL, is what it was. Returns
 * 0, or -EAGAIN if there is no host thread to wait for it. */
int alarm_set(struct cage *cage, unsigned which, const struct alarm_setting *setting,
	      struct alarm_setting *old);
void alarm_get(struct cage *cage, unsigned which, struct alarm_setting *out);

/* timer_create: `request` has the fields from `clock` to `value`. Returns its id, which is also its value if
 * `value_is_id`; or -EAGAIN, -ENOMEM. */
int alarm_create(struct cage *cage, const struct alarm *request, bool value_is_id);
/* The others; -EINVAL: there is no such timer. `absolute`: remaining is a time of its clock. */
int alarm_set_timer(struct cage *cage, int id, const struct alarm_setting *setting, bool absolute,
		    struct alarm_setting *old);
int alarm_get_timer(struct cage *cage, int id, struct alarm_setting *out);
int alarm_get_overrun(struct cage *cage, int id);
int alarm_delete(struct cage *cage, int id);

/* Sends the signals of timers of the cage that have run out, which the host thread may be about to do:
 * whoever has slept beyond a timer's end must not come back before its signal. No locks held. */
void alarm_catch_up(struct cage *cage);

/* A signal of a timer of timer_create has been taken: info->overrun is filled in. No locks held. */
void alarm_taken(struct cage *cage, struct signal_info *info);

#endif
