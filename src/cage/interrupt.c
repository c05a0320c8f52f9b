#include "cage/interrupt.h"

#include <signal.h>

#include "base/interruptible.h"
#include "base/log.h"
#include "cage/deliver.h"
#include "cage/thread.h"

bool interrupt_possible(struct thread *thread)
{
	struct cage *cage = thread->cage;
	struct engine_instance **spare = &thread->nested[thread->nested_count];

	if (thread->nested_count == LIMIT_NESTED_HANDLERS)
		return false;
	if (!*spare)
		engine_instance_create(cage->module, cage->memory->guest.base, thread, spare);
	return *spare && engine_can_enter(*spare) && engine_instance_follow(*spare, thread->instance) == 0;
}

void interrupt_begin(struct thread *thread, uint32_t stack_pointer, struct interruption *out)
{
	struct engine_instance *instance = thread->nested[thread->nested_count++];

	out->interrupted = thread->instance;
	engine_stack_pointer_set(instance, stack_pointer);
	thread->instance = instance;
	out->kicks_held = host_kick_release();
}

void interrupt_end(struct thread *thread, const struct interruption *interruption)
{
	host_kick_hold(interruption->kicks_held);
	thread->instance = interruption->interrupted;
	thread->nested_count--;
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

static bool must_leave(const struct thread *thread)
{
	return thread->leave != THREAD_STAYS ||
	       (atomic_load_explicit(&thread->attention, memory_order_acquire) & ATTENTION_LEAVE);
}

/* What the handlers' ends mean for the interrupted code. */
static void settle(struct thread *thread, void *host_context, enum signal_outcome outcome)
{
	if (outcome == SIGNAL_LEAVES || must_leave(thread))
		engine_break(host_context, 0, 0);
}

void interrupt_deliver(struct thread *thread, void *host_context)
{
	/* What cannot be delivered here waits for the next system call. */
	if (interrupt_possible(thread))
		settle(thread, host_context, deliver(thread, DELIVER_IN_CODE));
}

bool interrupt_fault(void *context, void *host_context, const struct engine_result *fault)
{
	struct thread *thread = context;
	enum signal_outcome outcome;

	if (engine_is_suspending() || !interrupt_possible(thread) ||
	    !deliver_fault(thread, DELIVER_IN_CODE, fault, &outcome))
		return false;
	settle(thread, host_context, outcome);
	return true;
}
