/* See kick.h. Runs in a signal handler: only what engine.h allows there. */
#include "cage/kick.h"

#include "base/interruptible.h"
#include "cage/cage.h"

static void kicked(void *host_context)
{
	struct engine_instance *instance = engine_running();
	struct thread *thread;

	if (!instance || !engine_in_guest_code(host_context))
		return;
	thread = engine_instance_context(instance);
	if (atomic_load_explicit(&thread->attention, memory_order_acquire) & ATTENTION_LEAVE)
		engine_break(host_context, 0, 0);
}

void kick_start(void)
{
	host_kick_hook = kicked;
}
