/* Sending signals, and the state that sending and delivery share. */
#include "cage/signal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "cage/stop.h"
#include "cage/thread.h"
#include "cage/tree.h"
#include "cage/watch.h"

#define SIGRTMIN_GUEST 32 /* the kernel's: libc keeps the first two for itself */

enum signal_default signal_default_action(int number)
{
	switch (number) {
	case SIGCHLD:
	case SIGURG:
	case SIGWINCH:
		return SIGNAL_IGNORED;
	case SIGCONT:
		return SIGNAL_CONTINUES;
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		return SIGNAL_STOPS;
	case SIGQUIT:
	case SIGILL:
	case SIGTRAP:
	case SIGABRT:
	case SIGBUS:
	case SIGFPE:
	case SIGSEGV:
	case SIGXCPU:
	case SIGXFSZ:
	case SIGSYS:
		return SIGNAL_ENDS_WITH_CORE;
	default:
		return SIGNAL_ENDS;
	}
}

/* Under the cage's signal lock. */
static bool is_ignored(const struct cage *cage, int number)
{
	uint32_t handler = cage->signals.action[number].handler;
	enum signal_default fallback = signal_default_action(number);

	if (number == SIGKILL || number == SIGSTOP)
		return false;
	if (handler != GUEST_SIG_DFL)
		return handler == GUEST_SIG_IGN;
	return fallback == SIGNAL_IGNORED || fallback == SIGNAL_CONTINUES;
}

static bool stops_cage(const struct cage *cage, int number)
{
	return (number == SIGSTOP || cage->signals.action[number].handler == GUEST_SIG_DFL) &&
	       signal_default_action(number) == SIGNAL_STOPS;
}

static bool ends_cage(const struct cage *cage, int number)
{
	enum signal_default fallback = signal_default_action(number);

	return (number == SIGKILL || cage->signals.action[number].handler == GUEST_SIG_DFL) &&
	       (fallback == SIGNAL_ENDS || fallback == SIGNAL_ENDS_WITH_CORE);
}

int signal_status(int number)
{
	return number | (signal_default_action(number) == SIGNAL_ENDS_WITH_CORE ? 0x80 : 0);
}

int signal_child_code(int wait_status)
{
	if (WIFEXITED(wait_status))
		return CLD_EXITED;
	return WCOREDUMP(wait_status) ? CLD_DUMPED : CLD_KILLED;
}

static bool takes(const struct thread *thread, signal_set bit)
{
	return !(thread->signals.blocked & bit) || (thread->signals.awaited & bit);
}

/* What a signal does that can only be done without locks. */
struct effect {
	struct cage *cage; /* counted where the effect outlives the call that it came of */
	int status;        /* it is to end, with this; 0: not */
	bool ends;         /* and now does, by this signal */
	struct stop_news news;
};

static void take_effect(struct effect *effect)
{
	stop_tell(&effect->news);
	if (effect->ends)
		cage_end_begun(effect->cage);
}

/* Under both locks: a stop signal makes SIGCONT no longer pending, and the other way round. */
static void discard_locked(struct cage *cage, signal_set set)
{
	cage->signals.pending &= ~set;
	for (struct thread *thread = cage->threads; thread; thread = thread->next)
		thread->signals.pending &= ~set;
	watch_refresh_locked(cage);
}

/* Under both locks: the status of a signal that came while the cage was stopped and ends it now, or 0. */
static int deadly_locked(const struct cage *cage)
{
	for (const struct thread *thread = cage->threads; thread; thread = thread->next) {
		signal_set set = (cage->signals.pending | thread->signals.pending) & ~thread->signals.blocked;

		for (int number = 1; number <= SIGNAL_COUNT; number++)
			if ((set & signal_bit(number)) && ends_cage(cage, number))
				return signal_status(number);
	}
	return 0;
}

/* Under both locks. Returns 0, or -EAGAIN: too many are queued. */
static int post_locked(struct cage *cage, struct thread *only, const struct signal_info *info,
		       struct effect *effect)
{
	signal_set bit = signal_bit(info->number);
	struct thread *taker = only;
	struct signal_info *infos;
	signal_set *pending;
	bool blocked_by_all = true;

