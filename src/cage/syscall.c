/* The way from the engine into the routes and back: one system call of a guest. */
#include <errno.h>

#include "abi/syscalls.h"
#include "base/likely.h"
#include "cage/cage.h"
#include "cage/missing.h"
#include "cage/stop.h"

static _Atomic uint64_t missing_calls[ROUTE_NUMBERS];

uint64_t missing_count(uint64_t number)
{
	return number < ROUTE_NUMBERS ? atomic_load_explicit(&missing_calls[number], memory_order_relaxed)
				      : 0;
}

void missing_note(uint64_t number)
{
	if (number < ROUTE_NUMBERS)
		atomic_fetch_add_explicit(&missing_calls[number], 1, memory_order_relaxed);
}

/* A call that was interrupted is made again if no handler ran, or if all that ran had SA_RESTART and the call
 * is one that restarts. Some tell the program even that it was stopped. */
static bool restarts(uint64_t number, int64_t result, enum signal_outcome outcome, bool was_stopped)
{
	if (result == -ERESTARTNOINTR)
		return true;
	if (result == -ERESTARTNOHAND)
		return outcome == SIGNAL_NONE;
	if (result != -EINTR)
		return false;
	const struct call_description *row = call_describe(number);

	if (!row || (was_stopped && (row->flags & CALL_STOPS)))
		return false;
	return outcome == SIGNAL_NONE ? row->flags & CALL_BLOCKS
				      : outcome == SIGNAL_HANDLED && (row->flags & CALL_RESTARTS);
}

enum engine_action cage_call_ends(struct thread *thread, uint64_t number, int64_t *result, bool *again)
{
	/* Acquire: what the bits were set for is seen too. Counterpart: thread_attend. */
	uint32_t attention = atomic_load_explicit(&thread->attention, memory_order_acquire);
	enum signal_outcome outcome = SIGNAL_NONE;
	/* What a handler waits for is no matter of this call. */
	int64_t deadline = thread->restart_deadline;
	unsigned stops = thread->stops;

	*again = false;
	thread->restart_deadline = 0;
	if (attention & ATTENTION_STOP) {
		stop_park(thread);
		attention = atomic_load_explicit(&thread->attention, memory_order_acquire);
	}
	if (thread->leave == THREAD_STAYS && (attention & ATTENTION_LEAVE))
		thread->leave = THREAD_EXITS;
	if (thread->leave != THREAD_STAYS)
		return ENGINE_UNWIND;
	if (attention & ATTENTION_CLIENT)
		atomic_fetch_and_explicit(&thread->attention, ~ATTENTION_CLIENT, memory_order_relaxed);
	if (attention & (ATTENTION_SIGNAL | ATTENTION_MASK))
		outcome = signal_deliver(thread);
	if (outcome == SIGNAL_THROWS)
		return ENGINE_RETHROW;
	if (thread->leave == THREAD_STAYS &&
	    (atomic_load_explicit(&thread->attention, memory_order_acquire) & ATTENTION_LEAVE))
		thread->leave = THREAD_EXITS;
	if (outcome == SIGNAL_LEAVES || thread->leave != THREAD_STAYS)
		return ENGINE_UNWIND;
	/* Whoever serves a client hands its result on. */
	if (attention & ATTENTION_CLIENT)
		return ENGINE_CONTINUE;
	*again = restarts(number, *result, outcome, thread->stops != stops);
	if (*again)
		thread->restart_deadline = deadline;
	else if (*result == -ERESTARTNOINTR || *result == -ERESTARTNOHAND)
		*result = -EINTR;
	return ENGINE_CONTINUE;
}

/* The call itself. Every field is set by name: a zeroed structure costs more than the rest of the way. */
static inline int64_t carry(struct thread *thread, struct cage *cage, uint64_t number,
			    const struct engine_value values[7])
{
	const uint64_t id = cage->id;
	struct call call;
	const struct route_layer *layer = route_get(cage->routes, number);

	call.thread = thread;
	call.cage = cage;
	call.number = number;
	call.argument[0] = (uint64_t)values[1].i64;
	call.argument[1] = (uint64_t)values[2].i64;
	call.argument[2] = (uint64_t)values[3].i64;
	call.argument[3] = (uint64_t)values[4].i64;
	call.argument[4] = (uint64_t)values[5].i64;
	call.argument[5] = (uint64_t)values[6].i64;
	call.argument_cage[0] = call.argument_cage[1] = call.argument_cage[2] = id;
	call.argument_cage[3] = call.argument_cage[4] = call.argument_cage[5] = id;
	call.pins = NULL;
	if (unlikely(!layer))
		missing_note(number);
	return route_call(layer, &call);
}

static inline bool has_attention(const struct thread *thread)
{
	return atomic_load_explicit(&thread->attention, memory_order_acquire) ||
	       thread->leave != THREAD_STAYS;
}

/* What happens beside the common way: signals, the end, and the call made again. */
static __attribute__((noinline)) enum engine_action attend(struct thread *thread,
							   const struct engine_value values[7], int64_t *out)
{
	const uint64_t number = (uint64_t)values[0].i64;
	enum engine_action action;
	bool again;

	do {
		action = cage_call_ends(thread, number, out, &again);
		if (again)
			*out = carry(thread, thread->cage, number, values);
	} while (again);
	return action;
}

enum engine_action cage_syscall(void *context, struct engine_value values[7])
{
	struct thread *thread = context;
	int64_t result = carry(thread, thread->cage, (uint64_t)values[0].i64, values);
	enum engine_action action = ENGINE_CONTINUE;

	if (unlikely(has_attention(thread)))
		action = attend(thread, values, &result);
	values[0].i64 = result;
	return action;
}

enum engine_action cage_fork(void *context, struct engine_value values[1])
{
	struct thread *thread = context;
	/* SYS_clone with SIGCHLD is what fork is on Linux. */
	const struct engine_value clone[7] = {
		{.i64 = 56}, {.i64 = thread->fork.next_flags ? thread->fork.next_flags : 17}};
	int64_t result;
	bool again;

	thread->fork.next_flags = 0;
	/* A module's start function runs before its instance is the thread's. */
	thread->fork.possible =
		engine_running() == thread->instance && engine_module_layout(thread->cage->module)->suspends;
	result = carry(thread, thread->cage, 56, clone);
	thread->fork.possible = false;
	thread->fork.result = values[0].i64 = result;
	/* Signals, and the thread's end, wait until the child has been made. */
	if (thread->fork.child)
		return ENGINE_SUSPEND;
	return likely(!has_attention(thread)) ? ENGINE_CONTINUE
					      : cage_call_ends(thread, 56, &values[0].i64, &again);
}
