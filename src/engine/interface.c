/*
 * interface.c — what a guest and the runtime offer each other, by name and type: the functions that guests
 * import, and the check of a module's imports and exports against docs/abi.md.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/internal.h"

_Thread_local struct engine_thread engine_thread;

/* The rare ends of a callback: the trap that makes Wasmtime leave the guest's frames. */
static __attribute__((noinline)) wasm_trap_t *leave(struct engine_instance *instance,
						    enum engine_action action)
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
	instance->unwinding = true;
	return wasmtime_trap_new("unwound", strlen("unwound"));
}

/* Wasmtime lays out each value in 16 bytes, the callbacks take plain arrays. */
static inline __attribute__((always_inline)) wasm_trap_t *call_back(
	enum engine_action (*function)(void *, int64_t *), wasmtime_val_raw_t *values, unsigned count)
{
	struct engine_thread *thread = &engine_thread;
	struct engine_instance *instance = thread->running;
	int64_t plain[15];
#pragma GCC unroll 15
	for (unsigned i = 0; i < count; i++)
		plain[i] = values[i].i64;
	thread->in_guest = false;
	enum engine_action action = function(instance->context, plain);
	thread->in_guest = true;
	values[0].i64 = plain[0];
	if (likely(action == ENGINE_CONTINUE && !instance->thrown))
		return NULL;
	return leave(instance, action);
}

static wasm_trap_t *on_syscall(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	return call_back(engine.callbacks.syscall, values, 7);
}

static wasm_trap_t *on_fork(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	return call_back(engine.callbacks.fork, values, 0);
}

/* Signals that interrupt running code are not delivered yet: there is nothing to come back from. */
static wasm_trap_t *on_checkpoint(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
				  size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	values[0].i64 = 0;
	return NULL;
}

static wasm_trap_t *on_threei_call(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
				   size_t count)
{
	(void)env;
	(void)caller;
	(void)count;
	return call_back(engine.callbacks.threei_call, values, 15);
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
};
#define EXPORTS (sizeof exports / sizeof exports[0])

struct check {
	bool found[EXPORTS];
	bool failed; /* `error` holds the first fault */
	enum engine_dispatcher dispatcher;
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
		check->failed = true;
		return;
	}
	snprintf(check->error, check->error_size, "imports %s.%s, which Lind does not offer", module_text,
		 name_text);
	check->failed = true;
}

static void visit(void *context, bool import, const char *module, size_t module_length, const char *name,
		  size_t name_length, const char *type)
{
	struct check *check = context;
	if (check->failed)
		return;
	if (import) {
		check_import(check, module, module_length, name, name_length, type);
		return;
	}
	for (size_t i = 0; i < EXPORTS; i++) {
		if (!name_is(name, name_length, exports[i].name))
			continue;
		check->found[i] = true;
		if (strcmp(type, exports[i].type) != 0 &&
		    (!exports[i].other_type || strcmp(type, exports[i].other_type) != 0)) {
			snprintf(check->error, check->error_size,
				 "exports %s with another type than a Lind program's", exports[i].name);
			check->failed = true;
		}
		if (exports[i].other_type)
			check->dispatcher =
				strcmp(type, exports[i].type) == 0 ? DISPATCHER_I32 : DISPATCHER_I64;
		return;
	}
}

int engine_interface_check(const wasmtime_module_t *module, enum engine_dispatcher *dispatcher, char *error,
			   size_t error_size)
{
	struct check check = {.error = error, .error_size = error_size};
	lind_module_describe(module, visit, &check);
	for (size_t i = 0; i < EXPORTS && !check.failed; i++) {
		if (check.found[i] || !exports[i].required)
			continue;
		snprintf(error, error_size, "does not export %s", exports[i].name);
		check.failed = true;
	}
	*dispatcher = check.dispatcher;
	return check.failed ? -ENOEXEC : 0;
}
