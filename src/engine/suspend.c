/*
 * suspend.c — frames that are put away in the guest's memory and brought back, there or in a copy of it
 * (docs/abi.md, "Suspending and resuming frames").
 *
 * The guest does the work: its functions save themselves and return while __lind_unwinding is set, and are
 * brought back by its resume exports. Here is what starts and ends either, and the copy of what an instance
 * keeps outside of its memory.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/guest.h"
#include "engine/internal.h"

static bool find_global(struct engine_instance *instance, const char *name, wasmtime_global_t *out)
{
	wasmtime_extern_t found;
	if (!engine_find_export(instance, name, &found) || found.kind != WASMTIME_EXTERN_GLOBAL)
		return false;
	*out = found.of.global;
	return true;
}

/* Their types were seen by engine_interface_check(). */
static bool find_globals(struct engine_instance *instance)
{
	if (!instance->has_suspend_globals)
		instance->has_suspend_globals =
			instance->module->layout.suspends && instance->ready &&
			find_global(instance, "__lind_unwinding", &instance->unwinding_flag) &&
			find_global(instance, "__lind_frames", &instance->frames_at) &&
			find_global(instance, "__lind_result", &instance->value);
	return instance->has_suspend_globals;
}

static uint32_t get(struct engine_instance *instance, const wasmtime_global_t *global)
{
	wasmtime_val_t value;
	wasmtime_global_get(instance->wasm, global, &value);
	return (uint32_t)value.of.i32;
}

static void set(struct engine_instance *instance, const wasmtime_global_t *global,
		const wasmtime_val_t *value)
{
	wasmtime_error_t *error = wasmtime_global_set(instance->wasm, global, value);
	if (error) /* cannot be: it is a variable of this type */
		wasmtime_error_delete(error);
}

static void set_word(struct engine_instance *instance, const wasmtime_global_t *global, uint32_t value)
{
	const wasmtime_val_t word = {.kind = WASMTIME_I32, .of.i32 = (int32_t)value};
	set(instance, global, &word);
}

wasm_trap_t *engine_suspend_begin(struct engine_instance *instance, int64_t *result)
{
	const struct guest_memory memory = {.base = instance->memory};
	const uint32_t import = 0; /* the record of the import itself */
	if (!find_globals(instance)) {
		*result = -ENOSYS;
		return NULL;
	}
	uint32_t stack = engine_stack_pointer_get(instance);
	uint32_t end = (stack - GUEST_RED_ZONE) & ~UINT32_C(15), start = end - (uint32_t)sizeof import;
	if (guest_write(&memory, start, &import, sizeof import) < 0) {
		/* No room: an overflow of the stack. */
		instance->broken = true;
		instance->signal = SIGSEGV;
		instance->fault_address = start;
		return wasmtime_trap_new("no room", strlen("no room"));
	}
	instance->frames = (struct engine_frames){.end = end, .stack_pointer = stack};
	instance->resume_end = 0;
	instance->suspending = true;
	set_word(instance, &instance->frames_at, start);
	set_word(instance, &instance->unwinding_flag, 1);
	return NULL;
}

void engine_suspend_end(struct engine_instance *instance)
{
	instance->suspending = false;
	set_word(instance, &instance->unwinding_flag, 0);
	instance->frames.start = get(instance, &instance->frames_at);
}

bool engine_resume_begin(struct engine_instance *instance, const struct engine_frames *frames, int64_t value)
{
	const wasmtime_val_t result = {.kind = WASMTIME_I64, .of.i64 = value};
	if (!find_globals(instance))
		return false;
	engine_stack_pointer_set(instance, frames->stack_pointer);
	set_word(instance, &instance->frames_at, frames->start);
	set(instance, &instance->value, &result);
	instance->resume_end = frames->end;
	return true;
}

struct engine_frames engine_frames_get(const struct engine_instance *instance)
{
	return instance->frames;
}

bool engine_frames_hold_exceptions(struct engine_instance *instance)
{
	wasmtime_global_t count;
	return find_global(instance, "__lind_exception_count", &count) && get(instance, &count) != 0;
}

bool engine_is_suspending(void)
{
	struct engine_instance *instance = engine_thread.running;
	if (!instance || instance->suspending)
		return instance;
	if (instance->resume_end && get(instance, &instance->frames_at) >= instance->resume_end)
		instance->resume_end = 0; /* the innermost frame is back */
	return instance->resume_end;
}

/*
 * Copies
 */

static int copy_global(struct engine_instance *to, struct engine_instance *from, const char *name)
{
	wasmtime_global_t source, target;
	wasmtime_val_t value;
	if (!find_global(from, name, &source) || !find_global(to, name, &target))
		return -ENOTSUP;
	wasmtime_global_get(from->wasm, &source, &value);
	set(to, &target, &value);
	return 0;
}

