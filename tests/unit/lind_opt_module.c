/* Reading and writing of modules: nothing changes on the way through, and nothing malformed does harm. */
#include "lind_opt_sample.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>

#include "lind-opt/file.h"
#include "lind-opt/limits.h"

static void decode_all(struct module *m)
{
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++)
		function_decode(m, &m->functions[i]);
}

static void edit_all(struct module *m)
{
	decode_all(m);
	assert_false(m->fault.found);
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++)
		m->functions[i].edited = true;
}

static void assert_same(const struct buffer *a, const uint8_t *bytes, size_t size)
{
	assert_int_equal(a->size, size);
	assert_memory_equal(a->data, bytes, size);
}

/* Takes bytes through the tool as far as they go. */
static bool survives(const uint8_t *bytes, size_t size)
{
	struct span copy = sample_copy(bytes, size);
	struct module m;
	bool good = module_read(&m, copy);
	if (good) {
		decode_all(&m);
		good = !m.fault.found;
	}
	if (good) {
		struct buffer out = {0};
		edit_all(&m);
		module_write(&m, &out);
		buffer_free(&out);
	}
	module_free(&m);
	sample_free(copy);
	return good;
}

static void everything_comes_back(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	struct span file = {sample.data, sample.size, 0};
	struct module m;
	assert_true(module_read(&m, file));
	assert_int_equal(m.function_count, SAMPLE_FUNCTIONS);
	assert_true(span_is(m.function_names[3], "one"));
	struct buffer out = {0};
	module_write(&m, &out);
	assert_same(&out, sample.data, sample.size);
	out.size = 0;
	edit_all(&m);
	module_write(&m, &out);
	assert_same(&out, sample.data, sample.size);
	module_free(&m);
	buffer_free(&out);
	buffer_free(&sample);
}

static void hints_follow_their_branch(void **state)
{
	(void)state;
	struct buffer padded = sample_build(&(struct sample){.padded = true}),
		      plain = sample_build(&(struct sample){0});
	struct module m;
	assert_true(module_read(&m, (struct span){padded.data, padded.size, 0}));
	struct function *f = &m.functions[SAMPLE_ALL];
	assert_int_equal(f->hint_count, 1);
	uint32_t before = f->hints[0].offset, hinted = 0;
	struct body *body = function_decode(&m, f);
	assert_non_null(body);
	for (uint32_t i = 0; i < body->code.count; i++)
		if (body->code.instrs[i].hint) {
			assert_int_equal(body->code.instrs[i].hint, HINT_UNLIKELY);
			assert_int_equal(body->code.instrs[i].offset, before);
			hinted++;
		}
	assert_int_equal(hinted, 1);
	struct buffer out = {0};
	module_write(&m, &out);
	assert_same(&out, padded.data, padded.size);
	out.size = 0;
	edit_all(&m);
	module_write(&m, &out);
	assert_same(&out, plain.data, plain.size);
	module_free(&m);
	buffer_free(&out);
	buffer_free(&padded);
	buffer_free(&plain);
}

static void cut_anywhere_is_refused(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	unsigned good = 0;
	for (size_t size = 0; size < sample.size; size++)
		good += survives(sample.data, size);
	/* What ends between two sections may be whole in itself: the header alone, and before there are
	 * functions or after all. */
	assert_in_range(good, 1, 8);
	buffer_free(&sample);
}

static void changed_bytes_do_no_harm(void **state)
{
	(void)state;
	static const uint8_t values[] = {0x00, 0x0b, 0x7f, 0xfc, 0xff};
	struct buffer sample = sample_build(&(struct sample){0});
	for (size_t at = 0; at < sample.size; at++) {
		uint8_t old = sample.data[at];
		for (size_t i = 0; i < sizeof(values); i++) {
			sample.data[at] = values[i];
			survives(sample.data, sample.size);
		}
		for (unsigned bit = 0; bit < 8; bit += 3) {
			sample.data[at] = (uint8_t)(old ^ 1u << bit);
			survives(sample.data, sample.size);
		}
		sample.data[at] = old;
	}
	buffer_free(&sample);
}

static uint32_t random_state = 1;

static uint32_t random_number(uint32_t below)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % below;
}

static void many_changes_do_no_harm(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	for (int round = 0; round < 2000; round++) {
		struct span copy = sample_copy(sample.data, sample.size);
		uint8_t *bytes = (uint8_t *)(uintptr_t)copy.data;
		for (uint32_t n = random_number(6) + 1; n > 0; n--)
			bytes[random_number((uint32_t)sample.size)] = (uint8_t)random_number(256);
		survives(bytes, sample.size);
		sample_free(copy);
	}
	buffer_free(&sample);
}

/* A module of one function whose body is given. */
static struct buffer one_function(const struct buffer *body)
{
	struct buffer out = {0}, c = {0};
	put_bytes(&out, "\0asm\1\0\0", 8);
	SAMPLE_BYTES(&c, 1, 0x60, 0, 0);
	sample_section(&out, SECTION_TYPE, &c);
	SAMPLE_BYTES(&c, 1, 0);
	sample_section(&out, SECTION_FUNCTION, &c);
	put_byte(&c, 1);
	put_size(&c, body->size);
	put_bytes(&c, body->data, body->size);
	sample_section(&out, SECTION_CODE, &c);
	return out;
}

