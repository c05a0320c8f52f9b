/*
 * Random programs, run as they are and as the fork transformer makes them: with no suspension, with one at
 * each call of fork and checkpoint, with some, and going on in a copy of the instance. All must do the same.
 */
/* lind-test: timeout=300 */
#include "lind_opt_host.h"
#include "lind_opt_program.h"

enum { PROGRAMS = 120 };

static unsigned long suspensions_made, copies_made, exceptions_saved;

/* With `clones` from a host that has compiled them; NULL for the program as it is. */
static uint64_t run(wasm_engine_t *engine, wasmtime_module_t *module, const struct host *clones,
		    enum policy policy)
{
	struct host h = {.engine = engine, .module = module, .transformed = clones, .policy = policy};
	if (clones)
		memcpy(h.clones, clones->clones, sizeof(h.clones));
	h.store = wasmtime_store_new(engine, NULL, NULL);
	h.context = wasmtime_store_context(h.store);
	host_instantiate(&h);
	for (unsigned i = 0; i < PROGRAM_ENTRIES; i++)
		for (int32_t argument = 0; argument < 3; argument++)
			host_run_entry(&h, i, argument * 77);
	for (unsigned i = 0; i < PROGRAM_DATA; i += 8) {
		uint64_t word;
		memcpy(&word, host_memory(&h) + i, 8);
		h.trace = host_mix(h.trace, word);
	}
	h.trace = host_mix(h.trace, (uint64_t)host_get(&h, "g3").of.i64);
	wasmtime_store_delete(h.store);
	suspensions_made += h.suspensions;
	copies_made += h.copies;
	exceptions_saved += h.exceptions;
	return h.trace;
}

static void transform(const struct buffer *program, struct buffer *out)
{
	struct problems p = {.file = "random program", .all = true};
	struct module m;
	assert_true(module_read(&m, (struct span){program->data, program->size, 0}));
	pass_fork(&m, &p);
	pass_clones(&m, &p);
	assert_int_equal(p.count, 0);
	module_write(&m, out);
	module_free(&m);
}

static void random_programs_do_the_same(void **state)
{
	(void)state;
	wasm_engine_t *engine = host_engine_new();
	const char *only = getenv("LIND_TEST_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, end = only ? first + 1 : PROGRAMS + 1;
	for (uint64_t seed = first; seed < end; seed++) {
		struct buffer program = program_build(seed), transformed = {0};
		wasmtime_module_t *plain = host_compile(engine, &program);
		transform(&program, &transformed);
		wasmtime_module_t *module = host_compile(engine, &transformed);
		struct host clones = {.engine = engine};
		host_compile_clones(&clones, &transformed);
		uint64_t expected = run(engine, plain, NULL, NEVER);
		for (enum policy policy = NEVER; policy < POLICIES; policy++)
			if (run(engine, module, &clones, policy) != expected)
				fail_msg("seed %llu, policy %d: another result", (unsigned long long)seed,
					 policy);
		wasmtime_module_delete(plain);
		wasmtime_module_delete(module);
		host_free_clones(&clones);
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
