/* The declaration of every system call that is served: sys_NAME for each row of the table that is FULL or
 * VIRTUAL. */
#ifndef LIND_RAWPOSIX_CALLS_H
#define LIND_RAWPOSIX_CALLS_H

#include <stdint.h>

#include "abi/call.h"

#define CALLS_FULL(name)    int64_t sys_##name(struct call *call);
#define CALLS_VIRTUAL(name) int64_t sys_##name(struct call *call);
#define CALLS_MISSING(name)
#define CALLS_REFUSED(name)
#define SYSCALL(number, name, status, ...) CALLS_##status(name)
#include "abi/syscalls.def"
#undef CALLS_FULL
#undef CALLS_VIRTUAL
#undef CALLS_MISSING
#undef CALLS_REFUSED

#endif
