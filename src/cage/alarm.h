/* The real-time interval timer that each cage has: alarm(2), setitimer(2) with ITIMER_REAL. */
#ifndef LIND_CAGE_ALARM_H
#define LIND_CAGE_ALARM_H

#include <stdint.h>

struct cage;

/* Nanoseconds; 0: not set. */
struct alarm_setting {
	int64_t remaining, interval;
};

/* Sets the cage's timer (remaining 0: stops it); *old, if not NULL, is what it was. Returns 0, or -EAGAIN if
 * there is no host thread to wait for it. */
int alarm_set(struct cage *cage, const struct alarm_setting *setting, struct alarm_setting *old);
void alarm_get(struct cage *cage, struct alarm_setting *out);
/* The cage ends: its timer goes. */
void alarm_stop(struct cage *cage);

#endif
