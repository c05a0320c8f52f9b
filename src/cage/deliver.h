/* Inside the cage room: delivery, by the place at which the thread stands. */
#ifndef LIND_CAGE_DELIVER_H
#define LIND_CAGE_DELIVER_H

#include "cage/signal.h"

enum deliver_place {
	DELIVER_IN_CALL, /* in a callback of thread->instance: a handler is a call nested in it */
	DELIVER_IN_CODE, /* in a handler of host signals that interrupted its code, after interrupt_possible()
			  */
};

/* signal_deliver, at either place. `depth`: how many handlers are laid on the stack and have not begun. */
enum signal_outcome deliver(struct thread *thread, enum deliver_place place, unsigned depth);
/* Runs one handler: `action` is a copy, whose handler is a function. */
enum signal_outcome deliver_one(struct thread *thread, enum deliver_place place,
				const struct signal_info *info, const struct signal_action *action,
				unsigned depth);

/* Runs the handler of a fault. False: there is none that may run, and the fault ends the cage. */
bool deliver_fault(struct thread *thread, enum deliver_place place, const struct engine_result *fault,
		   enum signal_outcome *outcome);

#endif
