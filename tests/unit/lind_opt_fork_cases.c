/* The fork transformer: what it makes of small programs, and each thing that it refuses. */
#include "lind_opt_host.h"

#include "lind-opt/module.h"

#define IMPORTS                                                                                              \
	"(import \"lind\" \"fork\" (func $fork (result i64)))"                                               \
	"(import \"lind\" \"checkpoint\" (func $checkpoint (param i32) (result i64)))"                       \
	"(import \"test\" \"trace\" (func $trace (param i64)))"                                              \
	"(tag $tag (param i32))"                                                                             \
	"(memory (export \"memory\") 3)"                                                                     \
	"(global (export \"__stack_pointer\") (mut i32) (i32.const 196608))"                                 \
	"(global (export \"g1\") (mut i32) (i32.const 0))"
#define PROGRAM(text) "(module " IMPORTS text ")"

static struct buffer assemble(const char *text)
{
	wasm_byte_vec_t bytes;
	struct buffer b = {0};
	host_check_error(wasmtime_wat2wasm(text, strlen(text), &bytes));
	put_bytes(&b, bytes.data, bytes.size);
	wasm_byte_vec_delete(&bytes);
	return b;
}

/* Transforms; returns how many problems were told. */
static unsigned transform(const struct buffer *in, struct buffer *out, bool none)
{
	struct problems p = {.file = "case"};
	struct module m;
	assert_true(module_read(&m, (struct span){in->data, in->size, 0}));
	if (none)
		pass_fork_none(&m, &p);
	else
		pass_fork(&m, &p);
	pass_clones(&m, &p);
	if (!p.count)
		module_write(&m, out);
	module_free(&m);
	return p.count;
}

static void expect_refusal(const char *text)
{
	struct buffer in = assemble(text), out = {0};
	assert_int_equal(transform(&in, &out, false), 1);
	assert_int_equal(out.size, 0);
	buffer_free(&in);
}

/* The transformed program, read again. Its bytes are `out`. */
static void transformed(const char *text, struct buffer *out, struct module *m)
{
	struct buffer in = assemble(text);
	assert_int_equal(transform(&in, out, false), 0);
	buffer_free(&in);
	assert_true(module_read(m, (struct span){out->data, out->size, 0}));
}

static bool has_function(const struct module *m, const char *name)
{
	for (uint32_t i = 0; i < m->function_count; i++)
		if (span_is(m->function_names[i], name))
			return true;
	return false;
}

/* Runs entry e0, e1 or e2 of a program as it is, and with each call of an import suspended. */
static void same_results(const char *text, unsigned entry)
{
	struct buffer in = assemble(text), out = {0};
	assert_int_equal(transform(&in, &out, false), 0);
	wasm_engine_t *engine = host_engine_new();
	uint64_t traces[1 + POLICIES];
	for (unsigned i = 0; i <= POLICIES; i++) {
		struct host h = {.engine = engine, .transformed = i > 0, .policy = i ? i - 1 : NEVER};
		h.module = host_compile(engine, i ? &out : &in);
		if (i)
			host_compile_clones(&h, &out);
		h.store = wasmtime_store_new(engine, NULL, NULL);
		h.context = wasmtime_store_context(h.store);
		host_instantiate(&h);
		for (int argument = 0; argument < 6; argument++)
			host_run_entry(&h, entry, argument);
		traces[i] = h.trace;
		assert_int_equal(traces[i], traces[0]);
		wasmtime_store_delete(h.store);
		wasmtime_module_delete(h.module);
		host_free_clones(&h);
	}
	wasm_engine_delete(engine);
	buffer_free(&in);
	buffer_free(&out);
}

static void others_stay_as_they_are(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"(module (func (export \"f\") (result i32) i32.const 5))",
		"(module (import \"lind\" \"syscall\" (func (param i64) (result i64))) (func) (@custom "
		"\".debug_info\" \"x\"))",
		"(module (import \"other\" \"fork\" (func $fork (result i64))) (func call $fork drop))",
	};
	for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buffer in = assemble(texts[i]), plain = {0};
		for (int none = 0; none < 2; none++) {
			struct buffer out = {0};
			struct module m;
			assert_true(module_read(&m, (struct span){in.data, in.size, 0}));
			plain.size = 0;
			module_write(&m, &plain);
			assert_false(m.suspends);
			module_free(&m);
			assert_int_equal(transform(&in, &out, none), 0);
			assert_int_equal(out.size, plain.size);
			assert_memory_equal(out.data, plain.data, plain.size);
			buffer_free(&out);
		}
		buffer_free(&plain);
		buffer_free(&in);
	}
}

