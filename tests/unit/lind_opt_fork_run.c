/*
 * Random programs, run as they are and as the fork transformer makes them: with no suspension, with one at
 * each call of fork and checkpoint, with some, and going on in a copy of the instance. All must do the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <wasm.h>
#include <wasmtime.h>

#include "lind_opt_program.h"

#include "lind-opt/pass.h"

enum { PROGRAMS = 60 };

/* When to suspend. */
enum policy { NEVER, ALWAYS, SOMETIMES, POLICIES };

struct host {
	wasm_engine_t *engine;
	wasmtime_module_t *module;
	wasmtime_store_t *store;
	wasmtime_context_t *context;
	wasmtime_instance_t instance;
	bool transformed;
	enum policy policy;
	unsigned calls, suspensions, copies; /* of fork and checkpoint */
	uint64_t trace;                      /* what the program did */
	int64_t result;                      /* of the suspended call */
	bool suspended;
};

static unsigned long suspensions_made, copies_made, exceptions_saved;

static void check_error(wasmtime_error_t *error)
{
	if (!error)
		return;
	wasm_byte_vec_t message;
	wasmtime_error_message(error, &message);
	fail_msg("%.*s", (int)message.size, message.data);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

static bool find(struct host *h, const char *name, wasmtime_extern_t *out)
{
	return wasmtime_instance_export_get(h->context, &h->instance, name, strlen(name), out);
}

static wasmtime_val_t get(struct host *h, const char *name)
{
	wasmtime_extern_t global;
	wasmtime_val_t value;
	assert_true(find(h, name, &global));
	wasmtime_global_get(h->context, &global.of.global, &value);
	return value;
}

static void set(struct host *h, const char *name, wasmtime_val_t value)
{
	wasmtime_extern_t global;
	assert_true(find(h, name, &global));
	check_error(wasmtime_global_set(h->context, &global.of.global, &value));
}

static void set_i32(struct host *h, const char *name, int32_t value)
{
	set(h, name, (wasmtime_val_t){.kind = WASMTIME_I32, .of.i32 = value});
}

static uint8_t *memory(struct host *h)
{
	wasmtime_extern_t memory;
	assert_true(find(h, "memory", &memory));
	return wasmtime_memory_data(h->context, &memory.of.memory);
}

static int64_t suspend(struct host *h, int64_t argument)
{
	int64_t result = (int64_t)mix((uint64_t)argument, ++h->calls);
	h->trace = mix(h->trace, (uint64_t)argument);
	if (!h->transformed || h->policy == NEVER || (h->policy == SOMETIMES && mix(h->calls, 1) % 3))
		return result;
	uint32_t frames = (((uint32_t)get(h, "__stack_pointer").of.i32 - 128) & ~15u) - 4;
	memset(memory(h) + frames, 0, 4);
	set_i32(h, "__lind_frames", (int32_t)frames);
	set_i32(h, "__lind_unwinding", 1);
	h->result = result;
	h->suspended = true;
	h->suspensions++;
	return 4711;
}

static wasm_trap_t *on_fork(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count)
{
	(void)caller;
	(void)count;
	values[0].i64 = suspend(env, 0);
	return NULL;
}

static wasm_trap_t *on_checkpoint(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values,
				  size_t count)
{
	(void)caller;
	(void)count;
	values[0].i64 = suspend(env, values[0].i32);
	return NULL;
}

static wasm_trap_t *on_trace(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count)
{
	struct host *h = env;
	(void)caller;
	(void)count;
	h->trace = mix(h->trace, (uint64_t)values[0].i64);
	return NULL;
}

static wasm_functype_t *function_type(bool has_parameter, wasm_valkind_t parameter, bool has_result)
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

static void instantiate(struct host *h)
{
	const wasmtime_func_unchecked_callback_t functions[] = {on_fork, on_checkpoint, on_trace};
	wasm_functype_t *types[] = {function_type(false, WASM_I32, true), function_type(true, WASM_I32, true),
				    function_type(true, WASM_I64, false)};
	wasmtime_extern_t imports[3];
	for (int i = 0; i < 3; i++) {
		imports[i].kind = WASMTIME_EXTERN_FUNC;
		wasmtime_func_new_unchecked(h->context, types[i], functions[i], h, NULL, &imports[i].of.func);
		wasm_functype_delete(types[i]);
	}
	wasm_trap_t *trap = NULL;
	check_error(wasmtime_instance_new(h->context, h->module, imports, 3, &h->instance, &trap));
	assert_null(trap);
}

/* Moves to a new instance with the same memory and variables, as a child of fork does. */
static void move(struct host *h)
{
	static const char *const names[] = {"__lind_frames", "__stack_pointer"};
	wasmtime_val_t values[2 + 64];
	uint8_t *copy = malloc(PROGRAM_STACK);
	char name[32];
	memcpy(copy, memory(h), PROGRAM_STACK);
	wasmtime_extern_t global;
	for (int i = 0; i < 2; i++)
		values[i] = get(h, names[i]);
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "__lind_global_%d", i);
		if (find(h, name, &global))
			wasmtime_global_get(h->context, &global.of.global, &values[2 + i]);
	}
	instantiate(h);
	memcpy(memory(h), copy, PROGRAM_STACK);
	free(copy);
	for (int i = 0; i < 2; i++)
		set(h, names[i], values[i]);
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "__lind_global_%d", i);
		if (find(h, name, &global))
			check_error(wasmtime_global_set(h->context, &global.of.global, &values[2 + i]));
	}
	h->copies++;
}

