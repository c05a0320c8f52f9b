/* The passes: what they change, and each thing that they refuse. */
#include "lind_opt_sample.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lind-opt/file.h"

static unsigned run(const struct sample *s, struct buffer *out)
{
	struct buffer sample = sample_build(s);
	struct problems p = {.file = "sample", .all = true};
	struct module m;
	assert_true(module_read(&m, (struct span){sample.data, sample.size, 0}));
	pass_imports(&m, &p);
	pass_exports(&m, &p);
	pass_unshare(&m, &p);
	pass_globals(&m);
	if (out && !p.count)
		module_write(&m, out);
	module_free(&m);
	buffer_free(&sample);
	return p.count;
}

static unsigned verify(const struct buffer *b)
{
	struct problems p = {.file = "result", .all = true};
	struct module m;
	assert_true(module_read(&m, (struct span){b->data, b->size, 0}));
	pass_imports(&m, &p);
	pass_exports(&m, &p);
	verify_stamp(&m, &p);
	verify_code(&m, &p);
	module_free(&m);
	return p.count;
}

static void variables_are_exported(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	struct module m;
	assert_true(module_read(&m, (struct span){sample.data, sample.size, 0}));
	/* The stack pointer has a name, a reference cannot be copied, constants need not be. */
	pass_globals(&m);
	assert_null(module_export(&m, "__lind_global_0"));
	assert_null(module_export(&m, "__lind_global_6"));
	m.globals[2].is_mutable = m.globals[6].is_mutable = true;
	uint32_t before = m.export_count;
	m.exports[before - 1].kind = EXTERNAL_GLOBAL;
	m.exports[before - 1].index = 5;
	m.globals[5].is_mutable = true;
	m.globals[2].imported = true;
	pass_globals(&m);
	assert_int_equal(m.export_count, before + 1);
	assert_int_equal(module_export(&m, "__lind_global_6")->index, 6);
	assert_int_equal(module_export(&m, "__lind_global_6")->kind, EXTERNAL_GLOBAL);
	module_free(&m);
	buffer_free(&sample);
}

static void program_is_stamped(void **state)
{
	(void)state;
	struct buffer out = {0};
	assert_int_equal(run(&(struct sample){0}, &out), 0);
	assert_int_equal(verify(&out), 0);
	struct module m;
	assert_true(module_read(&m, (struct span){out.data, out.size, 0}));
	assert_false(m.memories[0].limits.shared);
	assert_int_equal(m.memories[0].limits.minimum, 65536);
	assert_int_equal(m.memories[0].limits.maximum, 65536);
	struct lind_abi_section abi;
	assert_true(abi_section_read(module_custom(&m, LIND_ABI_SECTION)->content, &abi));
	assert_int_equal(abi.version, LIND_ABI_VERSION);
	assert_int_equal(abi.initial_memory, 3 * 65536);
	assert_int_equal(abi.stack_pointer, 65536);
	assert_int_equal(abi.heap_base, 131072);
	assert_int_equal(abi.attach_size, SAMPLE_ATTACH_SIZE + 8 + 4 + 64);
	assert_int_equal(abi.flags, 0);
	assert_null(module_export(&m, "__heap_base"));
	assert_null(module_export(&m, "__tls_align"));
	assert_non_null(module_export(&m, "own tag"));
	module_free(&m);
	buffer_free(&out);
}

static void attach_size_may_be_a_value(void **state)
{
	(void)state;
	struct buffer out = {0};
	assert_int_equal(run(&(struct sample){.attach_value = 5000}, &out), 0);
	struct module m;
	struct lind_abi_section abi;
	assert_true(module_read(&m, (struct span){out.data, out.size, 0}));
	assert_true(abi_section_read(module_custom(&m, LIND_ABI_SECTION)->content, &abi));
	assert_int_equal(abi.attach_size, 5000 + 8 + 4 + 64);
	module_free(&m);
	buffer_free(&out);
}

static void foreign_imports_are_refused(void **state)
{
	(void)state;
	assert_int_equal(run(&(struct sample){.import_module = "env"}, NULL), 1);
	assert_int_equal(run(&(struct sample){.import_name = "missing_function"}, NULL), 1);
	/* Offered, but of another type. */
	assert_int_equal(run(&(struct sample){.import_name = "fork"}, NULL), 1);
	assert_int_equal(run(&(struct sample){.import_name = "threei_call"}, NULL), 1);
}

