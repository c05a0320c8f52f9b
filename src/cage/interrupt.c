#include "cage/interrupt.h"

#include <signal.h>

#include "base/interruptible.h"
#include "base/log.h"
#include "cage/deliver.h"
#include "cage/thread.h"

/* Where the interrupted code stands meanwhile. */
struct interruption {
	struct engine_instance *interrupted;
	bool kicks_held;
};

/* Makes another instance thread->instance, with the state of the interrupted one, and lets kicks in. False:
 * it cannot be. */
static bool begin(struct thread *thread, struct interruption *out)
{
	struct cage *cage = thread->cage;
	struct engine_instance **spare = &thread->nested[thread->nested_count];

	if (thread->nested_count == LIMIT_NESTED_HANDLERS)
		return false;
	if (!*spare)
		engine_instance_create(cage->module, cage->memory->guest.base, thread, spare);
	if (!*spare || !engine_can_enter(*spare) || engine_instance_follow(*spare, thread->instance) < 0)
		return false;
	out->interrupted = thread->instance;
	thread->instance = *spare;
	thread->nested_count++;
	out->kicks_held = host_kick_release();
	return true;
}

static void end(struct thread *thread, const struct interruption *interruption)
{
	struct engine_instance **spare = &thread->nested[thread->nested_count - 1];

	host_kick_hold(interruption->kicks_held);
	thread->instance = interruption->interrupted;
	thread->nested_count--;
	/* An instance that was left by an exception keeps that: looking at it from outside makes a root,
	 * which only goes with the store. */
	if (thread->jumps.target) {
		engine_instance_free(*spare);
		*spare = NULL;
	}
}

void interrupt_free(struct thread *thread)
{
	for (unsigned i = 0; i < LIMIT_NESTED_HANDLERS; i++) {
		engine_instance_free(thread->nested[i]);
		thread->nested[i] = NULL;
	}
}

void interrupt_left(struct thread *thread, int number)
{
	log_error("cage %u (%s): its handler of signal %d was left by longjmp from the middle of running "
		  "code: the "
		  "jump must be set by sigsetjmp, or the program compiled with -D_LIND_SETJMP_CHECKPOINT",
		  thread->cage->id, thread->cage->name, number);
	cage_end(thread->cage, signal_status(number));
}

/* What the handlers' ends mean for the interrupted code. */
static void settle(struct thread *thread, void *host_context, enum signal_outcome outcome)
{
	if (outcome == SIGNAL_LEAVES || thread_must_leave(thread))
		engine_break(host_context, 0, 0);
}

void interrupt_deliver(struct thread *thread, void *host_context)
{
	struct interruption interruption;
	enum signal_outcome outcome;

	/* What cannot be delivered here waits for the next system call. */
	if (!begin(thread, &interruption))
		return;
	outcome = deliver(thread, DELIVER_IN_CODE, 0);
	end(thread, &interruption);
	settle(thread, host_context, outcome);
}

bool interrupt_fault(void *context, void *host_context, const struct engine_result *fault)
{
	struct thread *thread = context;
	struct interruption interruption;
	enum signal_outcome outcome;
	bool handled;

	if (engine_is_suspending() || !begin(thread, &interruption))
		return false;
	handled = deliver_fault(thread, DELIVER_IN_CODE, fault, &outcome);
	end(thread, &interruption);
	if (handled)
		settle(thread, host_context, outcome);
	return handled;
}
