/* The microvisor's call table: for each number that RawPOSIX serves, its function.
 *
 * A system call is `int64_t sys_NAME(struct call *call)`: it returns the result or -errno, changes nothing
 * when it returns an error that Linux gives before acting, reads arguments with abi/arguments.h, and touches
 * guest memory only through abi/call.h. One file a family. */
#ifndef LIND_RAWPOSIX_RAWPOSIX_H
#define LIND_RAWPOSIX_RAWPOSIX_H

#include "route/route.h"

/* One layer for each number (ROUTE_NUMBERS of them), made from abi/syscalls.def. */
extern const struct route_layer rawposix_routes[ROUTE_NUMBERS];

/* Once, before the first cage. */
void rawposix_start(void);

#endif
