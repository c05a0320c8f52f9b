/*
 * A host for what the fork transformer makes: it suspends and resumes frames as docs/abi.md has it. Programs
 * may import `lind.fork`, `lind.checkpoint` and `test.trace`, in this order.
 */
#ifndef LIND_OPT_HOST_H
#define LIND_OPT_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <wasm.h>
#include <wasmtime.h>

#include "engine/clones_section.h"
#include "lind-opt/pass.h"

enum { HOST_STACK = 196608, HOST_VARIABLES = 64, HOST_PARTS = 2, HOST_IMPORTS = 64 };

/* When to suspend. */
enum policy { NEVER, ALWAYS, SOMETIMES, POLICIES };

struct host {
	wasm_engine_t *engine;
	wasmtime_module_t *module;
	wasmtime_module_t *clones[HOST_PARTS]; /* NULL: none */
	wasmtime_store_t *store;
	wasmtime_context_t *context;
	wasmtime_instance_t instance;
	bool transformed;
	bool none; /* the program has no imports but the last */
	enum policy policy;
	unsigned calls, suspensions; /* of fork and checkpoint */
	unsigned copies, exceptions; /* resumed in a copy; with exceptions saved */
	uint64_t trace;              /* what the program did */
	int64_t result;              /* of the suspended call */
	bool suspended;
};

static inline void host_check_error(wasmtime_error_t *error)
{
	if (!error)
		return;
	wasm_byte_vec_t message;
	wasmtime_error_message(error, &message);
	fail_msg("%.*s", (int)message.size, message.data);
}

static inline uint64_t host_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

static inline bool host_find(struct host *h, const char *name, wasmtime_extern_t *out)
{
	return wasmtime_instance_export_get(h->context, &h->instance, name, strlen(name), out);
}

static inline wasmtime_val_t host_get(struct host *h, const char *name)
{
	wasmtime_extern_t global;
	wasmtime_val_t value;
	assert_true(host_find(h, name, &global));
	wasmtime_global_get(h->context, &global.of.global, &value);
	return value;
}

static inline void host_set(struct host *h, const char *name, wasmtime_val_t value)
{
	wasmtime_extern_t global;
	assert_true(host_find(h, name, &global));
	host_check_error(wasmtime_global_set(h->context, &global.of.global, &value));
}

static inline void host_set_i32(struct host *h, const char *name, int32_t value)
{
	host_set(h, name, (wasmtime_val_t){.kind = WASMTIME_I32, .of.i32 = value});
}

static inline uint8_t *host_memory(struct host *h)
{
	wasmtime_extern_t memory;
	assert_true(host_find(h, "memory", &memory));
	return wasmtime_memory_data(h->context, &memory.of.memory);
}

static inline int64_t host_suspend(struct host *h, int64_t argument)
{
	int64_t result = (int64_t)host_mix((uint64_t)argument, ++h->calls);
	h->trace = host_mix(h->trace, (uint64_t)argument);
	if (!h->transformed || h->policy == NEVER || (h->policy == SOMETIMES && host_mix(h->calls, 1) % 3))
		return result;
	uint32_t frames = (((uint32_t)host_get(h, "__stack_pointer").of.i32 - 128) & ~15u) - 4;
	memset(host_memory(h) + frames, 0, 4);
	host_set_i32(h, "__lind_frames", (int32_t)frames);
	host_set_i32(h, "__lind_unwinding", 1);
	h->result = result;
	h->suspended = true;
	h->suspensions++;
	return 4711;
}

static inline wasm_trap_t *host_on_fork(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
					size_t count)
{
	(void)caller;
	(void)count;
	values[0].i64 = host_suspend(env, 0);
	return NULL;
}

static inline wasm_trap_t *host_on_checkpoint(void *env, wasmtime_caller_t *caller,
					      wasmtime_val_raw_t *values, size_t count)
{
	(void)caller;
	(void)count;
	values[0].i64 = host_suspend(env, values[0].i32);
	return NULL;
}

