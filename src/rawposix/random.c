/* Randomness is the host kernel's. */
#include <sys/syscall.h>

#include "abi/arguments.h"
#include "base/interruptible.h"
#include "cage/cage.h"
#include "rawposix/calls.h"

int64_t sys_getrandom(struct call *call)
{
	uint64_t length = call_size(call, 1);
	return host_call_interruptible(&call->thread->attention, SYS_getrandom,
				       (long)call_pointer(call, 0, length), (long)length,
				       call_unsigned(call, 2), 0, 0, 0);
}
