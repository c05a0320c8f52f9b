/* Signals: dispositions, masks, sending, waiting. Delivery is cage/deliver.c. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "abi/arguments.h"
#include "abi/layout.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/files.h"
#include "rawposix/pidfd.h"

#define SIGSET_SIZE sizeof(signal_set)

int64_t sys_rt_sigaction(struct call *call)
{
	struct guest_sigaction guest;
	struct signal_action action, old;
	int64_t result;

	if (call_size(call, 3) != SIGSET_SIZE)
		return -EINVAL;
	if (call->argument[1]) {
		if (call_read(call, 1, &guest, sizeof guest) < 0)
			return -EFAULT;
		action = (struct signal_action){
			.handler = guest.handler, .flags = guest.flags, .mask = guest.mask};
	}
	result = signal_set_action(call->cage, call_int(call, 0), call->argument[1] ? &action : NULL, &old);
	if (result < 0 || !call->argument[2])
		return result;
	guest = (struct guest_sigaction){.handler = old.handler, .flags = old.flags, .mask = old.mask};
	return call_write(call, 2, &guest, sizeof guest);
}

int64_t sys_rt_sigprocmask(struct call *call)
{
	struct thread *thread = call_subject(call);
	signal_set set, old;

	if (!thread || call_size(call, 3) != SIGSET_SIZE)
		return -EINVAL;
	old = thread->signals.blocked;
	if (call->argument[1]) {
		if (call_read(call, 1, &set, sizeof set) < 0)
			return -EFAULT;
		switch (call_int(call, 0)) {
		case SIG_BLOCK:
			set = old | set;
			break;
		case SIG_UNBLOCK:
			set = old & ~set;
			break;
		case SIG_SETMASK:
			break;
		default:
			return -EINVAL;
		}
		signal_set_blocked(thread, set);
	}
	return call->argument[2] ? call_write(call, 2, &old, sizeof old) : 0;
}

static signal_set pending(struct thread *thread)
{
	struct cage_signals *signals = &thread->cage->signals;
	signal_set set;

	pthread_mutex_lock(&signals->lock);
	set = thread->signals.pending | signals->pending;
	pthread_mutex_unlock(&signals->lock);
	return set;
}

int64_t sys_rt_sigpending(struct call *call)
{
	struct thread *thread = call_subject(call);
	signal_set set;
	uint64_t size = call_size(call, 1);

	if (!thread || size > SIGSET_SIZE)
		return -EINVAL;
	set = pending(thread) & thread->signals.blocked;
	return call_write(call, 0, &set, size);
}

int64_t sys_pause(struct call *call)
{
	struct thread *thread = call_subject(call);

	if (!thread)
		return -EPERM;
	signal_sleep(thread, NULL);
	return -EINTR;
}

int64_t sys_rt_sigsuspend(struct call *call)
{
	struct thread *thread = call_subject(call);
	signal_set set;

	if (!thread || call_size(call, 1) != SIGSET_SIZE)
		return -EINVAL;
	if (call_read(call, 0, &set, sizeof set) < 0)
		return -EFAULT;
	signal_set_temporary(thread, set);
	/* The mask's own bit of attention is no reason to wake. */
	atomic_fetch_and_explicit(&thread->attention, ~ATTENTION_MASK, memory_order_relaxed);
	signal_sleep(thread, NULL);
	atomic_fetch_or_explicit(&thread->attention, ATTENTION_MASK, memory_order_relaxed);
	return -EINTR;
}

int64_t sys_rt_sigtimedwait(struct call *call)
{
	struct thread *thread = call_subject(call);
	struct timespec timeout, *limit = NULL;
	struct guest_siginfo guest;
	struct signal_info info;
	signal_set set;
	int64_t result;
	int number;

	if (!thread || call_size(call, 3) != SIGSET_SIZE)
		return -EINVAL;
	if (call_read(call, 0, &set, sizeof set) < 0 ||
	    (call->argument[2] && call_read(call, 2, &timeout, sizeof timeout) < 0))
		return -EFAULT;
	if (call->argument[2]) {
		if (timeout.tv_sec < 0 || timeout.tv_nsec < 0 || timeout.tv_nsec >= 1000000000)
			return -EINVAL;
		limit = &timeout;
	}
	number = signal_take(thread, set, &info);
	if (!number) {
		signal_await(thread, set);
		result = signal_sleep(thread, limit);
		number = signal_take(thread, set, &info);
		signal_await(thread, 0);
		if (!number)
			return result == -ETIMEDOUT ? -EAGAIN : -EINTR;
	}
	guest = signal_guest_info(&info);
	if (call->argument[1] && call_write(call, 1, &guest, sizeof guest) < 0)
		return -EFAULT;
	return number;
}