/* True if the pass has made a clone of this function. */
static bool has_clone(const struct module *m, const char *name)
{
	for (uint32_t i = 0; i < m->suspended_count; i++)
		if (span_is(m->function_names[m->suspended[i].function], name))
			return m->clones[m->suspended[i].id].body;
	return false;
}

static void only_callers_are_changed(void **state)
{
	(void)state;
	struct problems p = {.file = "case"};
	struct module m;
	struct buffer in = assemble(
		PROGRAM("(type $v (func)) (type $i (func (result i32)))"
			"(table $t (export \"table\") 4 funcref) (elem (i32.const 0) $leaf $caller $other)"
			"(func $leaf call $fork drop)"
			"(func $caller call $leaf)"
			"(func $indirect (call_indirect (type $v) (i32.const 0)))"
			"(func $other (result i32) i32.const 1)"
			"(func $not (result i32) (call_indirect (type $i) (i32.const 2)))"
			"(func $alone)"
			"(@custom \".debug_info\" (after code) \"x\")"
			"(@custom \"producers\" (after code) \"\\00\")"));
	assert_true(module_read(&m, (struct span){in.data, in.size, 0}));
	pass_fork(&m, &p);
	assert_int_equal(p.count, 0);
	assert_true(has_clone(&m, "leaf"));
	assert_true(has_clone(&m, "caller"));
	assert_true(has_clone(&m, "indirect"));
	assert_false(has_clone(&m, "other"));
	assert_false(has_clone(&m, "not"));
	assert_false(has_clone(&m, "alone"));
	module_free(&m);

	struct buffer out = {0};
	assert_int_equal(transform(&in, &out, false), 0);
	buffer_free(&in);
	assert_true(module_read(&m, (struct span){out.data, out.size, 0}));
	assert_true(has_function(&m, "not"));
	static const char *const names[] = {
		"__lind_unwinding",  "__lind_frames",     "__lind_result",   "__lind_resume",
		"__lind_resume_i32", "__lind_resume_i64", "__lind_global_1", "memory",
		"__stack_pointer",   "__lind_clones",     "__lind_functions"};
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_non_null(module_export(&m, names[i]));
	assert_null(module_export(&m, "__lind_global_0"));
	assert_null(module_export(&m, "__lind_exceptions"));
	assert_null(module_custom(&m, ".debug_info"));
	assert_non_null(module_custom(&m, "producers"));
	/* Three sites, each hinted in the function itself. */
	uint32_t hints = 0;
	for (uint32_t i = 0; i < m.function_count; i++)
		hints += m.functions[i].hint_count;
	assert_int_equal(hints, 3);
	module_free(&m);
	buffer_free(&out);
}

/* Savers are named after how many values of which type they take. */
static void just_live_locals_are_saved(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct module m;
	transformed(PROGRAM("(func (param $a i32) (param $b i64) (param $unused i64) (local $c f64) (local "
			    "$d v128)"
			    " (local.set $c (f64.convert_i32_s (local.get $a)))"
			    " (drop (call $fork))"
			    " (call $trace (local.get $b)) (local.set $a (i32.const 1))"
			    " (call $trace (i64.trunc_sat_f64_s (local.get $c)))"
			    " (local.set $d (i32x4.splat (local.get $a)))"
			    " (drop (call $fork))"
			    " (call $trace (i64x2.extract_lane 0 (local.get $d))))"
			    "(func (param $n i32) (param $sum i64)"
			    " (loop $again"
			    "  (local.set $sum (i64.add (call $fork) (local.get $sum)))"
			    "  (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"),
		    &out, &m);
	assert_true(has_function(&m, "__lind_save.1I1F"));
	assert_true(has_function(&m, "__lind_save.1v"));
	/* The loop's: $sum is below the call's result, in a local, and is what the next turn reads. */
	assert_true(has_function(&m, "__lind_save.1i1I"));
	uint32_t savers = 0;
	for (uint32_t i = 0; i < m.function_count; i++)
		savers += m.function_names[i].size > 12 &&
			  memcmp(m.function_names[i].data, "__lind_save.", 12) == 0;
	assert_int_equal(savers, 3);
	module_free(&m);
	buffer_free(&out);
}

static void catches_keep_locals_live(void **state)
{
	(void)state;
	same_results(PROGRAM("(func $throw (param i32) (drop (call $fork))"
			     " (if (i32.and (local.get 0) (i32.const 1)) (then (throw $tag (local.get 0)))))"
			     "(func (export \"e0\") (param i32) (local $kept i64)"
			     " (local.set $kept (i64.extend_i32_u (local.get 0)))"
			     " (block $out (block $caught (result i32)"
			     "  (try_table (catch $tag $caught) (call $throw (local.get 0)))"
			     "  (br $out))"
			     "  (call $trace (i64.extend_i32_u))"
			     "  (call $trace (local.get $kept))))"),
		     0);
}

