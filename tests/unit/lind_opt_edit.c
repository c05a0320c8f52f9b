/* What passes add to a module: types, functions, and their names. */
#include "lind_opt_sample.h"

static struct span text(const char *name)
{
	return (struct span){(const uint8_t *)name, strlen(name), 0};
}

/* A function that does nothing. */
static struct body *empty_body(struct module *m)
{
	struct body *body = ARENA_NEW(&m->arena, struct body, 1);
	body->code.count = 1;
	body->code.instrs = ARENA_NEW(&m->arena, struct instr, 1);
	body->code.instrs[0].op = OP_END;
	return body;
}

static void types_are_added_once(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	struct module m;
	assert_true(module_read(&m, (struct span){sample.data, sample.size, 0}));
	uint32_t count = m.type_count;
	struct valtype values[] = {{TYPE_I32, 0}, {TYPE_REF, 1}};
	struct functype known = {.parameter_count = 1, .parameters = values};
	struct functype fresh = {.parameter_count = 2, .parameters = values};
	assert_int_equal(module_add_type(&m, known), 0);
	assert_int_equal(module_add_type(&m, fresh), count);
	values[1].heap = 2;
	assert_int_equal(module_add_type(&m, fresh), count + 1);
	values[1].heap = 1; /* it is a copy that was added */
	assert_int_equal(module_add_type(&m, fresh), count);
	assert_int_equal(m.type_count, count + 2);
	module_free(&m);
	buffer_free(&sample);
}

static void added_functions_are_written_with_their_names(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0}), out = {0};
	struct module m;
	assert_true(module_read(&m, (struct span){sample.data, sample.size, 0}));
	for (unsigned i = 0; i < 200; i++) {
		struct span name = i == 150 ? text("added") : (struct span){0};
		assert_int_equal(module_add_function(&m, 5, empty_body(&m), name), SAMPLE_FUNCTIONS + i);
	}
	module_write(&m, &out);
	module_free(&m);

	assert_true(module_read(&m, (struct span){out.data, out.size, 0}));
	assert_int_equal(m.function_count, SAMPLE_FUNCTIONS + 200);
	assert_int_equal(m.functions[SAMPLE_FUNCTIONS + 199].type, 5);
	assert_non_null(function_decode(&m, &m.functions[SAMPLE_FUNCTIONS + 199]));
	assert_true(span_is(m.function_names[3], "one"));
	assert_true(span_is(m.function_names[SAMPLE_FUNCTIONS + 150], "added"));
	assert_int_equal(m.function_names[SAMPLE_FUNCTIONS + 149].size, 0);
	module_free(&m);
	buffer_free(&sample);
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_added_once),
		cmocka_unit_test(added_functions_are_written_with_their_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
