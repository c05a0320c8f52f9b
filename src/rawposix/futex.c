/* Futexes: the host's own, on the host's addresses of guest words. Two cages that share a mapping share its
 * futexes; two that do not cannot meet, whatever they say, since a private futex is known to the host by an
 * address that only one memory has. */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "abi/arguments.h"
#include "base/interruptible.h"
#include "cage/cage.h"
#include "rawposix/calls.h"

/* Priority inheritance needs the host's thread ids in guest memory, where guests have their own. */
static bool served(int command)
{
	switch (command) {
	case FUTEX_WAIT:
	case FUTEX_WAKE:
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
	case FUTEX_WAKE_OP:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAKE_BITSET:
		return true;
	default:
		return false;
	}
}

int64_t sys_futex(struct call *call)
{
	int operation = call_int(call, 1), command = operation & FUTEX_CMD_MASK;
	bool waits = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
	bool has_second =
		command == FUTEX_REQUEUE || command == FUTEX_CMP_REQUEUE || command == FUTEX_WAKE_OP;
	void *word = call_pointer(call, 0, sizeof(uint32_t));
	long fourth =
		waits ? (long)call_pointer(call, 3, sizeof(struct timespec)) : (long)call_unsigned(call, 3);

	if (!served(command))
		return -ENOSYS;
	return host_call_interruptible(
		&call->thread->attention, SYS_futex, (long)word, operation, call_int(call, 2), fourth,
		has_second ? (long)call_pointer(call, 4, sizeof(uint32_t)) : 0, (long)call_unsigned(call, 5));
}
