/*
 * call.c — entries into guest code, and what becomes of them: results, traps, exceptions, unwinding.
 */
#include <signal.h>
#include <string.h>

#include "engine/internal.h"

static struct engine_result refused(const char *why)
{
	return (struct engine_result){.outcome = ENGINE_REFUSED, .trap_text = why};
}

static const struct engine_result returned = {.outcome = ENGINE_RETURNED};

const char *engine_memory_fault_text(int signal)
{
	return signal == SIGBUS ? "access past the end of a mapped file" : "bad memory access";
}

/* What a native program would have got for each of Wasmtime's traps. */
struct engine_result engine_trap_result(wasmtime_trap_code_t code, uint64_t fault_address)
{
	struct engine_result result = {.outcome = ENGINE_TRAPPED, .trap_signal = SIGILL, .trap_text = "trap"};
	switch (code) {
	case WASMTIME_TRAP_CODE_STACK_OVERFLOW:
		result.trap_signal = SIGSEGV;
		result.trap_text = "stack overflow";
		result.stack_overflow = true;
		break;
	case WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS:
		result.trap_signal = SIGSEGV;
		result.trap_text = engine_memory_fault_text(SIGSEGV);
		result.fault_address = fault_address;
		break;
	case WASMTIME_TRAP_CODE_HEAP_MISALIGNED:
		result.trap_signal = SIGBUS;
		result.trap_text = "misaligned atomic access";
		break;
	case WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS:
	case WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL:
		result.trap_signal = SIGSEGV;
		result.trap_text = "call of a bad function pointer";
		break;
	case WASMTIME_TRAP_CODE_BAD_SIGNATURE:
		result.trap_text = "call of a function pointer of another type";
		break;
	case WASMTIME_TRAP_CODE_INTEGER_OVERFLOW:
		result.trap_signal = SIGFPE;
		result.trap_text = "integer overflow";
		break;
	case WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO:
		result.trap_signal = SIGFPE;
		result.trap_text = "division by zero";
		break;
	case WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER:
		result.trap_signal = SIGFPE;
		result.trap_text = "conversion to integer out of range";
		break;
	case WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED:
		result.trap_text = "unreachable code reached";
		break;
	default:
		break;
	}
	return result;
}

/* An exception that nobody can take any more. */
void engine_drop_exception(struct engine_instance *instance)
{
	wasmtime_exnref_t exception;
	if (instance->thrown)
		wasm_trap_delete(instance->thrown);
	instance->thrown = NULL;
	if (wasmtime_context_take_exception(instance->wasm, &exception))
		wasmtime_exnref_unroot(&exception);
}

/* What longjmp's exceptions carry, and C++'s. Takes the exception. */
static uint32_t thrown_value(struct engine_instance *instance)
{
	wasmtime_exnref_t exception;
	wasmtime_val_t value = {.kind = WASMTIME_I32};
	if (!wasmtime_context_take_exception(instance->wasm, &exception))
		return 0;
	if (wasmtime_exnref_field_count(instance->wasm, &exception) == 1) {
		wasmtime_error_t *error = wasmtime_exnref_field(instance->wasm, &exception, 0, &value);
		if (error)
			wasmtime_error_delete(error);
		if (value.kind != WASMTIME_I32)
			wasmtime_val_unroot(&value);
	}
	wasmtime_exnref_unroot(&exception);
	return value.kind == WASMTIME_I32 ? (uint32_t)value.of.i32 : 0;
}

static __attribute__((noinline, cold)) struct engine_result failed(struct engine_instance *instance,
								   wasmtime_error_t *error, wasm_trap_t *trap)
{
	struct engine_result result = {
		.outcome = ENGINE_TRAPPED, .trap_signal = SIGILL, .trap_text = "the engine failed"};
	wasmtime_trap_code_t code;
	if (instance->suspending)
		engine_suspend_end(instance);
	instance->resume_end = 0;
	if (instance->broken) {
		if (instance->signal == 0) {
			result = (struct engine_result){.outcome = ENGINE_UNWOUND};
		} else {
			result.trap_signal = instance->signal;
			result.trap_text = engine_memory_fault_text(instance->signal);
			result.fault_address = instance->fault_address;
		}
	} else if (instance->unwinding) {
		result = (struct engine_result){.outcome = ENGINE_UNWOUND};
	} else if (wasmtime_context_has_exception(instance->wasm)) {
		result = (struct engine_result){.outcome = ENGINE_THREW};
		instance->thrown = trap;
		trap = NULL;
		if (instance->depth == 0) {
			result.thrown = thrown_value(instance);
			engine_drop_exception(instance);
		}
	} else if (trap && wasmtime_trap_code(trap, &code)) {
		result = engine_trap_result(code, instance->fault_address);
	}
	instance->broken = false;
	instance->unwinding = false;
	instance->fault_address = 0;
	if (error)
		wasmtime_error_delete(error);
	if (trap)
		wasm_trap_delete(trap);
	return result;
}