static void each_missing_export_is_told(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		struct sample s = {0};
		s.export_names[i] = "something else";
		/* Sizes of TLS may be absent; without the stack pointer, both the export and its value are.
		 */
		unsigned expected = i >= 8 ? 0 : i == 2 ? 2 : 1;
		assert_int_equal(run(&s, NULL), expected);
	}
	/* _start without its parameter, and two exports of each other's kind. */
	assert_int_equal(run(&(struct sample){.start_type = 5}, NULL), 1);
	struct sample swapped = {0};
	swapped.export_names[0] = "__indirect_function_table";
	swapped.export_names[1] = "memory";
	assert_int_equal(run(&swapped, NULL), 2);
}

static void other_memories_are_refused(void **state)
{
	(void)state;
	assert_int_equal(run(&(struct sample){.memory_flags = 1}, NULL), 1);
	assert_int_equal(run(&(struct sample){.memory_pages = 65536}, NULL), 1);
	assert_int_equal(run(&(struct sample){.memory_pages = 65535}, NULL), 0);
	assert_int_equal(run(&(struct sample){.memory_pages = 1}, NULL),
			 1); /* the heap would begin outside */
	assert_int_equal(run(&(struct sample){.data_flags = 1}, NULL), 1);
	assert_int_equal(run(&(struct sample){.custom = LIND_ABI_SECTION}, NULL), 1);
	assert_int_equal(run(&(struct sample){.attach_value = UINT32_MAX - 10}, NULL), 1);
}

static void unstamped_is_told(void **state)
{
	(void)state;
	struct buffer sample = sample_build(&(struct sample){0});
	assert_int_equal(verify(&sample), 2); /* no section, and the memory */
	buffer_free(&sample);
	sample = sample_build(&(struct sample){.custom = LIND_ABI_SECTION});
	assert_int_equal(verify(&sample), 2);
	buffer_free(&sample);
}

static void compacting_spares_debug_information(void **state)
{
	(void)state;
	struct buffer plain = sample_build(&(struct sample){0});
	for (int debug = 0; debug < 2; debug++) {
		struct buffer sample = sample_build(&(struct sample){.padded = true,
								     .custom = debug ? ".debug_info" : NULL}),
			      out = {0};
		struct problems p = {.file = "sample"};
		struct module m;
		assert_true(module_read(&m, (struct span){sample.data, sample.size, 0}));
		pass_compact(&m, &p);
		module_write(&m, &out);
		assert_int_equal(p.count, 0);
		assert_int_equal(out.size, debug ? sample.size : plain.size);
		module_free(&m);
		buffer_free(&sample);
		buffer_free(&out);
	}
	buffer_free(&plain);
}

static void files_appear_whole(void **state)
{
	(void)state;
	struct buffer content = {0};
	put_bytes(&content, "content", 7);
	struct stat st;
	umask(027);
	assert_int_equal(file_replace("made", &content), 0);
	assert_int_equal(stat("made", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(st.st_size, 7);
	assert_int_equal(file_replace("made", &content), 0);
	assert_int_equal(file_replace("none/made", &content), -ENOENT);
	assert_int_equal(file_replace(".", &content), -EISDIR);
	assert_int_equal(file_replace("/dev/null", &content), 0);
	assert_int_equal(file_replace("/dev/full", &content), -ENOSPC);
	struct span file;
	assert_int_equal(file_map("made", &file), 0);
	assert_true(span_is(file, "content"));
	file_unmap(file);
	assert_int_equal(file_map("none", &file), -ENOENT);
	assert_int_equal(file_map(".", &file), -EISDIR);
	assert_int_equal(file_map("/dev/null", &file), -EINVAL);
	unlink("made");
	buffer_free(&content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_is_stamped),
		cmocka_unit_test(variables_are_exported),
		cmocka_unit_test(attach_size_may_be_a_value),
		cmocka_unit_test(foreign_imports_are_refused),
		cmocka_unit_test(each_missing_export_is_told),
		cmocka_unit_test(other_memories_are_refused),
		cmocka_unit_test(unstamped_is_told),
		cmocka_unit_test(compacting_spares_debug_information),
		cmocka_unit_test(files_appear_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
