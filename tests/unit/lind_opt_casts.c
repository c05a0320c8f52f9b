/* Casts of function pointers: where values lie, and what becomes of calls. */
#include "lind_opt_sample.h"

#include <stdio.h>

#include "lind-opt/casts.h"

static uint32_t add_type(struct module *m, const char *parameters, const char *results)
{
	static const uint8_t codes[128] = {
		['i'] = TYPE_I32, ['I'] = TYPE_I64, ['f'] = TYPE_F32, ['F'] = TYPE_F64, ['v'] = TYPE_V128,
	};
	struct valtype values[80] = {{0}}, result[4] = {{0}};
	uint32_t count = (uint32_t)strlen(parameters), result_count = (uint32_t)strlen(results);
	for (uint32_t i = 0; i < count; i++)
		values[i].code = codes[parameters[i] & 0x7f];
	for (uint32_t i = 0; i < result_count; i++)
		result[i].code = codes[results[i] & 0x7f];
	return module_add_type(m, (struct functype){count, result_count, values, result});
}

static void values_lie_in_places(void **state)
{
	(void)state;
	static const struct {
		uint8_t type;
		enum place_kind kind;
		uint32_t number;
	} expected[] = {
		{TYPE_I32, PLACE_INTEGER, 0}, {TYPE_F64, PLACE_FLOAT, 0},   {TYPE_I64, PLACE_INTEGER, 1},
		{TYPE_I32, PLACE_INTEGER, 2}, {TYPE_F32, PLACE_FLOAT, 1},   {TYPE_I32, PLACE_INTEGER, 3},
		{TYPE_I32, PLACE_INTEGER, 4}, {TYPE_I32, PLACE_INTEGER, 5}, {TYPE_I32, PLACE_STACK, 0},
		{TYPE_F64, PLACE_FLOAT, 2},   {TYPE_I64, PLACE_STACK, 1},   {TYPE_F64, PLACE_FLOAT, 3},
		{TYPE_F64, PLACE_FLOAT, 4},   {TYPE_F64, PLACE_FLOAT, 5},   {TYPE_F64, PLACE_FLOAT, 6},
		{TYPE_F64, PLACE_FLOAT, 7},   {TYPE_F32, PLACE_STACK, 2},
	};
	struct places places = {0};
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		enum place_kind kind;
		assert_int_equal(place_next(&places, expected[i].type, &kind), expected[i].number);
		assert_int_equal(kind, expected[i].kind);
	}
}

