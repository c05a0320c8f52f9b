/* Waiting for children: what wait4 and waitid find. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "cage/cage.h"
#include "cage/thread.h"
#include "cage/tree.h"

/* Linux: a child made by clone with another signal than SIGCHLD for its end is waited for by __WCLONE, all
 * others without. */
static bool is_eligible(const struct cage *child, idtype_t kind, uint32_t id, int options)
{
	if ((kind == P_PID && child->id != id) || (kind == P_PGID && child->process_group != id))
		return false;
	return (options & __WALL) || (child->exit_signal != SIGCHLD) == (((unsigned)options & __WCLONE) != 0);
}

/* What a child has to tell that `options` ask for. Its wait status with *code, or -1. */
static int event_of(const struct cage *child, int options, int *code)
{
	if (child->state == CAGE_ZOMBIE) {
		if (!(options & WEXITED))
			return -1;
		*code = signal_child_code(child->wait_status);
		return child->wait_status;
	}
	if (child->stop.change > 0 && (options & WSTOPPED)) {
		*code = CLD_STOPPED;
		return child->stop.change << 8 | 0x7f;
	}
	if (child->stop.change == CAGE_CONTINUED && (options & WCONTINUED)) {
		*code = CLD_CONTINUED;
		return 0xffff;
	}
	return -1;
}

static void take_locked(struct cage *cage, struct cage *child, struct cage **reaped)
{
	if (child->state == CAGE_ZOMBIE) {
		usage_child_ends(cage, child);
		cage_reap(child);
		*reaped = child;
	} else {
		child->stop.change = 0;
	}
}

/* Looks for a child with something to tell. Returns its id, 0 (it may come), or -ECHILD. *reaped is for the
 * caller to unref. */
static int64_t look_locked(struct cage *cage, idtype_t kind, uint32_t id, int options,
			   struct cage_waited *out, struct cage **reaped)
{
	bool any = false;

	for (struct cage *child = cage->first_child; child; child = child->next_sibling) {
		int status, code;

		if (!is_eligible(child, kind, id, options))
			continue;
		status = event_of(child, options, &code);
		if (status >= 0) {
			*out = (struct cage_waited){.id = child->id,
						    .uid = child->credentials.uid,
						    .code = code,
						    .wait_status = status};
			usage_all(&out->usage, child);
			if (!(options & WNOWAIT))
				take_locked(cage, child, reaped);
			return out->id;
		}
		/* One that has ended has nothing but that to tell. */
		any |= child->state != CAGE_ZOMBIE || (options & WEXITED);
	}
	return any ? 0 : -ECHILD;
}

int64_t cage_wait(struct thread *thread, struct cage *cage, idtype_t kind, int32_t id, int options,
		  struct cage_waited *out)
{
	uint32_t wanted = kind == P_PGID && id == 0 ? cage->process_group : (uint32_t)id;
	bool interrupted = false;

	for (;;) {
		uint32_t seen = atomic_load_explicit(&cage->child_events, memory_order_acquire);
		struct cage *reaped = NULL;
		int64_t result;

		pthread_mutex_lock(&cage_tree_lock);
		/* What ends leaves its children to whoever adopts them. */
		result = cage->state != CAGE_ALIVE ? -EINTR
						   : look_locked(cage, kind, wanted, options, out, &reaped);
		pthread_mutex_unlock(&cage_tree_lock);
		cage_unref(reaped);
		if (result != 0 || (options & WNOHANG))
			return result;
		/* Not without another look: a child that ended goes before the signal that tells of it. */
		if (interrupted)
			return -EINTR;
		result = host_call_interruptible(&thread->attention, SYS_futex, (long)&cage->child_events,
						 FUTEX_WAIT | FUTEX_PRIVATE_FLAG, seen, 0, 0, 0);
		interrupted = result == -EINTR;
	}
}