static inline wasm_trap_t *host_on_trace(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
					 size_t count)
{
	struct host *h = env;
	(void)caller;
	(void)count;
	h->trace = host_mix(h->trace, (uint64_t)values[0].i64);
	return NULL;
}

static inline wasm_functype_t *host_function_type(bool has_parameter, wasm_valkind_t parameter,
						  bool has_result)
{
	wasm_valtype_t *p = wasm_valtype_new(parameter), *r = wasm_valtype_new_i64();
	wasm_valtype_vec_t parameters, results;
	wasm_valtype_vec_new(&parameters, has_parameter, &p);
	wasm_valtype_vec_new(&results, has_result, &r);
	if (!has_parameter)
		wasm_valtype_delete(p);
	if (!has_result)
		wasm_valtype_delete(r);
	return wasm_functype_new(&parameters, &results);
}

/* Links modules of clones to the instance, by the names of its exports. */
static inline void host_link_clones(struct host *h)
{
	wasmtime_extern_t imports[HOST_IMPORTS];
	wasmtime_instance_t linked;
	wasm_importtype_vec_t types;
	wasm_trap_t *trap = NULL;
	for (unsigned part = 0; part < HOST_PARTS && h->clones[part]; part++) {
		wasmtime_module_imports(h->clones[part], &types);
		assert_true(types.size <= HOST_IMPORTS);
		for (size_t i = 0; i < types.size; i++) {
			const wasm_name_t *name = wasm_importtype_name(types.data[i]);
			assert_true(wasmtime_instance_export_get(h->context, &h->instance, name->data,
								 name->size, &imports[i]));
		}
		host_check_error(wasmtime_instance_new(h->context, h->clones[part], imports, types.size,
						       &linked, &trap));
		assert_null(trap);
		wasm_importtype_vec_delete(&types);
	}
}

static inline void host_instantiate(struct host *h)
{
	const wasmtime_func_unchecked_callback_t functions[] = {host_on_fork, host_on_checkpoint,
								host_on_trace};
	wasm_functype_t *types[] = {host_function_type(false, WASM_I32, true),
				    host_function_type(true, WASM_I32, true),
				    host_function_type(true, WASM_I64, false)};
	wasmtime_extern_t imports[3];
	for (int i = 0; i < 3; i++) {
		imports[i].kind = WASMTIME_EXTERN_FUNC;
		wasmtime_func_new_unchecked(h->context, types[i], functions[i], h, NULL, &imports[i].of.func);
		wasm_functype_delete(types[i]);
	}
	wasm_trap_t *trap = NULL;
	unsigned first = h->none ? 2 : 0;
	host_check_error(wasmtime_instance_new(h->context, h->module, imports + first, 3 - first,
					       &h->instance, &trap));
	assert_null(trap);
	host_link_clones(h);
}

/* Moves to a new instance with the same memory and variables, as a child of fork does. */
static inline void host_move(struct host *h)
{
	static const char *const names[] = {"__lind_frames", "__stack_pointer"};
	wasmtime_val_t values[2 + HOST_VARIABLES];
	uint8_t *copy = malloc(HOST_STACK);
	char name[32];
	memcpy(copy, host_memory(h), HOST_STACK);
	wasmtime_extern_t global;
	for (int i = 0; i < 2; i++)
		values[i] = host_get(h, names[i]);
	for (int i = 0; i < HOST_VARIABLES; i++) {
		snprintf(name, sizeof(name), "__lind_global_%d", i);
		if (host_find(h, name, &global))
			wasmtime_global_get(h->context, &global.of.global, &values[2 + i]);
	}
	host_instantiate(h);
	memcpy(host_memory(h), copy, HOST_STACK);
	free(copy);
	for (int i = 0; i < 2; i++)
		host_set(h, names[i], values[i]);
	for (int i = 0; i < HOST_VARIABLES; i++) {
		snprintf(name, sizeof(name), "__lind_global_%d", i);
		if (host_find(h, name, &global))
			host_check_error(wasmtime_global_set(h->context, &global.of.global, &values[2 + i]));
	}
	h->copies++;
}