static void only_numbers_are_cast(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	struct module m;
	assert_true(module_read(&m, (struct span){sample.data, sample.size, 0}));
	static const char many[] = "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii";
	static const struct {
		const char *parameters, *results;
		bool possible;
	} cases[] = {
		{"", "", true},   {"iIfF", "F", true},   {"", "ii", false},  {"v", "", false},
		{"", "v", false}, {many + 1, "i", true}, {many, "i", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint32_t type = add_type(&m, cases[i].parameters, cases[i].results);
		assert_int_equal(cast_possible(&m.types[type]), cases[i].possible);
	}
	module_free(&m);
	buffer_free(&sample);
}

/* A module whose function 0, of type `caller`, makes one call through the table, which has the others. */
static void build(struct module *m, const char *caller, const char *const callees[], uint32_t count)
{
	*m = (struct module){0};
	struct emitter e = {.arena = &m->arena};
	m->tables = ARENA_NEW(&m->arena, struct table, 1);
	m->tables[0].type.code = TYPE_FUNCREF;
	m->table_count = 1;
	m->exports = ARENA_NEW(&m->arena, struct export, 1);
	m->exports[0] =
		(struct export){{(const uint8_t *)"__indirect_function_table", 25, 0}, EXTERNAL_TABLE, 0};
	m->export_count = 1;
	m->elements = ARENA_NEW(&m->arena, struct element, 1);
	m->elements[0] = (struct element){.count = count, .functions = ARENA_NEW(&m->arena, uint32_t, count)};
	m->element_count = 1;
	for (uint32_t i = 0; i <= count; i++) {
		const char *text = i ? callees[i - 1] : caller;
		char parameters[80];
		snprintf(parameters, sizeof(parameters), "%.*s", (int)strcspn(text, "-"), text);
		uint32_t type = add_type(m, parameters, strchr(text, '-') + 1);
		struct body *body = ARENA_NEW(&m->arena, struct body, 1);
		if (i == 0) {
			for (uint32_t k = 0; parameters[k]; k++)
				emit_index(&e, OP_LOCAL_GET, k);
			emit_zero(&e, TYPE_I32);
			emit_pair(&e, OP_CALL_INDIRECT, type, 0);
		} else {
			emit_op(&e, OP_UNREACHABLE);
			m->elements[0].functions[i - 1] = i;
		}
		emit_op(&e, OP_END);
		body->code = emit_finish(&e);
		module_add_function(m, type, body, (struct span){0});
	}
}

static uint32_t count_op(const struct module *m, uint32_t function, uint16_t op)
{
	const struct code *code = &m->functions[function].body->code;
	uint32_t count = 0;
	for (uint32_t i = 0; i < code->count; i++)
		count += code->instrs[i].op == op;
	return count;
}

static void calls_lead_to_casts(void **state)
{
	(void)state;
	struct problems p = {0};
	struct module m;
	build(&m, "ii-i", (const char *const[]){"ii-i", "i-", "iiI-I", "F-F", "v-"}, 5);
	pass_casts_prepare(&m, &p);
	assert_int_equal(m.cast_type_count, 5);
	uint32_t cast = m.cast_functions[0];
	assert_int_equal(cast, m.function_count - 1);
	assert_true(functype_is(&m.types[m.functions[cast].type], "iii", "i"));
	assert_int_equal(count_op(&m, cast, OP_CALL), 1);
	/* Before the second pass, calls are what they were. */
	assert_int_equal(count_op(&m, 0, OP_CALL_INDIRECT), 1);
	/* The dispatcher takes three integers, one float and the pointer, and knows the four types of
	 * numbers. */
	assert_true(functype_is(&m.types[m.functions[cast - 1].type], "IIIFi", "I"));
	assert_int_equal(count_op(&m, cast - 1, OP_CALL_INDIRECT), 4);
	assert_int_equal(count_op(&m, cast - 1, OP_REF_TEST), 3);

	pass_casts_finish(&m, &p);
	assert_int_equal(m.cast_calls, 1);
	assert_int_equal(count_op(&m, 0, OP_CALL_INDIRECT), 0);
	assert_int_equal(count_op(&m, 0, OP_CALL_REF), 1);
	assert_int_equal(count_op(&m, 0, OP_CALL), 1);
	assert_int_equal(m.functions[0].body->run_count, 1);
	assert_int_equal(count_op(&m, cast - 1, OP_CALL_INDIRECT), 4);
	assert_int_equal(p.count, 0);
	module_free(&m);
}

/* Nothing is changed where no cast can be: no function of another type, or none that a cast could reach. */
static void other_calls_are_left_alone(void **state)
{
	(void)state;
	static const char *const alone[] = {"ii-i", "ii-i"}, *const vectors[] = {"v-", "-v", "i-ii"};
	static const struct {
		const char *caller;
		const char *const *callees;
		uint32_t count;
	} cases[] = {{"ii-i", alone, 2}, {"ii-i", vectors, 3}, {"v-i", alone, 2}, {"ii-i", NULL, 0}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct problems p = {0};
		struct module m;
		build(&m, cases[i].caller, cases[i].callees, cases[i].count);
		uint32_t count = m.function_count;
		pass_casts_prepare(&m, &p);
		pass_casts_finish(&m, &p);
		assert_int_equal(m.function_count, count);
		assert_int_equal(m.cast_calls, 0);
		assert_int_equal(count_op(&m, 0, OP_CALL_INDIRECT), 1);
		module_free(&m);
	}
}

static struct span text(const char *name)
{
	return (struct span){(const uint8_t *)name, strlen(name), 0};
}

static void stubs_become_adapters(void **state)
{
	(void)state;
	struct problems p = {0};
	struct module m;
	build(&m, "-", (const char *const[]){"i-I", "IiF-i", "-", "-", "-", "-"}, 6);
	static const char *const names[] = {
		"caller", "signature_mismatch:real", "real", "signature_mismatch:two", "two",
		"two",    ".Lgone_bitcast_invalid"};
	for (uint32_t i = 0; i < 7; i++)
		m.function_names[i] = text(names[i]);
	pass_casts_prepare(&m, &p);
	assert_int_equal(m.cast_stubs, 1);
	assert_int_equal(count_op(&m, 1, OP_CALL), 1);
	assert_int_equal(count_op(&m, 1, OP_UNREACHABLE), 0);
	assert_true(m.functions[1].edited);
	/* Two functions of a name, and a name that is not there. */
	assert_int_equal(m.cast_missing_count, 2);
	assert_true(span_is(m.cast_missing[0], "two"));
	assert_true(span_is(m.cast_missing[1], "gone"));
	assert_int_equal(count_op(&m, 3, OP_UNREACHABLE), 1);
	assert_int_equal(p.count, 0);
	module_free(&m);

	/* An export tells them apart, and goes. */
	build(&m, "-", (const char *const[]){"i-I", "-", "-"}, 3);
	for (uint32_t i = 0; i < 3; i++)
		m.function_names[i + 1] = text(names[i + 3]);
	struct export exports[] = {m.exports[0], {text("two"), EXTERNAL_FUNCTION, 3}};
	m.exports = exports;
	m.export_count = 2;
	pass_casts_prepare(&m, &p);
	assert_int_equal(m.cast_stubs, 1);
	assert_int_equal(m.functions[1].body->code.instrs[0].index, 3);
	assert_int_equal(m.export_count, 1);
	module_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_lie_in_places),  cmocka_unit_test(only_numbers_are_cast),
		cmocka_unit_test(calls_lead_to_casts),   cmocka_unit_test(other_calls_are_left_alone),
		cmocka_unit_test(stubs_become_adapters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
