/* make_threei_call, and 3i's own system calls 1001 to 1003. */
#include <errno.h>
#include <stdlib.h>

#include "abi/arguments.h"
#include "base/likely.h"
#include "base/limits.h"
#include "cage/missing.h"
#include "threei/grate.h"
#include "threei/pins.h"

/* The cage with this id if the host thread is in it, so that it stays without being counted: `subject` (0
 * stands for it too), or a client of the call that `thread` serves. Else NULL. */
static struct cage *at_hand(const struct thread *thread, struct cage *subject, uint64_t id)
{
	if (id == 0 || id == subject->id)
		return subject;
	for (const struct thread *client = thread->client; client; client = client->client)
		if (client->cage->id == id)
			return client->cage;
	return NULL;
}

/* Any cage, counted, or NULL. */
static struct cage *resolve(const struct thread *thread, struct cage *subject, uint64_t id)
{
	struct cage *cage = at_hand(thread, subject, id);

	return cage ? cage_ref(cage) : cage_get(id);
}

/* An id that no cage has: what it stands for can be neither read nor written. */
#define NOBODY UINT32_MAX

/* Whose memory an argument points into: the cage that the caller names, if it may touch that one. What passes
 * here is believed further out, where a grate that forwards the call has more authority than its client. 0
 * means the caller. */
static uint64_t owner_of(const struct thread *thread, uint64_t id)
{
	struct cage *cage;
	bool allowed;

	if (id == 0 || (id & THREEI_OWN_MEMORY) || id == thread->cage->id)
		return thread->cage->id;
	if (at_hand(thread, thread->cage, id) || authority_is_open())
		return id;
	cage = cage_get(id);
	allowed = cage && authority_memory(thread, cage);
	cage_unref(cage);
	return allowed ? id : NOBODY;
}

/* The call itself, done to `target` through the table of `self`. */
static inline int64_t dispatch(struct thread *thread, struct cage *self, struct cage *target,
			       const struct engine_value values[15])
{
	const uint64_t number = (uint64_t)values[0].i64;
	const struct route_layer *layer = route_get(self->routes, number);
	/* In most calls all arguments are of one cage: it is looked at once. */
	uint64_t named = 0, owner = thread->cage->id;
	struct call_pins pins;
	struct call call;
	int64_t result;

	/* Every field is set by name, as in cage/syscall.c. */
	call.thread = thread;
	call.cage = target;
	call.number = number;
	call.pins = &pins;
	pins.used = 0;
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		uint64_t name = (uint64_t)values[4 + 2 * i].i64;

		call.argument[i] = (uint64_t)values[3 + 2 * i].i64;
		if (unlikely(name != named)) {
			named = name;
			owner = owner_of(thread, name);
		}
		call.argument_cage[i] = owner;
	}
	/* register_handler's first two are a call number and a grate. */
	if (unlikely(number == THREEI_REGISTER_HANDLER)) {
		call.argument_cage[0] = (uint64_t)values[4].i64;
		call.argument_cage[1] = (uint64_t)values[6].i64;
	}
	if (unlikely(!layer))
		missing_note(number);
	result = route_call(layer, &call);
	if (unlikely(pins.used))
		pins_release(&pins);
	return result;
}

/* A call that is not a grate's own, done for its client: whose table, and to whom, is checked. */
static __attribute__((noinline)) int64_t checked_call(struct thread *thread,
						      const struct engine_value values[15])
{
	struct cage *self = resolve(thread, thread->cage, (uint64_t)values[1].i64);
	struct cage *target = resolve(thread, thread->cage, (uint64_t)values[2].i64);
	struct cage_visit visit;
	int64_t result;

	if (!self || !target)
		result = (int64_t)THREEI_NO_SUCH_CAGE;
	else if (!authority_over(thread->cage, self) || !authority_memory(thread, target))
		result = -EPERM;
	else if (thread_for(thread, target))
		result = dispatch(thread, self, target, values);
	else if (!cage_visit_start(target, &visit, thread))
		result = -ESRCH;
	else {
		result = dispatch(thread, self, target, values);
		cage_visit_end(target, &visit);
	}
	cage_unref(self);
	cage_unref(target);
	return result;
}

