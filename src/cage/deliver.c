/* Delivery: what happens to a thread's signals, at the end of a system call and in the middle of its code. */
#include "cage/deliver.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "abi/layout.h"
#include "cage/cage.h"
#include "cage/checkpoint.h"
#include "cage/fork.h"
#include "cage/interrupt.h"
#include "cage/stop.h"
#include "cage/thread.h"
#include "cage/watch.h"

/* How many handlers are laid on top of one another before the first runs; what is deliverable beyond comes
 * after. */
#define STACKED_HANDLERS 40
/* ucontext_t of the guest: flags, link, stack, mask, then machine state, of which there is none to show. */
#define UCONTEXT_SIZE 256
#define UCONTEXT_MASK 20

struct guest_siginfo signal_guest_info(const struct signal_info *info)
{
	struct guest_siginfo guest = {.number = info->number, .error = info->error, .code = info->code};

	if (info->number == SIGCHLD) {
		guest.child.pid = (int32_t)info->sender_id;
		guest.child.uid = info->sender_uid;
		guest.child.status = info->status;
	} else if (info->code == SI_TIMER) {
		guest.timer.timer = info->timer;
		guest.timer.overrun = info->overrun;
		guest.timer.value = (uint32_t)info->value;
	} else if (info->code > 0 && info->code != SI_KERNEL) {
		guest.fault.address = info->address;
	} else {
		guest.sent.pid = (int32_t)info->sender_id;
		guest.sent.uid = info->sender_uid;
		guest.sent.value = (uint32_t)info->value;
	}
	return guest;
}

/* As Linux chooses: the thread's own before the cage's, those of faults before others, low numbers first. */
static int choose(signal_set own, signal_set all)
{
	const signal_set faults = signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) |
				  signal_bit(SIGTRAP) | signal_bit(SIGFPE) | signal_bit(SIGSYS);
	signal_set set = own ? own : all;

	return __builtin_ctzll(set & faults ? set & faults : set) + 1;
}

/* Takes a signal of the set. Its number, or 0: there is none. If `action` is not NULL it is for a handler:
 * the action is copied and, for SA_RESETHAND, reset. */
static int take(struct thread *thread, signal_set set, struct signal_info *info, struct signal_action *action)
{
	struct cage_signals *signals = &thread->cage->signals;
	signal_set own, all;
	int number = 0;

	pthread_mutex_lock(&signals->lock);
	own = thread->signals.pending & set;
	all = own | (signals->pending & set);
	if (all) {
		number = choose(own, all);
		if (own) {
			*info = thread->signals.info[number];
			signal_queue_next(&thread->signals.queue, number, &thread->signals.pending,
					  thread->signals.info);
		} else {
			*info = signals->info[number];
			signal_queue_next(&signals->queue, number, &signals->pending, signals->info);
		}
		if (action) {
			*action = signals->action[number];
			if (signal_caught(action) && (action->flags & SA_RESETHAND))
				signals->action[number].handler = GUEST_SIG_DFL;
		}
	}
	pthread_mutex_unlock(&signals->lock);
	if (number)
		watch_refresh(thread->cage);
	if (number && info->code == SI_TIMER)
		alarm_taken(thread->cage, info);
	return number;
}

int signal_take(struct thread *thread, signal_set set, struct signal_info *info)
{
	return take(thread, set, info, NULL);
}

bool signal_on_stack_at(const struct thread *thread, uint32_t stack)
{
	return stack - thread->signals.stack_base <= thread->signals.stack_size && thread->signals.stack_size;
}

bool signal_on_stack(const struct thread *thread)
{
	return signal_on_stack_at(thread, engine_stack_pointer_get(thread->instance));
}

static uint32_t handler_stack(const struct thread *thread, const struct signal_action *action, uint32_t stack)
{
	if ((action->flags & SA_ONSTACK) && thread->signals.stack_size && !signal_on_stack_at(thread, stack))
		return thread->signals.stack_base + thread->signals.stack_size;
	return stack - GUEST_RED_ZONE;
}

/* What the call of a handler came to. */
static enum signal_outcome outcome_of(struct thread *thread, enum deliver_place place, int number,
				      const struct engine_result *result)
{
	switch (result->outcome) {
	case ENGINE_RETURNED:
		return SIGNAL_HANDLED;
	case ENGINE_THREW: /* siglongjmp: it sets the mask itself */
		if (place == DELIVER_IN_CALL)
			return SIGNAL_THROWS;
		if (!checkpoint_jump(thread, result->thrown))
			interrupt_left(thread, number);
		return SIGNAL_LEAVES;
	case ENGINE_UNWOUND:
		return SIGNAL_LEAVES;
	case ENGINE_TRAPPED:
	case ENGINE_REFUSED:
	case ENGINE_SUSPENDED:
		cage_end(thread->cage, (result->trap_signal ? result->trap_signal : SIGSEGV) | 0x80);
		return SIGNAL_LEAVES;
	}
	return SIGNAL_LEAVES;
}

