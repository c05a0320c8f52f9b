/* The way from the engine into the routes and back: one system call of a guest. */
#include <errno.h>

#include "abi/syscalls.h"
#include "cage/cage.h"
#include "cage/missing.h"

#define likely(condition) __builtin_expect(!!(condition), 1)

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
 * is one that restarts. */
static bool restarts(uint64_t number, enum signal_outcome outcome)
{
	const struct call_description *row = call_describe(number);

	return row && (outcome == SIGNAL_NONE ? row->flags & CALL_BLOCKS
					      : outcome == SIGNAL_HANDLED && (row->flags & CALL_RESTARTS));
}

enum engine_action cage_call_ends(struct thread *thread, uint64_t number, int64_t *result, bool *again)
{
	/* Acquire: what the bits were set for is seen too. Counterpart: thread_attend. */
	uint32_t attention = atomic_load_explicit(&thread->attention, memory_order_acquire);
	enum signal_outcome outcome = SIGNAL_NONE;

	*again = false;
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
	*again = *result == -EINTR && !(attention & ATTENTION_CLIENT) && restarts(number, outcome);
	return ENGINE_CONTINUE;
}

static enum engine_action cage_call(struct thread *thread, const int64_t values[7], int64_t *out)
{
	struct cage *cage = thread->cage;
	enum engine_action action = ENGINE_CONTINUE;
	const uint64_t number = (uint64_t)values[0];
	bool again;

	do {
		struct call call = {.thread = thread, .cage = cage, .number = number};
		const struct route_layer *layer = route_get(cage->routes, number);
		int64_t result;

		for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
			call.argument[i] = (uint64_t)values[i + 1];
			call.argument_cage[i] = cage->id;
		}
		if (!layer)
			missing_note(number);
		result = route_call(layer, &call);
		*out = result;
		if (likely(!atomic_load_explicit(&thread->attention, memory_order_acquire) &&
			   thread->leave == THREAD_STAYS))
			return ENGINE_CONTINUE;
		action = cage_call_ends(thread, number, out, &again);
	} while (again);
	return action;
}

enum engine_action cage_syscall(void *context, int64_t values[7])
{
	return cage_call(context, values, values);
}

enum engine_action cage_fork(void *context, int64_t values[1])
{
	/* SYS_clone with SIGCHLD: what fork is on Linux. */
	const int64_t clone[7] = {56, 17, 0, 0, 0, 0, 0};

	return cage_call(context, clone, values);
}
