/* prctl(2) and personality(2): the options that mean something to a cage. All others are unknown, as to a
 * kernel that was built without them. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/worker.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/files.h"

#define NAME_SIZE 16
/* A cage's own option (docs/abi.md): 1 in a handler of signals that runs in the middle of code, which can't
 * be left by an exception. */
#define PR_LIND_GET_INTERRUPTED 0x4c696e64

/* The name of a thread that is not its cage's first. It stays with the host thread, so it says whose it is:
 * host threads serve many. */
static __thread struct {
	uint32_t cage, thread;
	char name[NAME_SIZE];
} thread_name;

/* The first thread's name is the cage's; another's that was never set, too: threads inherit it. */
static bool has_own_name(struct call *call)
{
	return thread_name.cage == call->cage->id && thread_name.thread == call->thread->id;
}

static int64_t set_name(struct call *call)
{
	char name[NAME_SIZE] = "";
	/* What is longer is cut, and what follows a NUL need not be there. */
	int64_t length = guest_read_string(call_memory(call, 1), name, call_address(call, 1), NAME_SIZE);
	if (length < 0 && length != -ENAMETOOLONG)
		return length;
	name[NAME_SIZE - 1] = 0;
	const struct thread *self = call_subject(call);
	if (self && self->id != call->cage->id) {
		thread_name.cage = call->cage->id;
		thread_name.thread = call->thread->id;
		memcpy(thread_name.name, name, NAME_SIZE);
		return 0;
	}
	CLEANUP_LOCK(&cage_tree_lock);
	memset(call->cage->name, 0, NAME_SIZE);
	strcpy(call->cage->name, name);
	return 0;
}

static int64_t get_name(struct call *call)
{
	char name[NAME_SIZE];
	if (has_own_name(call)) {
		memcpy(name, thread_name.name, NAME_SIZE);
	} else {
		CLEANUP_LOCK(&cage_tree_lock);
		memcpy(name, call->cage->name, NAME_SIZE);
	}
	return call_write(call, 1, name, NAME_SIZE);
}

int64_t sys_prctl(struct call *call)
{
	/* Numbers of options and their values are unsigned long: 32 bits. */
	uint32_t value = call_unsigned(call, 1);
	bool rest = call_unsigned(call, 2) || call_unsigned(call, 3) || call_unsigned(call, 4);
	switch (call_int(call, 0)) {
	case PR_SET_NAME:
		return set_name(call);
	case PR_GET_NAME:
		return get_name(call);
	case PR_SET_CHILD_SUBREAPER: {
		CLEANUP_LOCK(&cage_tree_lock);
		call->cage->subreaper = value;
		return 0;
	}
	case PR_GET_CHILD_SUBREAPER: {
		const int is = call->cage->subreaper;
		return call_write(call, 1, &is, sizeof is);
	}
	case PR_SET_PDEATHSIG: {
		if (value > SIGNAL_COUNT)
			return -EINVAL;
		CLEANUP_LOCK(&cage_tree_lock);
		call->cage->death_signal = (int)value;
		return 0;
	}
	case PR_GET_PDEATHSIG:
		return call_write(call, 1, &call->cage->death_signal, sizeof call->cage->death_signal);
	case PR_GET_DUMPABLE: /* nobody can look into a cage, which is no matter of this; hence it cannot be
				 changed */
		return 1;
	case PR_SET_DUMPABLE:
		return value == 1 ? 0 : -EINVAL;
	case PR_GET_KEEPCAPS: /* there are no capabilities to keep */
		return 0;
	case PR_SET_KEEPCAPS:
		return value ? (value == 1 ? -EPERM : -EINVAL) : 0;
	case PR_CAPBSET_READ:
		return value > CAP_LAST_CAP ? -EINVAL : 0;
	case PR_CAPBSET_DROP:
		return value > CAP_LAST_CAP ? -EINVAL : -EPERM;
	case PR_GET_SECUREBITS:
		return SECUREBITS_DEFAULT;
	case PR_SET_SECUREBITS:
		return -EPERM;
	case PR_GET_SECCOMP:
		return 0;
	case PR_GET_NO_NEW_PRIVS: /* exec never gives any */
		return value || rest ? -EINVAL : 1;
	case PR_SET_NO_NEW_PRIVS:
		return value != 1 || rest ? -EINVAL : 0;
	case PR_GET_TIMERSLACK:
		return prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
	case PR_SET_TIMERSLACK:
		worker_scheduling_changed();
		return prctl(PR_SET_TIMERSLACK, (unsigned long)value, 0, 0, 0) ? -errno : 0;
	case PR_GET_TID_ADDRESS:
		return call_subject(call)
			       ? call_write(call, 1, &call_subject(call)->clear_child_tid, sizeof(uint32_t))
			       : -EINVAL;
	case PR_LIND_GET_INTERRUPTED:
		return call_subject(call) && call_subject(call)->nested_count > 0;
	default:
		return -EINVAL;
	}
}

int64_t sys_personality(struct call *call)
{
	uint32_t wanted = call_unsigned(call, 0);
	return wanted == PER_LINUX || wanted == UINT32_MAX ? PER_LINUX : -EINVAL;
}