enum engine_action threei_call(void *context, struct engine_value values[15])
{
	struct thread *thread = context;
	struct cage *target = at_hand(thread, thread->cage, (uint64_t)values[2].i64);
	bool again, own = values[1].i64 == 0 || (uint64_t)values[1].i64 == thread->cage->id;
	enum engine_action action;
	int64_t result;

	do {
		/* What a grate does all the time: through its own table, to itself or its client. That is
		 * always allowed. */
		result = own && target ? dispatch(thread, thread->cage, target, values)
				       : checked_call(thread, values);
		action = ENGINE_CONTINUE;
		again = false;
		if (atomic_load_explicit(&thread->attention, memory_order_acquire) ||
		    thread->leave != THREAD_STAYS)
			action = cage_call_ends(thread, (uint64_t)values[0].i64, &result, &again);
	} while (again);
	values[0].i64 = result;
	return action;
}

/* A function pointer of `subject`'s program that can be a handler. Where none of its threads is at hand to
 * ask, the first call will tell. */
static bool is_handler(const struct call *call, uint64_t function)
{
	const struct thread *thread = thread_for(call->thread, call->cage);
	enum engine_signature signature;

	if (!thread || engine_has_dispatcher(thread->instance))
		return true;
	signature = engine_function_signature(thread->instance, (uint32_t)function);
	return signature == ENGINE_SIGNATURE_HANDLER_I32 || signature == ENGINE_SIGNATURE_HANDLER_I64 ||
	       signature == ENGINE_SIGNATURE_INTEGER;
}

/* a1 = target cage, c1 = call number, c2 = grate id, a3 = function: these slots are how existing Lind lays
 * the call out. */
int64_t sys_register_handler(struct call *call)
{
	uint64_t number = call->argument_cage[0], function = call->argument[2];
	struct cage *target = resolve(call->thread, call->cage, call->argument[0]);
	struct cage *owner = resolve(call->thread, call->cage, call->argument_cage[1]);
	bool removes = function == THREEI_DEREGISTER;
	struct grate *grate = NULL;
	int64_t result;

	if (!target || !owner)
		result = -ESRCH;
	else if (!authority_over(call->cage, target) || !authority_program(call->cage, owner->id))
		result = -EPERM;
	else if (number >= ROUTE_NUMBERS || (!removes && !is_handler(call, function)))
		result = -EINVAL;
	else if (!(grate = grate_of(owner)))
		result = -ENOMEM;
	else if (removes)
		result = grate_deregister(grate, target->routes, number);
	else
		result = grate_register(grate, target->routes, number, (uint32_t)function,
					(enum grate_exit)((function >> 32) & 3));
	grate_unref(grate);
	cage_unref(target);
	cage_unref(owner);
	return result;
}

int64_t sys_copy_data_between_cages(struct call *call)
{
	uint64_t source = call_address(call, 2), destination = call_address(call, 3),
		 length = call->argument[4];
	const struct guest_memory *from = call_memory(call, 2), *to = call_memory(call, 3);
	int64_t result;
	char *text;

	if (call->argument[5] == 0)
		return guest_copy(to, destination, from, source, (size_t)length) < 0 ? -EFAULT : 0;
	if (call->argument[5] != 1)
		return -EINVAL;
	/* A string: through a buffer of our own, so that what was measured is what is copied. */
	if (length > LIMIT_ARGUMENT_BYTES)
		length = LIMIT_ARGUMENT_BYTES;
	text = malloc(length + 1);
	if (!text)
		return -ENOMEM;
	result = guest_read_string(from, text, source, length);
	if (result >= 0)
		result = guest_write(to, destination, text, (size_t)result + 1);
	free(text);
	return result;
}

int64_t sys_copy_handler_table_to_cage(struct call *call)
{
	struct cage *source = resolve(call->thread, call->cage, call->argument[0]);
	struct cage *target = resolve(call->thread, call->cage, call->argument[1]);
	int64_t result;

	if (!source || !target)
		result = (int64_t)THREEI_NO_SUCH_CAGE;
	else if (!authority_over(call->cage, target) ||
		 !(authority_over(call->cage, source) || authority_program(call->cage, source->id)))
		result = -EPERM;
	else
		result = route_table_assign(target->routes, source->routes);
	cage_unref(source);
	cage_unref(target);
	return result;
}