int64_t sys_sigaltstack(struct call *call)
{
	struct thread *thread = call_subject(call);
	struct guest_stack fresh, old;

	if (!thread)
		return -EPERM;
	old = (struct guest_stack){.base = thread->signals.stack_base,
				   .size = thread->signals.stack_size,
				   .flags = thread->signals.stack_size
						    ? (signal_on_stack(thread) ? SS_ONSTACK : 0)
						    : SS_DISABLE};
	if (call->argument[0]) {
		if (call_read(call, 0, &fresh, sizeof fresh) < 0)
			return -EFAULT;
		if (old.flags & SS_ONSTACK)
			return -EPERM;
		if (fresh.flags != 0 && fresh.flags != SS_DISABLE && fresh.flags != SS_ONSTACK)
			return -EINVAL;
		if (!(fresh.flags & SS_DISABLE) && fresh.size < 2048)
			return -ENOMEM;
		thread->signals.stack_base = fresh.flags & SS_DISABLE ? 0 : fresh.base;
		thread->signals.stack_size = fresh.flags & SS_DISABLE ? 0 : fresh.size;
	}
	return call->argument[1] ? call_write(call, 1, &old, sizeof old) : 0;
}

/* -- sending -- */

static struct signal_info sent_by(const struct call *call, int number, int code)
{
	return (struct signal_info){.number = number,
				    .code = code,
				    .sender_id = call->cage->id,
				    .sender_uid = call->cage->credentials.uid};
}

/* Signals stay below the sender's own ancestors: a cage reaches itself, those that descend from it, and its
 * own session. */
static bool may_signal_locked(const struct cage *sender, const struct cage *target)
{
	return sender->session == target->session || cage_descends_locked(target, sender);
}

static bool may_signal(const struct cage *sender, const struct cage *target)
{
	bool may;

	pthread_mutex_lock(&cage_tree_lock);
	may = may_signal_locked(sender, target);
	pthread_mutex_unlock(&cage_tree_lock);
	return may;
}

static int64_t send(const struct call *call, struct cage *target, const struct signal_info *info)
{
	return may_signal(call->cage, target) ? signal_send_cage(target, info) : -EPERM;
}

/* The process group of the first cage and of those that it starts. */
#define FIRST_GROUP 1

/* Whom kill means by 0, -1 or -group. */
struct named_group {
	const struct cage *caller;
	bool everyone;
	uint32_t group; /* 0: the caller's */
};

static int is_named(const struct cage *cage, const void *key)
{
	const struct named_group *named = key;
	/* -1 is also what killpg makes of the first cage's group: to its members it means that. */
	bool everyone = named->everyone && named->caller->process_group != FIRST_GROUP;
	uint32_t group = named->group ? named->group : named->caller->process_group;
	bool is_one = everyone ? cage != named->caller && cage->id != 1 : cage->process_group == group;

	if (!is_one)
		return 0;
	return may_signal_locked(named->caller, cage) ? 1 : -EPERM;
}

static int64_t send_group(const struct call *call, int32_t id, const struct signal_info *info)
{
	const struct named_group named = {
		.caller = call->cage, .everyone = id == -1, .group = (uint32_t)-(int64_t)id};

	return signal_send_all(is_named, &named, info);
}

/* The cage that has a thread with this id, counted, or NULL. */
static struct cage *cage_of_thread(uint32_t id)
{
	struct cage *cage = NULL;
	bool found = false;

	pthread_mutex_lock(&cage_tree_lock);
	while (!found && (cage = cage_next(cage)))
		for (const struct thread *thread = cage->threads; thread && !found; thread = thread->next)
			found = thread->id == id;
	if (cage)
		cage_ref(cage);
	pthread_mutex_unlock(&cage_tree_lock);
	return cage;
}