	/* As Linux: the first thread if it can, else any. */
	for (struct thread *thread = cage->threads; thread && !only; thread = thread->next)
		if (takes(thread, bit) && (!taker || thread->id == cage->id))
			taker = thread;
	blocked_by_all = !taker || (taker->signals.blocked & bit) || (taker->signals.awaited & bit);
	if (info->number == SIGKILL)
		blocked_by_all = false;
	if (bit & STOP_SIGNALS)
		discard_locked(cage, signal_bit(SIGCONT));
	if (info->number == SIGCONT) {
		discard_locked(cage, STOP_SIGNALS);
		effect->news = stop_continue_locked(cage);
		effect->status = deadly_locked(cage);
	}
	/* A blocked signal stays pending even where it would be ignored: sigwait may be after it. */
	if (!blocked_by_all && is_ignored(cage, info->number))
		return 0;
	if (!blocked_by_all && stops_cage(cage, info->number)) {
		effect->news = stop_begin_locked(cage, info->number);
		return 0;
	}
	/* What ends a stopped cage waits until that goes on. */
	if (!blocked_by_all && ends_cage(cage, info->number) &&
	    (info->number == SIGKILL || !cage->stop.signal)) {
		effect->status = signal_status(info->number);
		return 0;
	}
	pending = only ? &only->signals.pending : &cage->signals.pending;
	infos = only ? only->signals.info : cage->signals.info;
	if (!(*pending & bit))
		infos[info->number] = *info;
	else if (info->number >= SIGRTMIN_GUEST &&
		 !signal_queue_add(only ? &only->signals.queue : &cage->signals.queue, info) &&
		 info->code != SI_USER)
		return -EAGAIN;
	*pending |= bit;
	watch_refresh_locked(cage);
	if (taker)
		thread_attend(taker, ATTENTION_SIGNAL);
	return 0;
}

/* With cage_tree_lock held: to the cage, or to one of its threads. */
static int send_locked(struct cage *cage, struct thread *only, const struct signal_info *info,
		       struct effect *effect)
{
	int result;

	*effect = (struct effect){.cage = cage};
	if (cage->state == CAGE_REAPED)
		return -ESRCH;
	if (!info->number || (cage->state != CAGE_ALIVE && !only))
		return 0;
	pthread_mutex_lock(&cage->signals.lock);
	result = post_locked(cage, only, info, effect);
	pthread_mutex_unlock(&cage->signals.lock);
	if (effect->status)
		effect->ends = cage_end_locked(cage, effect->status);
	return result;
}

int signal_send_cage(struct cage *cage, const struct signal_info *info)
{
	struct effect effect;
	int result;

	pthread_mutex_lock(&cage_tree_lock);
	result = send_locked(cage, NULL, info, &effect);
	pthread_mutex_unlock(&cage_tree_lock);
	take_effect(&effect);
	return result;
}

/* Takes cage_tree_lock, with room for an effect on each cage that there is. NULL, and the lock not taken: out
 * of memory. */
static struct effect *lock_with_room(void)
{
	struct effect *effects = NULL;
	size_t room = 0;

	pthread_mutex_lock(&cage_tree_lock);
	while (room < cage_count_locked() || !effects) {
		room = cage_count_locked() + 1;
		pthread_mutex_unlock(&cage_tree_lock);
		free(effects);
		effects = calloc(room, sizeof *effects);
		if (!effects)
			return NULL;
		pthread_mutex_lock(&cage_tree_lock);
	}
	return effects;
}

int signal_send_all(int (*wanted)(const struct cage *cage, const void *key), const void *key,
		    const struct signal_info *info)
{
	struct effect *effects = lock_with_room();
	int result = -ESRCH, one;
	size_t count = 0;

	if (!effects)
		return -EAGAIN;
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage)) {
		one = wanted(cage, key);
		if (!one)
			continue;
		if (one > 0) {
			one = send_locked(cage, NULL, info, &effects[count]);
			cage_ref(cage);
			count++;
		}
		if (one == 0 || result == -ESRCH)
			result = one;
	}
	pthread_mutex_unlock(&cage_tree_lock);
	for (size_t i = 0; i < count; i++) {
		take_effect(&effects[i]);
		cage_unref(effects[i].cage);
	}
	free(effects);
	return result;
}

static int is_in_group(const struct cage *cage, const void *group)
{
	return cage->process_group == *(const uint32_t *)group;
}

void signal_send_group(uint32_t group, const struct signal_info *info)
{
	signal_send_all(is_in_group, &group, info);
}

int signal_send_thread(struct cage *cage, uint32_t id, const struct signal_info *info)
{
	struct effect effect = {0};
	struct thread *thread;
	int result = -ESRCH;

	pthread_mutex_lock(&cage_tree_lock);
	for (thread = cage->threads; thread && thread->id != id; thread = thread->next)
		;
	if (thread)
		result = send_locked(cage, thread, info, &effect);
	pthread_mutex_unlock(&cage_tree_lock);
	take_effect(&effect);
	return result;
}

static bool has_timer(signal_set pending, const struct signal_info infos[SIGNAL_COUNT + 1],
		      const struct signal_queue *queue, int number, int timer)
{
	if (!(pending & signal_bit(number)))
		return false;
	if (infos[number].code == SI_TIMER && infos[number].timer == timer)
		return true;
	for (size_t i = 0; i < queue->count; i++)
		if (queue->info[i].number == number && queue->info[i].code == SI_TIMER &&
		    queue->info[i].timer == timer)
			return true;
	return false;
}

