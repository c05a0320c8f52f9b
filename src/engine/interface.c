/*
 * interface.c — what a guest and the runtime offer each other, by name and type: the functions that guests
 * import, and the check of a module's imports and exports against docs/abi.md.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/internal.h"

_Thread_local struct engine_thread engine_thread;

/* The rare ends of a callback: the trap that makes Wasmtime leave the guest's frames. */
static __attribute__((noinline)) wasm_trap_t *leave(struct engine_instance *instance,
						    enum engine_action action, int64_t *result)
{
	if (instance->thrown) {
		if (action == ENGINE_RETHROW) {
			wasm_trap_t *thrown = instance->thrown;
			instance->thrown = NULL;
			return thrown;
		}
		engine_drop_exception(instance);
	}
	if (action == ENGINE_CONTINUE)
		return NULL;
	if (action == ENGINE_SUSPEND)
		return engine_suspend_begin(instance, result);
	instance->unwinding = true;
	return wasmtime_trap_new("unwound", strlen("unwound"));
}

/* A kick came while the callback ran, perhaps after its last look at what the kick was for. */
static __attribute__((noinline, cold)) enum engine_action look_again(struct engine_thread *thread,
								     void *context)
{
	enum engine_action action = ENGINE_CONTINUE;
	while (thread->look_again && action == ENGINE_CONTINUE) {
		thread->in_guest = false;
		thread->look_again = false;
		atomic_signal_fence(memory_order_seq_cst);
		action = engine.callbacks.look_again(context);
		thread->in_guest = true;
		atomic_signal_fence(memory_order_seq_cst);
	}
	return action;
}

_Static_assert(sizeof(struct engine_value) == sizeof(wasmtime_val_raw_t) &&
		       offsetof(struct engine_value, i64) == offsetof(wasmtime_val_raw_t, i64) &&
		       _Alignof(struct engine_value) <= _Alignof(wasmtime_val_raw_t),
	       "callbacks see Wasmtime's values");

static inline __attribute__((always_inline)) wasm_trap_t *call_back(
	enum engine_action (*function)(void *, struct engine_value *), wasmtime_val_raw_t *raw)
{
	struct engine_thread *thread = &engine_thread;
	struct engine_instance *instance = thread->running;
	thread->in_guest = false;
	enum engine_action action = function(instance->context, (struct engine_value *)raw);
	thread->in_guest = true;
	/* From here on a kick is nobody's to leave for later; one that came before shows. */
	atomic_signal_fence(memory_order_seq_cst);
	if (unlikely(thread->look_again) && action == ENGINE_CONTINUE)
		action = look_again(thread, instance->context);
	if (likely(action == ENGINE_CONTINUE && !instance->thrown))
		return NULL;
	return leave(instance, action, &raw[0].i64);
}

static wasm_trap_t *on_syscall(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	return call_back(engine.callbacks.syscall, values);
}

static wasm_trap_t *on_fork(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	return call_back(engine.callbacks.fork, values);
}

static wasm_trap_t *on_checkpoint(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
				  size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	if (!engine.callbacks.checkpoint) {
		values[0].i64 = 0;
		return NULL;
	}
	values[0].i64 = (uint32_t)values[0].i32;
	return call_back(engine.callbacks.checkpoint, values);
}

static wasm_trap_t *on_threei_call(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
				   size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	return call_back(engine.callbacks.threei_call, values);
}

/* All imports give one i64. */
static const struct import {
	const char *name;
	const char *type; /* as lind_module_describe() words it */
	wasmtime_func_unchecked_callback_t function;
} imports[] = {
	{"syscall", "IIIIIII-I", on_syscall},
	{"fork", "-I", on_fork},
	{"checkpoint", "i-I", on_checkpoint},
	{"threei_call", "IIIIIIIIIIIIIII-I", on_threei_call},
};
#define IMPORTS       (sizeof imports / sizeof imports[0])
#define IMPORT_MODULE "lind"

int engine_interface_define(void)
{
	engine.linker = wasmtime_linker_new(engine.wasm);
	if (!engine.linker)
		return -ENOMEM;
	for (size_t i = 0; i < IMPORTS; i++) {
		wasm_valtype_t *types[15], *result = wasm_valtype_new_i64();
		wasm_valtype_vec_t parameters, results;
		size_t count = strlen(imports[i].type) - 2;
		for (size_t j = 0; j < count; j++)
			types[j] =
				imports[i].type[j] == 'i' ? wasm_valtype_new_i32() : wasm_valtype_new_i64();
		wasm_valtype_vec_new(&parameters, count, types);
		wasm_valtype_vec_new(&results, 1, &result);
		wasm_functype_t *type = wasm_functype_new(&parameters, &results);
		wasmtime_error_t *error = wasmtime_linker_define_func_unchecked(
			engine.linker, IMPORT_MODULE, strlen(IMPORT_MODULE), imports[i].name,
			strlen(imports[i].name), type, imports[i].function, NULL, NULL);
		wasm_functype_delete(type);
		if (error) {
			wasmtime_error_delete(error);
			return -ENOMEM;
		}
	}
	return 0;
}

/* What the runtime looks for in every module; types as lind_module_describe() words them. An entry of threads
 * that is missing is reported when a thread is to be made. */
