/*
 * instance.c — instances: a store and an instance over a cage's memory, and what the runtime keeps at hand of
 * each.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/internal.h"

size_t engine_host_stack(unsigned running)
{
	return (running ? running : 1) * (engine.guest_stack + ENGINE_HOST_MARGIN) + ENGINE_HOST_MARGIN;
}

/* The first look at a thread's stack reads /proc for the main thread, so the result is kept. */
void engine_find_stack(struct engine_thread *thread)
{
	pthread_attr_t attributes;
	void *low = NULL;
	size_t size = 0;
	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return;
	if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
		thread->stack_low = (uintptr_t)low;
		thread->stack_high = (uintptr_t)low + size;
	}
	pthread_attr_destroy(&attributes);
}

bool engine_find_export(struct engine_instance *instance, const char *name, wasmtime_extern_t *out)
{
	return wasmtime_instance_export_get(instance->wasm, &instance->wasm_instance, name, strlen(name),
					    out);
}

bool engine_find_function(struct engine_instance *instance, enum export_function which)
{
	static const char *const names[EXPORT_FUNCTIONS] = {
		[EXPORT_START] = "_start",
		[EXPORT_THREAD_START] = "__lind_thread_start",
		[EXPORT_ATTACH] = "__lind_attach_thread",
		[EXPORT_DISPATCHER] = "pass_fptr_to_wt",
		[EXPORT_RESUME] = "__lind_resume",
		[EXPORT_RESUME_I32] = "__lind_resume_i32",
		[EXPORT_RESUME_I64] = "__lind_resume_i64",
	};
	if (likely(instance->has_export[which]))
		return true;
	wasmtime_extern_t found;
	if (!engine_find_export(instance, names[which], &found))
		return false;
	instance->exported[which] =
		found.of.func; /* engine_interface_check() saw that it is one, and of its type */
	instance->has_export[which] = true;
	return true;
}

static int instantiate(struct engine_instance *instance)
{
	struct engine_thread *thread = &engine_thread;
	struct engine_thread outer = *thread;
	wasm_trap_t *trap = NULL;

	engine_memory_next = instance->memory;
	thread->running = instance;
	thread->in_guest = true;
	instance->depth++;
	wasmtime_error_t *error = wasmtime_instance_pre_instantiate(instance->module->pre, instance->wasm,
								    &instance->wasm_instance, &trap);
	instance->depth--;
	thread->running = outer.running;
	thread->in_guest = outer.in_guest;
	engine_memory_next = NULL;

	if (!error && !trap)
		return 0;
	/* A start function that was left early, by a trap or else, or an instance that was never made. */
	bool ran = trap || instance->unwinding || instance->broken ||
		   wasmtime_context_has_exception(instance->wasm);
	if (trap)
		wasm_trap_delete(trap);
	if (error)
		wasmtime_error_delete(error);
	return !ran ? -ENOMEM : instance->unwinding ? -ECANCELED : -ENOEXEC;
}

int engine_instance_create(struct engine_module *module, void *memory_base, void *context,
			   struct engine_instance **out)
{
	struct engine_instance *instance = calloc(1, sizeof *instance);
	if (!instance)
		return -ENOMEM;
	if (!engine_stack_suffices(instance)) {
		free(instance);
		return -EAGAIN;
	}
	instance->store = wasmtime_store_new(engine.wasm, NULL, NULL);
	if (!instance->store) {
		free(instance);
		return -ENOMEM;
	}
	instance->wasm = wasmtime_store_context(instance->store);
	instance->context = context;
	instance->memory = memory_base;
	instance->module = engine_module_ref(module);
	wasmtime_store_limiter(instance->store, -1, ENGINE_TABLE_LIMIT, -1, -1, -1);

	wasmtime_extern_t table, stack_pointer;
	int status = instantiate(instance);
	if (status == 0 && (!engine_find_export(instance, "__indirect_function_table", &table) ||
			    !engine_find_export(instance, "__stack_pointer", &stack_pointer)))
		status = -ENOEXEC;
	if (status != 0) {
		engine_instance_free(instance);
		return status;
	}
	instance->table = table.of.table;
	instance->stack_pointer = stack_pointer.of.global;
	instance->ready = true;
	*out = instance;
	return 0;
}

void engine_instance_free(struct engine_instance *instance)
{
	if (!instance)
		return;
	if (instance->thrown)
		wasm_trap_delete(instance->thrown);
	wasmtime_store_delete(instance->store);
	engine_module_unref(instance->module);
	free(instance->variables);
	free(instance->clone_imports);
	free(instance);
}

void engine_instance_set_context(struct engine_instance *instance, void *context)
{
	instance->context = context;
}

void *engine_instance_context(const struct engine_instance *instance)
{
	return instance->context;
}

struct engine_module *engine_instance_module(const struct engine_instance *instance)
{
	return instance->module;
}

uint32_t engine_stack_pointer_get(struct engine_instance *instance)
{
	wasmtime_val_t value;
	wasmtime_global_get(instance->wasm, &instance->stack_pointer, &value);
	return (uint32_t)value.of.i32;
}

void engine_stack_pointer_set(struct engine_instance *instance, uint32_t value)
{
	wasmtime_val_t new_value = {.kind = WASMTIME_I32, .of.i32 = (int32_t)value};
	wasmtime_error_t *error = wasmtime_global_set(instance->wasm, &instance->stack_pointer, &new_value);
	if (error) /* cannot be: the global is a variable of type i32 */
		wasmtime_error_delete(error);
}

/* Looked for once in each instance that follows or is followed. */
static bool find_variables(struct engine_instance *instance)
{
	const struct engine_module *module = instance->module;
	wasmtime_global_t *variables;
	wasmtime_extern_t found;
	char name[32];
	if (instance->variables || module->global_count == 0)
		return instance->variables;
	variables = calloc(module->global_count, sizeof *variables);
	for (size_t i = 0; variables && i < module->global_count; i++) {
		snprintf(name, sizeof name, "__lind_global_%u", module->globals[i]);
		/* engine_interface_check() saw that it is a variable */
		if (engine_find_export(instance, name, &found))
			variables[i] = found.of.global;
	}
	instance->variables = variables;
	return variables;
}

int engine_instance_follow(struct engine_instance *to, struct engine_instance *from)
{
	wasmtime_val_t value;
	if (!find_variables(from) || !find_variables(to))
		return from->module->global_count ? -ENOMEM : -ENOTSUP;
	for (size_t i = 0; i < from->module->global_count; i++) {
		wasmtime_global_get(from->wasm, &from->variables[i], &value);
		wasmtime_error_t *error = wasmtime_global_set(to->wasm, &to->variables[i], &value);
		if (error) /* cannot be: the same variable of the same module */
			wasmtime_error_delete(error);
	}
	engine_stack_pointer_set(to, engine_stack_pointer_get(from));
	return 0;
}