static bool nested_survives(unsigned depth)
{
	struct buffer body = {0};
	put_byte(&body, 0);
	for (unsigned i = 0; i < depth; i++)
		SAMPLE_BYTES(&body, OP_BLOCK, 0x40);
	for (unsigned i = 0; i < depth + 1; i++)
		put_byte(&body, OP_END);
	struct buffer out = one_function(&body);
	bool good = survives(out.data, out.size);
	buffer_free(&body);
	buffer_free(&out);
	return good;
}

static void nesting_has_a_limit(void **state)
{
	(void)state;
	/* The function itself is one of the blocks. */
	assert_true(nested_survives(LIMIT_NESTING - 1));
	assert_false(nested_survives(LIMIT_NESTING));
}

static bool locals_survive(uint32_t count, uint32_t more)
{
	struct buffer body = {0};
	put_byte(&body, 2);
	put_u32(&body, count);
	put_byte(&body, TYPE_I32);
	put_u32(&body, more);
	SAMPLE_BYTES(&body, TYPE_V128, OP_END);
	struct buffer out = one_function(&body);
	bool good = survives(out.data, out.size);
	buffer_free(&body);
	buffer_free(&out);
	return good;
}

static void locals_have_a_limit(void **state)
{
	(void)state;
	assert_true(locals_survive(LIMIT_LOCALS - 1, 1));
	assert_false(locals_survive(LIMIT_LOCALS, 1));
	assert_false(locals_survive(UINT32_MAX, UINT32_MAX));
}

static void misplaced_ends_are_refused(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[8];
		size_t size;
		bool good;
	} bodies[] = {
		{{0, OP_END}, 2, true},
		{{0}, 1, false},
		{{0, OP_END, OP_END}, 3, false},
		{{0, OP_ELSE, OP_END}, 3, false},
		{{0, OP_BLOCK, 0x40, OP_ELSE, OP_END, OP_END}, 6, false},
		{{0, OP_IF, 0x40, OP_ELSE, OP_END, OP_END}, 6, true},
		{{0, OP_IF, 0x40, OP_ELSE, OP_ELSE, OP_END, OP_END}, 7, false},
		{{0, 0x0c, 0, OP_END}, 4, true},
		{{0, 0x0c, 1, OP_END}, 4, false},
		{{0, 0x06, 0x40, OP_END, OP_END}, 5, false}, /* legacy try */
		{{0, 0xfb, 0, OP_END}, 4, false},
		{{0, 0xff, 0, OP_END}, 4, false},
		{{0, 0xfd, 0x9a, 1, OP_END}, 5, false},
		{{0, 0xfd, 0x94, 2, OP_END}, 5, false},
		{{0, 0xfc, 18, OP_END}, 4, false},
	};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		struct buffer body = {0};
		put_bytes(&body, bodies[i].bytes, bodies[i].size);
		struct buffer out = one_function(&body);
		assert_int_equal(survives(out.data, out.size), bodies[i].good);
		buffer_free(&body);
		buffer_free(&out);
	}
}

/* Programs that the build has made: written as they were read, and with all code decoded and encoded again.
 */
static void programs_come_back(void **state)
{
	(void)state;
	const char *build = getenv("BUILD");
	char pattern[4096];
	glob_t found;
	struct buffer out = {0}, again = {0};
	snprintf(pattern, sizeof(pattern), "%s/lib/lind/root/usr/bin/*", build ? build : "build");
	if (glob(pattern, 0, NULL, &found) != 0)
		skip();
	unsigned read = 0;
	for (size_t i = 0; i < found.gl_pathc && read < 10; i++) {
		struct span file;
		struct module m, n;
		if (file_map(found.gl_pathv[i], &file) != 0)
			continue;
		if (module_read(&m, file)) {
			read++;
			out.size = again.size = 0;
			module_write(&m, &out);
			assert_same(&out, file.data, file.size);
			edit_all(&m);
			out.size = 0;
			module_write(&m, &out);
			assert_true(out.size <= file.size);
			assert_true(module_read(&n, (struct span){out.data, out.size, 0}));
			edit_all(&n);
			module_write(&n, &again);
			assert_same(&again, out.data, out.size);
			for (uint32_t k = m.imported_function_count; k < m.function_count; k++)
				assert_int_equal(m.functions[k].body->code.count,
						 n.functions[k].body->code.count);
			module_free(&n);
		}
		module_free(&m);
		file_unmap(file);
	}
	globfree(&found);
	buffer_free(&out);
	buffer_free(&again);
	print_message("%u programs\n", read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_back),   cmocka_unit_test(hints_follow_their_branch),
		cmocka_unit_test(cut_anywhere_is_refused), cmocka_unit_test(changed_bytes_do_no_harm),
		cmocka_unit_test(many_changes_do_no_harm), cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(locals_have_a_limit),     cmocka_unit_test(misplaced_ends_are_refused),
		cmocka_unit_test(programs_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
