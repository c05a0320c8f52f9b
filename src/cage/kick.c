/* See kick.h. Runs in a signal handler: only what engine.h allows there. */
#include "cage/kick.h"

#include "base/interruptible.h"
#include "cage/cage.h"
#include "cage/interrupt.h"
#include "cage/stop.h"

static void kicked(void *host_context)
{
	struct engine_instance *instance = engine_running();
	struct thread *thread = instance ? engine_instance_context(instance) : NULL;
	/* Acquire: what the bits were set for is seen too. Counterpart: thread_attend. */
	uint32_t attention = thread ? atomic_load_explicit(&thread->attention, memory_order_acquire) : 0;

	if (!(attention & (ATTENTION_LEAVE | ATTENTION_SIGNAL | ATTENTION_STOP)))
		return;
	if (!engine_in_guest_code(host_context)) {
		if (!engine_look_again())
			host_kick_later();
		return;
	}
	if (attention & ATTENTION_STOP) {
		host_kick_done();
		stop_park(thread);
		attention = atomic_load_explicit(&thread->attention, memory_order_acquire);
	}
	if (attention & ATTENTION_LEAVE) {
		engine_break(host_context, 0, 0);
	} else if (attention & ATTENTION_SIGNAL) {
		if (engine_is_suspending()) {
			host_kick_later();
		} else {
			host_kick_done();
			interrupt_deliver(thread, host_context);
		}
	}
}

enum engine_action kick_look_again(void *context)
{
	int64_t result = 0;
	bool again;

	return cage_call_ends(context, 0, &result, &again);
}

void kick_start(void)
{
	host_kick_hook = kicked;
}