static __attribute__((noinline, cold)) struct engine_result suspended(struct engine_instance *instance,
								      enum engine_entry entry)
{
	engine_suspend_end(instance);
	instance->frames.entry = entry;
	return (struct engine_result){.outcome = ENGINE_SUSPENDED};
}

bool engine_can_enter(const struct engine_instance *instance)
{
	return engine_stack_suffices(instance);
}

/* Enters the guest; false: `failure` says how that ended. A call that returns writes no result here, but each
 * caller builds its own in place: copying it would take as long as entering, and this is the way of every
 * call through a grate. */
static inline __attribute__((always_inline)) bool enter(struct engine_instance *instance,
							const wasmtime_func_t *function,
							wasmtime_val_raw_t *values, size_t count,
							enum engine_entry entry,
							struct engine_result *failure)
{
	struct engine_thread *thread = &engine_thread;
	struct engine_instance *outer = thread->running;
	bool outer_in_guest = thread->in_guest;
	wasm_trap_t *trap = NULL;
	if (unlikely(!engine_stack_suffices(instance))) {
		*failure = refused("too little host stack");
		return false;
	}
	if (unlikely(outer_in_guest && outer == instance && instance->module->has_exceptions)) {
		*failure = refused("a program with exceptions can't be entered between its instructions");
		return false;
	}
	if (unlikely(instance->thrown))
		engine_drop_exception(instance);

	thread->running = instance;
	thread->in_guest = true;
	instance->depth++;
	wasmtime_error_t *error =
		wasmtime_func_call_unchecked(instance->wasm, function, values, count, &trap);
	instance->depth--;
	thread->running = outer;
	thread->in_guest = outer_in_guest;

	if (likely(!error && !trap && !instance->suspending))
		return true;
	if (!error && !trap) {
		*failure = suspended(instance, entry);
		return false;
	}
	*failure = failed(instance, error, trap);
	return false;
}

static struct engine_result call_export(struct engine_instance *instance, enum export_function which,
					uint32_t first, uint32_t second, size_t count)
{
	wasmtime_val_raw_t values[2] = {{.i64 = 0}, {.i64 = 0}};
	struct engine_result failure;
	if (!engine_find_function(instance, which))
		return refused("the program was linked without support for this");
	values[0].i32 = (int32_t)first;
	values[1].i32 = (int32_t)second;
	return enter(instance, &instance->exported[which], values, count, ENGINE_ENTRY_PLAIN, &failure)
		       ? returned
		       : failure;
}

struct engine_result engine_call_start(struct engine_instance *instance, uint32_t stack_pointer)
{
	return call_export(instance, EXPORT_START, stack_pointer, 0, 1);
}

struct engine_result engine_call_thread_start(struct engine_instance *instance, uint32_t record)
{
	return call_export(instance, EXPORT_THREAD_START, record, 0, 1);
}

struct engine_result engine_call_attach(struct engine_instance *instance, uint32_t block, uint32_t size)
{
	return call_export(instance, EXPORT_ATTACH, block, size, 2);
}

/*
 * Function pointers
 */

#define HANDLER_ARGUMENTS 13

/* By the values' letters, as lind_function_describe() has them: what a function is to the runtime. */
static enum engine_signature signature_of(const char *type)
{
	static const char handler[] = "IIIIIIIIIIIII-";
	size_t parameters = strspn(type, "iIfF");
	const char *result = type + parameters + 1;
	bool integer = strcmp(result, "i") == 0 || strcmp(result, "I") == 0;
	if (parameters > HANDLER_ARGUMENTS || type[parameters] != '-' || (!integer && *result))
		return ENGINE_SIGNATURE_OTHER;
	if (integer && strncmp(type, handler, strlen(handler)) == 0)
		return *result == 'i' ? ENGINE_SIGNATURE_HANDLER_I32 : ENGINE_SIGNATURE_HANDLER_I64;
	return integer ? ENGINE_SIGNATURE_INTEGER : ENGINE_SIGNATURE_PLAIN;
}