int64_t sys_kill(struct call *call)
{
	int32_t id = call_int(call, 0);
	int number = call_int(call, 1);
	struct signal_info info = sent_by(call, number, SI_USER);
	struct cage *target;
	int64_t result;

	if (number < 0 || number > SIGNAL_COUNT)
		return -EINVAL;
	if (id <= 0)
		return id == INT32_MIN ? -ESRCH : send_group(call, id, &info);
	target = cage_get((uint64_t)id);
	/* Linux: a thread's id stands for its process. */
	if (!target && cage_thread_lives((uint32_t)id))
		target = cage_of_thread((uint32_t)id);
	if (!target)
		return -ESRCH;
	result = send(call, target, &info);
	cage_unref(target);
	return result;
}

static int64_t send_thread(struct call *call, int32_t group, int32_t id, int number, int code)
{
	struct signal_info info = sent_by(call, number, code);
	struct cage *target;
	int64_t result;

	if (group <= 0 || id <= 0 || number < 0 || number > SIGNAL_COUNT)
		return -EINVAL;
	target = (uint32_t)group == call->cage->id ? cage_ref(call->cage) : cage_get((uint64_t)group);
	if (!target)
		return -ESRCH;
	result = may_signal(call->cage, target) ? signal_send_thread(target, (uint32_t)id, &info) : -EPERM;
	cage_unref(target);
	return result;
}

int64_t sys_tgkill(struct call *call)
{
	return send_thread(call, call_int(call, 0), call_int(call, 1), call_int(call, 2), SI_TKILL);
}

/* Only threads of the caller's own cage, and first threads of others, can be named without their process. */
int64_t sys_tkill(struct call *call)
{
	int32_t id = call_int(call, 0);
	int64_t result = send_thread(call, (int32_t)call->cage->id, id, call_int(call, 1), SI_TKILL);

	return result == -ESRCH ? send_thread(call, id, id, call_int(call, 1), SI_TKILL) : result;
}

/* Reads what the sender says of a signal. Its number in there, which mostly does not matter, or -EFAULT. */
static int read_info(struct call *call, unsigned index, int number, struct signal_info *out)
{
	struct guest_siginfo guest;

	if (call_read(call, index, &guest, sizeof guest) < 0)
		return -EFAULT;
	*out = sent_by(call, number, guest.code);
	out->value = guest.sent.value;
	return guest.number;
}

/* As Linux: nobody may claim, to others, that the kernel or kill sent it. */
static bool may_claim(const struct call *call, const struct cage *target, const struct signal_info *info)
{
	return (info->code < 0 && info->code != SI_TKILL) || target == call->cage;
}

int64_t sys_rt_sigqueueinfo(struct call *call)
{
	int number = call_int(call, 1);
	struct signal_info info;
	struct cage *target;
	int64_t result;

	if (read_info(call, 2, number, &info) == -EFAULT)
		return -EFAULT;
	if (number < 0 || number > SIGNAL_COUNT)
		return -EINVAL;
	target = cage_get((uint64_t)call_unsigned(call, 0));
	if (!target)
		return -ESRCH;
	result = may_claim(call, target, &info) ? send(call, target, &info) : -EPERM;
	cage_unref(target);
	return result;
}

int64_t sys_rt_tgsigqueueinfo(struct call *call)
{
	int32_t group = call_int(call, 0), id = call_int(call, 1), number = call_int(call, 2);
	struct signal_info info;
	struct cage *target;
	int64_t result;

	if (read_info(call, 3, number, &info) == -EFAULT)
		return -EFAULT;
	if (group <= 0 || id <= 0 || number < 0 || number > SIGNAL_COUNT)
		return -EINVAL;
	target = cage_get((uint64_t)group);
	if (!target)
		return -ESRCH;
	if (!may_claim(call, target, &info) || !may_signal(call->cage, target))
		result = -EPERM;
	else
		result = signal_send_thread(target, (uint32_t)id, &info);
	cage_unref(target);
	return result;
}

int64_t sys_pidfd_send_signal(struct call *call)
{
	int number = call_int(call, 1);
	struct signal_info info = sent_by(call, number, SI_USER);
	bool told = call_address(call, 2);
	struct cage *target;

	if (call_unsigned(call, 3))
		return -EINVAL;
	CALL_FILE(file, call, 0);
	target = pidfd_cage(file);
	if (!target)
		return -EBADF;
	if (told) {
		int said = read_info(call, 2, number, &info);

		if (said != number)
			return said == -EFAULT ? -EFAULT : -EINVAL;
	}
	if (number < 0 || number > SIGNAL_COUNT)
		return -EINVAL;
	return told && !may_claim(call, target, &info) ? -EPERM : send(call, target, &info);
}