/* Goes on with the suspended frames, as often as they are suspended. */
static inline void host_resume(struct host *h, const char *name, wasmtime_val_raw_t *values)
{
	wasmtime_extern_t function;
	while (h->suspended) {
		wasm_trap_t *trap = NULL;
		h->suspended = false;
		assert_int_equal(host_get(h, "__lind_unwinding").of.i32, 1);
		/* An exception belongs to the instance whose tag it has. */
		bool exceptions = host_find(h, "__lind_exceptions", &function) &&
				  host_get(h, "__lind_exception_count").of.i32 != 0;
		h->exceptions += exceptions;
		if (h->suspensions % 4 == 0 && !exceptions)
			host_move(h);
		host_set_i32(h, "__lind_unwinding", 0);
		host_set(h, "__lind_result", (wasmtime_val_t){.kind = WASMTIME_I64, .of.i64 = h->result});
		assert_true(host_find(h, name, &function));
		host_check_error(
			wasmtime_func_call_unchecked(h->context, &function.of.func, values, 1, &trap));
		assert_null(trap);
	}
}

static inline void host_run_entry(struct host *h, unsigned number, int32_t argument)
{
	static const char *const resumes[] = {"__lind_resume", "__lind_resume_i32", "__lind_resume_i64"};
	char name[3] = {'e', (char)('0' + number), 0};
	wasmtime_extern_t function;
	wasmtime_val_raw_t value = {.i32 = argument};
	wasm_trap_t *trap = NULL;
	host_set_i32(h, "g1", 150);
	assert_true(host_find(h, name, &function));
	host_check_error(wasmtime_func_call_unchecked(h->context, &function.of.func, &value, 1, &trap));
	assert_null(trap);
	host_resume(h, resumes[number], &value);
	if (number)
		h->trace = host_mix(h->trace, (uint64_t)(number == 1 ? value.i32 : value.i64));
}

static inline wasmtime_module_t *host_compile(wasm_engine_t *engine, const struct buffer *b)
{
	wasmtime_module_t *module;
	host_check_error(wasmtime_module_new(engine, b->data, b->size, &module));
	return module;
}

/* Compiles the clones of a transformed program, each part those of every other id. */
static inline void host_compile_clones(struct host *h, const struct buffer *program)
{
	struct module m;
	struct clones_section section;
	assert_true(module_read(&m, (struct span){program->data, program->size, 0}));
	const struct custom *custom = module_custom(&m, LIND_ABI_CLONES);
	assert_non_null(custom);
	assert_true(clones_section_read(custom->content.data, custom->content.size, &section));
	for (unsigned part = 0; part < HOST_PARTS; part++) {
		bool *wanted = calloc(section.count, sizeof(*wanted));
		for (uint32_t id = 1; id < section.count; id++)
			wanted[id] = id % HOST_PARTS == part;
		struct buffer bytes = {0};
		bytes.data = clones_section_build(&section, wanted, &bytes.size);
		h->clones[part] = host_compile(h->engine, &bytes);
		buffer_free(&bytes);
		free(wanted);
	}
	module_free(&m);
}

static inline void host_free_clones(struct host *h)
{
	for (unsigned part = 0; part < HOST_PARTS; part++)
		if (h->clones[part])
			wasmtime_module_delete(h->clones[part]);
}

static inline wasm_engine_t *host_engine_new(void)
{
	wasm_config_t *config = wasm_config_new();
	wasmtime_config_wasm_exceptions_set(config, true);
	wasmtime_config_wasm_branch_hinting_set(config, true);
	wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_NONE);
	wasmtime_config_cranelift_nan_canonicalization_set(config, true);
	/* cmocka takes the signals for failures of a test. */
	wasmtime_config_signals_based_traps_set(config, false);
	return wasm_engine_new_with_config(config);
}

#endif