static void look_up(struct engine_instance *instance, uint32_t index, struct function_slot *slot)
{
	wasmtime_val_t value;
	*slot = (struct function_slot){.index = index, .known = true, .signature = ENGINE_SIGNATURE_NONE};
	if (!wasmtime_table_get(instance->wasm, &instance->table, index, &value) ||
	    wasmtime_funcref_is_null(&value.of.funcref))
		return;
	slot->function = value.of.funcref;
	slot->signature = ENGINE_SIGNATURE_OTHER;
	if (!lind_function_describe(instance->wasm, &slot->function, slot->type, sizeof slot->type))
		return;
	slot->signature = (uint8_t)signature_of(slot->type);
	switch (slot->type[strlen(slot->type) - 1]) {
	case 'i':
		slot->entry = ENGINE_ENTRY_I32;
		break;
	case 'I':
		slot->entry = ENGINE_ENTRY_I64;
		break;
	default:
		slot->entry = ENGINE_ENTRY_PLAIN;
	}
}

/* Calls a function of any numbers as native code does, with integers in registers: it finds those that are
 * there, in their order, and zeros in all others. */
static bool call_by_type(struct engine_instance *instance, const struct function_slot *slot,
			 const uint64_t *arguments, size_t count, int64_t *result,
			 struct engine_result *failure)
{
	wasmtime_val_raw_t values[HANDLER_ARGUMENTS] = {{.i64 = 0}};
	size_t parameters = 0, taken = 0;
	for (; slot->type[parameters] != '-'; parameters++) {
		char letter = slot->type[parameters];
		uint64_t argument = taken < count ? arguments[taken] : 0;
		if (letter == 'i')
			values[parameters].i32 = (int32_t)argument;
		else if (letter == 'I')
			values[parameters].i64 = (int64_t)argument;
		taken += letter == 'i' || letter == 'I';
	}
	if (!enter(instance, &slot->function, values, parameters ? parameters : 1, slot->entry, failure))
		return false;
	*result = slot->entry == ENGINE_ENTRY_I32   ? values[0].i32
		  : slot->entry == ENGINE_ENTRY_I64 ? values[0].i64
						    : 0;
	return true;
}

/* A program's table does not change once it is linked; where one does change its own, the older function is
 * called, which is as good as a late call. A null entry is not remembered, as it may be filled. */
static inline struct function_slot *function_at(struct engine_instance *instance, uint32_t index)
{
	struct function_slot *slot = &instance->functions[index % FUNCTION_SLOTS];
	if (unlikely(!slot->known || slot->index != index || slot->signature == ENGINE_SIGNATURE_NONE))
		look_up(instance, index, slot);
	return slot;
}

static bool is_callable(const struct function_slot *slot)
{
	return slot->signature != ENGINE_SIGNATURE_NONE && slot->signature != ENGINE_SIGNATURE_OTHER;
}

enum engine_signature engine_function_signature(struct engine_instance *instance, uint32_t index)
{
	return (enum engine_signature)function_at(instance, index)->signature;
}

bool engine_has_dispatcher(const struct engine_instance *instance)
{
	return instance->module->dispatcher != DISPATCHER_NONE;
}

/* As 3i's handlers take them: `first`, then the pairs of the other two. */
static inline __attribute__((always_inline)) void lay_out(wasmtime_val_raw_t values[HANDLER_ARGUMENTS],
							  uint64_t first, const uint64_t left[6],
							  const uint64_t right[6])
{
	values[0].i64 = (int64_t)first;
#pragma GCC unroll 6
	for (size_t i = 0; i < 6; i++) {
		values[1 + 2 * i].i64 = (int64_t)left[i];
		values[2 + 2 * i].i64 = (int64_t)right[i];
	}
}