bool signal_timer_pending(struct cage *cage, uint32_t target, int number, int timer)
{
	const struct cage_signals *signals = &cage->signals;
	bool found = false;

	pthread_mutex_lock(&cage_tree_lock);
	pthread_mutex_lock(&cage->signals.lock);
	if (!target)
		found = has_timer(signals->pending, signals->info, &signals->queue, number, timer);
	for (struct thread *thread = cage->threads; thread && target; thread = thread->next)
		if (thread->id == target)
			found = has_timer(thread->signals.pending, thread->signals.info,
					  &thread->signals.queue, number, timer);
	pthread_mutex_unlock(&cage->signals.lock);
	pthread_mutex_unlock(&cage_tree_lock);
	return found;
}

void signal_offer(struct cage *cage, signal_set set, const struct thread *except)
{
	pthread_mutex_lock(&cage_tree_lock);
	pthread_mutex_lock(&cage->signals.lock);
	set &= cage->signals.pending;
	for (struct thread *thread = cage->threads; thread && set; thread = thread->next) {
		signal_set taken = set & (~thread->signals.blocked | thread->signals.awaited);

		if (thread == except || !taken)
			continue;
		set &= ~taken;
		thread_attend(thread, ATTENTION_SIGNAL);
	}
	pthread_mutex_unlock(&cage->signals.lock);
	pthread_mutex_unlock(&cage_tree_lock);
}

void signal_set_blocked(struct thread *thread, signal_set blocked)
{
	struct cage_signals *signals = &thread->cage->signals;
	signal_set given_up;
	bool deliverable;

	blocked &= ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
	pthread_mutex_lock(&signals->lock);
	given_up = signals->pending & blocked & ~thread->signals.blocked;
	thread->signals.blocked = blocked;
	deliverable = (thread->signals.pending | signals->pending) & ~blocked;
	pthread_mutex_unlock(&signals->lock);
	if (deliverable)
		atomic_fetch_or_explicit(&thread->attention, ATTENTION_SIGNAL, memory_order_relaxed);
	if (given_up)
		signal_offer(thread->cage, given_up, thread);
}

int64_t signal_sleep(struct thread *thread, const struct timespec *timeout)
{
	/* A futex that nobody wakes: only the kick ends it. */
	static const uint32_t never = 0;

	return host_call_interruptible(&thread->attention, SYS_futex, (long)&never,
				       FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, (long)timeout, 0, 0);
}

void signal_await(struct thread *thread, signal_set set)
{
	struct cage_signals *signals = &thread->cage->signals;
	signal_set given_up;
	bool there;

	pthread_mutex_lock(&signals->lock);
	given_up = signals->pending & thread->signals.awaited & ~set & thread->signals.blocked;
	thread->signals.awaited = set;
	there = (thread->signals.pending | signals->pending) & set;
	pthread_mutex_unlock(&signals->lock);
	if (there)
		atomic_fetch_or_explicit(&thread->attention, ATTENTION_SIGNAL, memory_order_relaxed);
	if (given_up)
		signal_offer(thread->cage, given_up, thread);
}

void signal_set_temporary(struct thread *thread, signal_set blocked)
{
	thread->signals.saved = thread->signals.blocked;
	thread->signals.restore_saved = true;
	signal_set_blocked(thread, blocked);
	/* Even if nothing is deliverable, the end of the call must look, to put the mask back. */
	atomic_fetch_or_explicit(&thread->attention, ATTENTION_MASK, memory_order_relaxed);
}

int signal_set_action(struct cage *cage, int number, const struct signal_action *action,
		      struct signal_action *old)
{
	struct cage_signals *signals = &cage->signals;

	if (number < 1 || number > SIGNAL_COUNT || (action && (number == SIGKILL || number == SIGSTOP)))
		return -EINVAL;
	pthread_mutex_lock(&cage_tree_lock);
	pthread_mutex_lock(&signals->lock);
	if (old)
		*old = signals->action[number];
	if (action) {
		signals->action[number] = *action;
		signals->action[number].mask &= ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
		/* POSIX: setting a signal to be ignored discards one that is pending. */
		if (is_ignored(cage, number)) {
			signals->pending &= ~signal_bit(number);
			signal_queue_drop(&signals->queue, number);
			for (struct thread *thread = cage->threads; thread; thread = thread->next) {
				thread->signals.pending &= ~signal_bit(number);
				signal_queue_drop(&thread->signals.queue, number);
			}
			watch_refresh_locked(cage);
		}
	}
	pthread_mutex_unlock(&signals->lock);
	pthread_mutex_unlock(&cage_tree_lock);
	return 0;
}

void signal_reset_for_exec(struct thread *thread)
{
	struct cage_signals *signals = &thread->cage->signals;

	pthread_mutex_lock(&signals->lock);
	for (int number = 1; number <= SIGNAL_COUNT; number++)
		if (signals->action[number].handler != GUEST_SIG_IGN)
			signals->action[number] = (struct signal_action){0};
	thread->signals.stack_base = thread->signals.stack_size = 0;
	thread->signals.stack_flags = 0;
	pthread_mutex_unlock(&signals->lock);
}
