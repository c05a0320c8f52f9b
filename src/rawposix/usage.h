/* What a cage has used, for times(2), getrusage(2) and the CPU clocks. Other threads of it that still run are
 * not counted until they end: the host accounts by its own threads, which serve one cage after another. */
#ifndef LIND_RAWPOSIX_USAGE_H
#define LIND_RAWPOSIX_USAGE_H

#include <sys/resource.h>
#include <time.h>

#include "abi/call.h"

void usage_of_cage(struct call *call, struct rusage *out);
/* Its children that have ended and were waited for. */
void usage_of_children(struct call *call, struct rusage *out);

/* A clock as a guest names it, taken apart. */
enum clock_kind {
	CLOCK_IS_HOSTS,   /* the same for everybody */
	CLOCK_IS_CAGES,   /* CPU time of the cage */
	CLOCK_IS_THREADS, /* CPU time of the calling thread */
	CLOCK_IS_UNKNOWN
};
enum clock_kind clock_kind(struct call *call, clockid_t clock);

#endif