static __attribute__((noinline, cold)) bool call_dispatcher(struct engine_instance *instance, uint32_t index,
							    uint64_t first, const uint64_t left[6],
							    const uint64_t right[6], int64_t *result,
							    struct engine_result *failure)
{
	const bool narrow = instance->module->dispatcher == DISPATCHER_I32;
	wasmtime_val_raw_t values[1 + HANDLER_ARGUMENTS];
	if (!engine_find_function(instance, EXPORT_DISPATCHER)) {
		*failure = refused("no dispatcher");
		return false;
	}
	values[0].i64 = index;
	lay_out(values + 1, first, left, right);
	if (!enter(instance, &instance->exported[EXPORT_DISPATCHER], values, 1 + HANDLER_ARGUMENTS,
		   narrow ? ENGINE_ENTRY_I32 : ENGINE_ENTRY_I64, failure))
		return false;
	*result = narrow ? values[0].i32 : values[0].i64;
	return true;
}

static __attribute__((noinline, cold)) bool call_odd_handler(struct engine_instance *instance,
							     const struct function_slot *slot, uint64_t first,
							     const uint64_t left[6], const uint64_t right[6],
							     int64_t *result, struct engine_result *failure)
{
	uint64_t arguments[HANDLER_ARGUMENTS] = {first};
	if (!is_callable(slot)) {
		*failure = refused("not a handler function");
		return false;
	}
	for (size_t i = 0; i < 6; i++) {
		arguments[1 + 2 * i] = left[i];
		arguments[2 + 2 * i] = right[i];
	}
	return call_by_type(instance, slot, arguments, HANDLER_ARGUMENTS, result, failure);
}

bool engine_call_handler(struct engine_instance *instance, uint32_t index, uint64_t first,
			 const uint64_t left[6], const uint64_t right[6], int64_t *result,
			 struct engine_result *failure)
{
	wasmtime_val_raw_t values[HANDLER_ARGUMENTS];
	if (unlikely(instance->module->dispatcher != DISPATCHER_NONE))
		return call_dispatcher(instance, index, first, left, right, result, failure);
	const struct function_slot *slot = function_at(instance, index);
	const bool narrow = slot->signature == ENGINE_SIGNATURE_HANDLER_I32;
	if (unlikely(!narrow && slot->signature != ENGINE_SIGNATURE_HANDLER_I64))
		return call_odd_handler(instance, slot, first, left, right, result, failure);
	lay_out(values, first, left, right);
	if (unlikely(!enter(instance, &slot->function, values, HANDLER_ARGUMENTS,
			    narrow ? ENGINE_ENTRY_I32 : ENGINE_ENTRY_I64, failure)))
		return false;
	*result = narrow ? values[0].i32 : values[0].i64;
	return true;
}

struct engine_result engine_call_signal(struct engine_instance *instance, uint32_t index, int signo,
					uint32_t siginfo, uint32_t ucontext)
{
	const struct function_slot *slot = function_at(instance, index);
	const uint64_t arguments[] = {(uint64_t)signo, siginfo, ucontext};
	struct engine_result failure;
	int64_t result;
	if (!is_callable(slot))
		return refused("not a signal handler function");
	return call_by_type(instance, slot, arguments, 3, &result, &failure) ? returned : failure;
}

struct engine_result engine_resume(struct engine_instance *instance, const struct engine_frames *frames,
				   int64_t value, int64_t *result)
{
	static const enum export_function resumes[] = {
		[ENGINE_ENTRY_PLAIN] = EXPORT_RESUME,
		[ENGINE_ENTRY_I32] = EXPORT_RESUME_I32,
		[ENGINE_ENTRY_I64] = EXPORT_RESUME_I64,
	};
	const enum export_function which = resumes[frames->entry];
	wasmtime_val_raw_t values[1] = {{.i64 = 0}};
	struct engine_result failure;
	if (engine_clones_ready(instance, frames) != 0)
		return (struct engine_result){.outcome = ENGINE_TRAPPED,
					      .trap_signal = SIGILL,
					      .trap_text = "no code to resume its frames with"};
	if (!engine_find_function(instance, which) || !engine_resume_begin(instance, frames, value))
		return refused("the program was linked without support for this");
	if (!enter(instance, &instance->exported[which], values, 1, frames->entry, &failure))
		return failure;
	if (result)
		*result = frames->entry == ENGINE_ENTRY_I32 ? values[0].i32 : values[0].i64;
	return returned;
}