static const struct export {
	const char *name, *type;
	const char *other_type; /* the dispatcher's */
	bool required;
} exports[] = {
	{"memory", "memory 65536 65536", NULL, true},
	{"__indirect_function_table", "table of functions", NULL, true},
	{"__stack_pointer", "variable i", NULL, true},
	{"_start", "i-", NULL, true},
	{"__lind_thread_start", "i-", NULL, false},
	{"__lind_attach_thread", "ii-", NULL, false},
	{"pass_fptr_to_wt", "IIIIIIIIIIIIII-i", "IIIIIIIIIIIIII-I", false},
	{"__lind_unwinding", "variable i", NULL, false},
	{"__lind_frames", "variable i", NULL, false},
	{"__lind_result", "variable I", NULL, false},
	{"__lind_exception_count", "variable i", NULL, false},
	{"__lind_clones", "table of functions", NULL, false},
	{"__lind_resume", "-", NULL, false},
	{"__lind_resume_i32", "-i", NULL, false},
	{"__lind_resume_i64", "-I", NULL, false},
};
#define EXPORTS (sizeof exports / sizeof exports[0])

struct check {
	bool found[EXPORTS];
	struct engine_module *module;
	int failure; /* -errno: `error` holds the first fault */
	char *error;
	size_t error_size;
};

static bool name_is(const char *name, size_t length, const char *text)
{
	return length == strlen(text) && memcmp(name, text, length) == 0;
}

/* Names come from the file: what is not plain text in them must not reach a terminal. */
static void printable(const char *name, size_t length, char out[64])
{
	size_t i = 0;
	for (; i < length && i < 60; i++)
		out[i] = name[i] > ' ' && name[i] <= '~' ? name[i] : '?';
	out[i] = '\0';
}

static void check_import(struct check *check, const char *module, size_t module_length, const char *name,
			 size_t name_length, const char *type)
{
	char module_text[64], name_text[64];
	printable(module, module_length, module_text);
	printable(name, name_length, name_text);
	for (size_t i = 0; i < IMPORTS; i++) {
		if (!name_is(module, module_length, IMPORT_MODULE) ||
		    !name_is(name, name_length, imports[i].name))
			continue;
		if (strcmp(type, imports[i].type) == 0)
			return;
		snprintf(check->error, check->error_size, "imports %s.%s with another type than it has",
			 module_text, name_text);
		check->failure = -ENOEXEC;
		return;
	}
	snprintf(check->error, check->error_size, "imports %s.%s, which Lind does not offer", module_text,
		 name_text);
	check->failure = -ENOEXEC;
}

/* __lind_global_N: what a copy of an instance copies. */
static bool note_global(struct check *check, const char *name, size_t length, const char *type)
{
	static const char prefix[] = "__lind_global_";
	struct engine_module *module = check->module;
	const size_t skip = sizeof prefix - 1;
	uint32_t number = 0;
	if (length <= skip || length > skip + 9 || memcmp(name, prefix, skip) != 0)
		return false;
	for (size_t i = skip; i < length; i++) {
		if (name[i] < '0' || name[i] > '9' || (name[i] == '0' && i == skip && length > skip + 1))
			return false;
		number = 10 * number + (uint32_t)(name[i] - '0');
	}
	if (strncmp(type, "variable ", 9) != 0 || type[9] == 'r') {
		snprintf(check->error, check->error_size, "exports %s%u, which can't be copied", prefix,
			 number);
		check->failure = -ENOEXEC;
		return true;
	}
	uint32_t *grown = realloc(module->globals, (module->global_count + 1) * sizeof *grown);
	if (!grown) {
		snprintf(check->error, check->error_size, "out of memory");
		check->failure = -ENOMEM;
		return true;
	}
	module->globals = grown;
	grown[module->global_count++] = number;
	return true;
}

static void visit(void *context, bool import, const char *module, size_t module_length, const char *name,
		  size_t name_length, const char *type)
{
	struct check *check = context;
	if (check->failure)
		return;
	if (import) {
		check_import(check, module, module_length, name, name_length, type);
		return;
	}
	if (note_global(check, name, name_length, type))
		return;
	for (size_t i = 0; i < EXPORTS; i++) {
		if (!name_is(name, name_length, exports[i].name))
			continue;
		check->found[i] = true;
		if (strcmp(type, exports[i].type) != 0 &&
		    (!exports[i].other_type || strcmp(type, exports[i].other_type) != 0)) {
			snprintf(check->error, check->error_size,
				 "exports %s with another type than a Lind program's", exports[i].name);
			check->failure = -ENOEXEC;
		}
		if (exports[i].other_type)
			check->module->dispatcher =
				strcmp(type, exports[i].type) == 0 ? DISPATCHER_I32 : DISPATCHER_I64;
		return;
	}
}

int engine_interface_check(struct engine_module *module, char *error, size_t error_size)
{
	struct check check = {.module = module, .error = error, .error_size = error_size};
	lind_module_describe(module->code.module, visit, &check);
	for (size_t i = 0; i < EXPORTS && !check.failure; i++) {
		if (check.found[i] || !exports[i].required)
			continue;
		snprintf(error, error_size, "does not export %s", exports[i].name);
		check.failure = -ENOEXEC;
	}
	return check.failure;
}