static void operands_may_wait(void **state)
{
	(void)state;
	same_results(PROGRAM("(func $two (param f32 f64) (result i64 i32) (call $fork) (i32.const 3))"
			     "(func (export \"e2\") (param i32) (result i64)"
			     " (i64.const 5) (f32.const 1) (f64.const 2) (call $two)"
			     " (i64.extend_i32_u) (call $checkpoint (local.get 0)) (i64.rotl)"
			     " (i64.sub) (call $fork) (i64.add) (i64.xor))"),
		     2);
}

/* Blocks with parameters; an if without else passes them on. */
static void blocks_may_have_parameters(void **state)
{
	(void)state;
	same_results(PROGRAM("(func (export \"e2\") (param i32) (result i64)"
			     " (i64.const 9) (i64.const 4)"
			     " (block (param i64) (result i64) (call $fork) (i64.add))"
			     " (if (param i64) (result i64) (i32.and (local.get 0) (i32.const 1))"
			     "  (then (i64.mul (call $fork))))"
			     " (if (param i64 i64) (result i64) (i32.and (local.get 0) (i32.const 2))"
			     "  (then (i64.sub) (i64.add (call $fork)))"
			     "  (else (i64.xor))))"),
		     2);
}

static void casts_reach_further(void **state)
{
	(void)state;
	struct buffer in = assemble(PROGRAM("(type $v (func)) (table 1 funcref)"
					    "(func $thunk call $fork drop)"
					    "(func $caller (call_indirect (type $v) (i32.const 0)))"));
	for (int cast = 0; cast < 2; cast++) {
		struct problems p = {.file = "case"};
		struct module m;
		assert_true(module_read(&m, (struct span){in.data, in.size, 0}));
		m.cast_functions = ARENA_NEW(&m.arena, uint32_t, m.type_count);
		m.cast_type_count = m.type_count;
		for (uint32_t i = 0; i < m.type_count && cast; i++)
			if (functype_is(&m.types[i], "", ""))
				m.cast_functions[i] = 3;
		pass_fork(&m, &p);
		assert_int_equal(p.count, 0);
		assert_true(has_clone(&m, "thunk"));
		assert_int_equal(has_clone(&m, "caller"), cast);
		module_free(&m);
	}
	buffer_free(&in);
}

static void what_cannot_be_suspended_is_refused(void **state)
{
	(void)state;
	expect_refusal(
		PROGRAM("(func $f) (elem declare func $f) (func (local funcref) (local.set 0 (ref.func $f))"
			" (drop (call $fork)) (drop (ref.is_null (local.get 0))))"));
	expect_refusal(
		PROGRAM("(func $f) (elem declare func $f) (func (ref.func $f) (drop (call $fork)) (drop))"));
	expect_refusal(PROGRAM("(func $f (result i64) (call $fork)) (func (result i64) (return_call $f))"));
	expect_refusal(
		PROGRAM("(type $t (func (result i64))) (func $f (type $t) (call $fork)) (table 1 funcref)"
			"(elem (i32.const 0) $f)"
			"(func (result i64) (return_call_indirect (type $t) (i32.const 0)))"));
	expect_refusal(PROGRAM("(func (i64.const 1) (loop (param i64) (drop) (drop (call $fork))))"));
	expect_refusal(PROGRAM("(func $f (drop (call $fork))) (start $f)"));
}

/* A function with `count` locals that live across a call. */
static char *many_live(unsigned count)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	fputs("(module " IMPORTS "(func (param", f);
	for (unsigned i = 0; i < count; i++)
		fputs(" i32", f);
	fputs(") (drop (call $fork))", f);
	for (unsigned i = 0; i < count; i++)
		fprintf(f, "(drop (local.get %u))", i);
	fputs("))", f);
	fclose(f);
	return text;
}

/* One function with `sites` calls, or `functions` functions with one each. */
static char *many_calls(unsigned functions, unsigned sites)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	fputs("(module " IMPORTS, f);
	for (unsigned i = 0; i < functions; i++) {
		fputs("(func", f);
		for (unsigned k = 0; k < sites; k++)
			fputs(" call $fork drop", f);
		fputs(")", f);
	}
	fputs(")", f);
	fclose(f);
	return text;
}