enum signal_outcome deliver_one(struct thread *thread, enum deliver_place place,
				const struct signal_info *info, const struct signal_action *action,
				unsigned depth)
{
	const struct guest_memory *memory = &thread->cage->memory->guest;
	uint32_t old_stack = engine_stack_pointer_get(thread->instance);
	uint32_t context = (handler_stack(thread, action, old_stack) - UCONTEXT_SIZE) & ~UINT32_C(15);
	uint32_t info_address = context - (uint32_t)sizeof(struct guest_siginfo);
	struct guest_siginfo guest = signal_guest_info(info);
	/* sigsuspend and its like: the handler returns to the mask from before the call. */
	signal_set old_blocked =
		thread->signals.restore_saved ? thread->signals.saved : thread->signals.blocked;
	uint8_t ucontext[UCONTEXT_SIZE] = {0};
	enum signal_outcome outcome;
	struct engine_result result;

	memcpy(ucontext + UCONTEXT_MASK, &old_blocked, sizeof old_blocked);
	if (guest_write(memory, context, ucontext, sizeof ucontext) < 0 ||
	    guest_write(memory, info_address, &guest, sizeof guest) < 0) {
		cage_end(thread->cage, SIGSEGV | 0x80);
		return SIGNAL_LEAVES;
	}
	thread->signals.restore_saved = false;
	signal_set_blocked(thread, thread->signals.blocked | action->mask |
					   (action->flags & SA_NODEFER ? 0 : signal_bit(info->number)));
	engine_stack_pointer_set(thread->instance, info_address);
	/* As Linux lays handlers on the stack: what this one does not block comes on top of it, before its
	 * first instruction. */
	outcome = depth < STACKED_HANDLERS ? deliver(thread, place, depth + 1) : SIGNAL_NONE;
	if (outcome == SIGNAL_LEAVES || outcome == SIGNAL_THROWS)
		return outcome;
	checkpoint_enter(thread);
	result = engine_call_signal(thread->instance, action->handler, info->number, info_address, context);
	result = fork_finish_entry(thread, result, "a signal handler", NULL);
	checkpoint_leave(thread);
	outcome = outcome_of(thread, place, info->number, &result);
	if (outcome != SIGNAL_HANDLED)
		return outcome;
	/* siglongjmp sets the stack pointer itself */
	engine_stack_pointer_set(thread->instance, old_stack);
	signal_set_blocked(thread, old_blocked);
	return action->flags & SA_RESTART ? SIGNAL_HANDLED : SIGNAL_INTERRUPTS;
}

static void restore_mask(struct thread *thread)
{
	if (thread->signals.restore_saved) {
		thread->signals.restore_saved = false;
		signal_set_blocked(thread, thread->signals.saved);
	}
}

enum signal_outcome signal_deliver(struct thread *thread)
{
	return deliver(thread, DELIVER_IN_CALL, 0);
}

enum signal_outcome deliver(struct thread *thread, enum deliver_place place, unsigned depth)
{
	enum signal_outcome total = SIGNAL_NONE, one;
	struct signal_action action;
	struct signal_info info;
	int number;

	for (;;) {
		/* Before looking, so that what comes later sets it again. */
		atomic_fetch_and_explicit(&thread->attention, ~(ATTENTION_SIGNAL | ATTENTION_MASK),
					  memory_order_acquire);
		number = take(thread, ~thread->signals.blocked, &info, &action);
		if (!number) {
			if (!thread->signals.restore_saved)
				return total;
			restore_mask(thread);
			continue;
		}
		if (action.handler == GUEST_SIG_DFL) {
			enum signal_default fallback = signal_default_action(number);

			if (fallback == SIGNAL_STOPS) {
				stop_begin(thread->cage, number);
				stop_park(thread);
			}
			if (fallback != SIGNAL_ENDS && fallback != SIGNAL_ENDS_WITH_CORE)
				continue;
			cage_end(thread->cage, signal_status(number));
			return SIGNAL_LEAVES;
		}
		if (action.handler == GUEST_SIG_IGN)
			continue;
		one = deliver_one(thread, place, &info, &action, depth);
		if (one == SIGNAL_LEAVES || one == SIGNAL_THROWS)
			return one;
		/* As Linux: the first handler decides whether a call is made again. */
		if (total == SIGNAL_NONE)
			total = one;
	}
}

static int fault_code(struct thread *thread, const struct engine_result *fault)
{
	switch (fault->trap_signal) {
	case SIGSEGV:
		return memory_has(thread->cage->memory, fault->fault_address) ? SEGV_ACCERR : SEGV_MAPERR;
	case SIGBUS:
		return fault->fault_address ? BUS_ADRERR : BUS_ADRALN;
	case SIGFPE:
		return FPE_INTDIV;
	case SIGILL:
		return ILL_ILLOPN;
	default:
		return SI_KERNEL;
	}
}

bool deliver_fault(struct thread *thread, enum deliver_place place, const struct engine_result *fault,
		   enum signal_outcome *outcome)
{
	const int number = fault->trap_signal;
	struct signal_action *slot = &thread->cage->signals.action[number], action;
	struct signal_info info = {.number = number,
				   .code = fault_code(thread, fault),
				   .address = (uint32_t)fault->fault_address};

	pthread_mutex_lock(&thread->cage->signals.lock);
	action = *slot;
	if (signal_caught(&action) && (action.flags & SA_RESETHAND))
		slot->handler = GUEST_SIG_DFL;
	pthread_mutex_unlock(&thread->cage->signals.lock);
	if (!signal_caught(&action) || (thread->signals.blocked & signal_bit(number)))
		return false;
	/* The stack that is used up is the host's; natively it would be the handler's too. */
	if (fault->stack_overflow && !((action.flags & SA_ONSTACK) && thread->signals.stack_size))
		return false;
	*outcome = deliver_one(thread, place, &info, &action, 0);
	return true;
}

void signal_fault(struct thread *thread, const struct engine_result *fault)
{
	const int number = fault->trap_signal;
	enum signal_outcome outcome;

	/* The frames are gone, so there is nothing to return to: a handler may report and exit, and if it
	 * returns, the signal does its work. */
	deliver_fault(thread, DELIVER_IN_CALL, fault, &outcome);
	cage_end(thread->cage, signal_status(number));
}
