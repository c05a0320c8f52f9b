/* What a cage has used, for times(2), getrusage(2) and the CPU clocks. Other threads of it that still run are
 * not counted until they end: the host accounts by its own threads, which serve one cage after another. */
#ifndef LIND_RAWPOSIX_USAGE_H
#define LIND_RAWPOSIX_USAGE_H

#include <sys/resource.h>

#include "abi/call.h"

void usage_of_cage(struct call *call, struct rusage *out);
/* Its children that have ended and were waited for. */
void usage_of_children(struct call *call, struct rusage *out);

#endif