static void expect_limit(char *within, char *beyond)
{
	struct buffer in = assemble(within), out = {0};
	assert_int_equal(transform(&in, &out, false), 0);
	buffer_free(&in);
	buffer_free(&out);
	expect_refusal(beyond);
	free(within);
	free(beyond);
}

static void limits_are_kept(void **state)
{
	(void)state;
	expect_limit(many_live(999), many_live(1000));
	expect_limit(many_calls(1, 65535), many_calls(1, 65536));
	expect_limit(many_calls(65535, 1), many_calls(65536, 1));
}

/* Calls __lind_resume with such a word at __lind_frames; true if that is a trap. */
static bool resuming_traps(uint32_t word)
{
	struct buffer in = assemble(PROGRAM("(func (export \"e0\") (param i32) (call $trace (call $fork)))")),
		      out = {0};
	assert_int_equal(transform(&in, &out, false), 0);
	wasm_engine_t *engine = host_engine_new();
	struct host h = {.engine = engine, .module = host_compile(engine, &out)};
	host_compile_clones(&h, &out);
	h.store = wasmtime_store_new(engine, NULL, NULL);
	h.context = wasmtime_store_context(h.store);
	host_instantiate(&h);
	memcpy(host_memory(&h) + 1000, &word, 4); /* the import's record is 0, behind it */
	host_set_i32(&h, "__lind_frames", 1000);
	wasmtime_extern_t function;
	wasmtime_val_raw_t value;
	wasm_trap_t *trap = NULL;
	assert_true(host_find(&h, "__lind_resume", &function));
	host_check_error(wasmtime_func_call_unchecked(h.context, &function.of.func, &value, 1, &trap));
	bool trapped = trap != NULL;
	if (trap)
		wasm_trap_delete(trap);
	wasmtime_store_delete(h.store);
	wasmtime_module_delete(h.module);
	host_free_clones(&h);
	wasm_engine_delete(engine);
	buffer_free(&in);
	buffer_free(&out);
	return trapped;
}

static void wrong_records_trap(void **state)
{
	(void)state;
	assert_false(resuming_traps(1 << 16));
	assert_true(resuming_traps(1 << 16 | 1)); /* no such site */
	assert_true(resuming_traps(2 << 16));     /* no such function */
	assert_true(resuming_traps(UINT32_MAX));
	assert_true(resuming_traps(0)); /* the import's clone is of another type */
}

static void none_takes_the_imports_away(void **state)
{
	(void)state;
	struct buffer
		in = assemble(PROGRAM(
			"(table 2 funcref) (elem (i32.const 0) $fork $last) (type $t (func (result i64)))"
			"(func $first (export \"e2\") (param i32) (result i64)"
			" (call $trace (call $checkpoint (local.get 0)))"
			" (call $trace (call_indirect (type $t) (i32.const 1)))"
			" (i64.add (call $fork) (call_indirect (type $t) (i32.const 0))))"
			"(func $last (export \"last\") (result i64) (i64.const 77))")),
		out = {0};
	assert_int_equal(transform(&in, &out, true), 0);
	struct module m;
	assert_true(module_read(&m, (struct span){out.data, out.size, 0}));
	assert_int_equal(m.import_count, 1);
	assert_int_equal(m.imported_function_count, 1);
	assert_true(span_is(m.function_names[0], "trace"));
	assert_true(span_is(m.function_names[1], "first"));
	assert_null(module_export(&m, "__lind_unwinding"));
	module_free(&m);

	wasm_engine_t *engine = host_engine_new();
	struct host h = {.engine = engine, .module = host_compile(engine, &out), .none = true};
	h.store = wasmtime_store_new(engine, NULL, NULL);
	h.context = wasmtime_store_context(h.store);
	host_instantiate(&h);
	host_run_entry(&h, 2, 5);
	uint64_t expected = host_mix(host_mix(host_mix(0, 0), 77), (uint64_t)-76);
	assert_int_equal(h.trace, expected);
	wasmtime_store_delete(h.store);
	wasmtime_module_delete(h.module);
	wasm_engine_delete(engine);
	buffer_free(&in);
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_stay_as_they_are),
		cmocka_unit_test(only_callers_are_changed),
		cmocka_unit_test(just_live_locals_are_saved),
		cmocka_unit_test(catches_keep_locals_live),
		cmocka_unit_test(operands_may_wait),
		cmocka_unit_test(blocks_may_have_parameters),
		cmocka_unit_test(casts_reach_further),
		cmocka_unit_test(what_cannot_be_suspended_is_refused),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(wrong_records_trap),
		cmocka_unit_test(none_takes_the_imports_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