/* The tag of `to` that is to it what `tag` is to `from`. */
static bool counterpart(struct engine_instance *to, struct engine_instance *from, const wasmtime_tag_t *tag,
			wasmtime_tag_t *out)
{
	wasmtime_extern_t found;
	char name[32];
	for (unsigned i = 0;; i++) {
		snprintf(name, sizeof name, "__lind_tag_%u", i);
		if (!engine_find_export(from, name, &found) || found.kind != WASMTIME_EXTERN_TAG)
			return false;
		if (!wasmtime_tag_eq(from->wasm, &found.of.tag, tag))
			continue;
		if (!engine_find_export(to, name, &found))
			return false;
		*out = found.of.tag;
		return true;
	}
}

/* A value of an exception that is a plain number. */
static bool is_number(const wasmtime_val_t *value)
{
	return value->kind <= WASMTIME_V128;
}

static int failed(wasmtime_error_t *error, int status)
{
	wasmtime_error_delete(error);
	return status;
}

/* The values that an exception carries; the caller frees them. */
static int read_fields(struct engine_instance *from, const wasmtime_exnref_t *exception, wasmtime_val_t **out,
		       size_t *count)
{
	*count = wasmtime_exnref_field_count(from->wasm, exception);
	*out = calloc(*count ? *count : 1, sizeof **out);
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; i < *count; i++) {
		wasmtime_error_t *error = wasmtime_exnref_field(from->wasm, exception, i, &(*out)[i]);
		if (error)
			return failed(error, -ENOTSUP);
		if (!is_number(&(*out)[i])) {
			wasmtime_val_unroot(&(*out)[i]);
			return -ENOTSUP;
		}
	}
	return 0;
}

static int copy_exception(struct engine_instance *to, struct engine_instance *from,
			  const wasmtime_exnref_t *exception, wasmtime_exnref_t *copy)
{
	wasmtime_tag_t tag, own;
	wasmtime_val_t *fields = NULL;
	size_t count;
	wasmtime_error_t *error = wasmtime_exnref_tag(from->wasm, exception, &tag);
	if (error)
		return failed(error, -ENOTSUP);
	int status =
		counterpart(to, from, &tag, &own) ? read_fields(from, exception, &fields, &count) : -ENOTSUP;
	if (status == 0 && (error = wasmtime_exnref_new(to->wasm, &own, fields, count, copy)))
		status = failed(error, -ENOMEM);
	free(fields);
	return status;
}

static int copy_slot(struct engine_instance *to, const wasmtime_table_t *target, struct engine_instance *from,
		     const wasmtime_table_t *source, uint64_t index)
{
	wasmtime_val_t value, copy = {.kind = WASMTIME_EXNREF};
	if (!wasmtime_table_get(from->wasm, source, index, &value))
		return 0; /* past its end: no slot to copy */
	if (value.kind != WASMTIME_EXNREF || wasmtime_exnref_is_null(&value.of.exnref)) {
		wasmtime_val_unroot(&value);
		return 0;
	}
	int status = copy_exception(to, from, &value.of.exnref, &copy.of.exnref);
	wasmtime_val_unroot(&value);
	if (status != 0)
		return status;
	wasmtime_error_t *error = wasmtime_table_set(to->wasm, target, index, &copy);
	wasmtime_val_unroot(&copy);
	return error ? failed(error, -ENOMEM) : 0;
}

static int copy_exceptions(struct engine_instance *to, struct engine_instance *from)
{
	wasmtime_extern_t source, target;
	wasmtime_global_t count;
	if (!find_global(from, "__lind_exception_count", &count) || get(from, &count) == 0)
		return 0;
	if (!engine_find_export(from, "__lind_exceptions", &source) ||
	    !engine_find_export(to, "__lind_exceptions", &target) || source.kind != WASMTIME_EXTERN_TABLE)
		return -ENOTSUP;
	uint64_t used = get(from, &count), size = wasmtime_table_size(from->wasm, &source.of.table);
	uint64_t room = wasmtime_table_size(to->wasm, &target.of.table), previous;
	const wasmtime_val_t none = {.kind = WASMTIME_EXNREF};
	if (used > size)
		used = size;
	if (used > room) {
		wasmtime_error_t *error =
			wasmtime_table_grow(to->wasm, &target.of.table, used - room, &none, &previous);
		if (error)
			return failed(error, -ENOMEM);
	}
	for (uint64_t i = 0; i < used; i++) {
		int status = copy_slot(to, &target.of.table, from, &source.of.table, i);
		if (status != 0)
			return status;
	}
	return copy_global(to, from, "__lind_exception_count");
}

int engine_copy_state(struct engine_instance *to, struct engine_instance *from)
{
	int status = find_globals(from) ? engine_instance_follow(to, from) : -ENOTSUP;
	if (status == 0)
		status = copy_exceptions(to, from);
	return status;
}