/* Goes on with the suspended frames, as often as they are suspended. */
static void resume(struct host *h, const char *name, wasmtime_val_raw_t *values)
{
	wasmtime_extern_t function;
	while (h->suspended) {
		wasm_trap_t *trap = NULL;
		h->suspended = false;
		assert_int_equal(get(h, "__lind_unwinding").of.i32, 1);
		/* An exception belongs to the instance whose tag it has. */
		bool exceptions = find(h, "__lind_exceptions", &function) &&
				  get(h, "__lind_exception_count").of.i32 != 0;
		exceptions_saved += exceptions;
		if (h->suspensions % 4 == 0 && !exceptions)
			move(h);
		set_i32(h, "__lind_unwinding", 0);
		set(h, "__lind_result", (wasmtime_val_t){.kind = WASMTIME_I64, .of.i64 = h->result});
		assert_true(find(h, name, &function));
		check_error(wasmtime_func_call_unchecked(h->context, &function.of.func, values, 1, &trap));
		assert_null(trap);
	}
}

static void run_entry(struct host *h, unsigned number, int32_t argument)
{
	static const char *const resumes[] = {"__lind_resume", "__lind_resume_i32", "__lind_resume_i64"};
	char name[3] = {'e', (char)('0' + number), 0};
	wasmtime_extern_t function;
	wasmtime_val_raw_t value = {.i32 = argument};
	wasm_trap_t *trap = NULL;
	set_i32(h, "g1", 150);
	assert_true(find(h, name, &function));
	check_error(wasmtime_func_call_unchecked(h->context, &function.of.func, &value, 1, &trap));
	assert_null(trap);
	resume(h, resumes[number], &value);
	if (number)
		h->trace = mix(h->trace, (uint64_t)(number == 1 ? value.i32 : value.i64));
}

static uint64_t run(wasm_engine_t *engine, wasmtime_module_t *module, bool transformed, enum policy policy)
{
	struct host h = {.engine = engine, .module = module, .transformed = transformed, .policy = policy};
	h.store = wasmtime_store_new(engine, NULL, NULL);
	h.context = wasmtime_store_context(h.store);
	instantiate(&h);
	for (unsigned i = 0; i < PROGRAM_ENTRIES; i++)
		for (int32_t argument = 0; argument < 3; argument++)
			run_entry(&h, i, argument * 77);
	for (unsigned i = 0; i < PROGRAM_DATA; i += 8) {
		uint64_t word;
		memcpy(&word, memory(&h) + i, 8);
		h.trace = mix(h.trace, word);
	}
	h.trace = mix(h.trace, (uint64_t)get(&h, "g3").of.i64);
	wasmtime_store_delete(h.store);
	suspensions_made += h.suspensions;
	copies_made += h.copies;
	return h.trace;
}

static wasmtime_module_t *compile(wasm_engine_t *engine, const struct buffer *b)
{
	wasmtime_module_t *module;
	check_error(wasmtime_module_new(engine, b->data, b->size, &module));
	return module;
}

static void transform(const struct buffer *program, struct buffer *out)
{
	struct problems p = {.file = "random program", .all = true};
	struct module m;
	assert_true(module_read(&m, (struct span){program->data, program->size, 0}));
	pass_fork(&m, &p);
	assert_int_equal(p.count, 0);
	module_write(&m, out);
	module_free(&m);
}

static wasm_engine_t *engine_new(void)
{
	wasm_config_t *config = wasm_config_new();
	wasmtime_config_wasm_exceptions_set(config, true);
	wasmtime_config_wasm_branch_hinting_set(config, true);
	wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_NONE);
	wasmtime_config_cranelift_nan_canonicalization_set(config, true);
	return wasm_engine_new_with_config(config);
}

static void random_programs_do_the_same(void **state)
{
	(void)state;
	wasm_engine_t *engine = engine_new();
	const char *only = getenv("LIND_TEST_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, end = only ? first + 1 : PROGRAMS + 1;
	for (uint64_t seed = first; seed < end; seed++) {
		struct buffer program = program_build(seed), transformed = {0};
		wasmtime_module_t *plain = compile(engine, &program);
		transform(&program, &transformed);
		wasmtime_module_t *module = compile(engine, &transformed);
		uint64_t expected = run(engine, plain, false, NEVER);
		for (enum policy policy = NEVER; policy < POLICIES; policy++)
			if (run(engine, module, true, policy) != expected)
				fail_msg("seed %llu, policy %d: another result", (unsigned long long)seed,
					 policy);
		wasmtime_module_delete(plain);
		wasmtime_module_delete(module);
		buffer_free(&program);
		buffer_free(&transformed);
	}
	wasm_engine_delete(engine);
	print_message("%lu suspensions, %lu of them resumed in copies, %lu with exceptions\n",
		      suspensions_made, copies_made, exceptions_saved);
	assert_true(only || (suspensions_made > 10000 && copies_made > 1000 && exceptions_saved > 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_programs_do_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
