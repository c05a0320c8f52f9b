/* What is a program for Lind and what is not, and how modules are shared. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "engine_guest.h"

#define TABLE "(table (export \"__indirect_function_table\") 4 funcref)\n"
static const char good[] = GUEST_MODULE("(func $nothing)", "$nothing");

static void a_program_loads(void **state)
{
	(void)state;
	struct engine_module *module = guest_module(good);
	const struct engine_layout *layout = engine_module_layout(module);
	assert_int_equal(layout->initial_memory, 128 << 10);
	assert_int_equal(layout->stack_pointer, 64 << 10);
	assert_int_equal(layout->heap_base, 128 << 10);
	assert_int_equal(layout->attach_size, 4096);
	engine_module_unref(module);
	engine_module_unref(NULL);
}

static void refusals_say_why(void **state)
{
	(void)state;
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"(module)", "not a program for Lind (it has no section lind.abi): build it with lind-clang"},
		{"(module " GUEST_SECTION("\\01") ")",
		 "built for version 1 of the guest interface, this lind has version 3: build it again"},
		{"(module (@custom \"lind.abi\" \"\\01\\00\\00\"))",
		 "corrupt: section lind.abi has 3 bytes instead of 24"},
		{"(module " GUEST_SECTION("\\02") GUEST_SECTION("\\02") ")",
		 "corrupt: two sections lind.abi"},
		{"(module " GUEST_EXPORTS GUEST_START GUEST_SECTION("\\02") ")",
		 "not a valid program: Invalid input WebAssembly code at offset 88: unknown table 0"},
		{"(module " GUEST_EXPORTS GUEST_SECTION("\\02") ")",
		 "does not export __indirect_function_table"},
		{"(module " GUEST_EXPORTS TABLE GUEST_SECTION("\\02") ")", "does not export _start"},
		{"(module " GUEST_EXPORTS TABLE "(func (export \"_start\"))" GUEST_SECTION("\\02") ")",
		 "exports _start with another type than a Lind program's"},
		{"(module " GUEST_EXPORTS TABLE
		 "(func (export \"_start\") (param v128))" GUEST_SECTION("\\02") ")",
		 "exports _start with another type than a Lind program's"},
		{"(module (memory (export \"memory\") 65536 65536 shared)" TABLE GUEST_SECTION("\\02") ")",
		 "exports memory with another type than a Lind program's"},
		{"(module (memory (export \"memory\") 1 2)" TABLE GUEST_SECTION("\\02") ")",
		 "exports memory with another type than a Lind program's"},
		{"(module (import \"env\" \"puts\" (func (param i32)))" GUEST_SECTION("\\02") ")",
		 "imports env.puts, which Lind does not offer"},
		{"(module (import \"lind\" \"\\1b[2Jx\" (func (param v128) (result "
		 "externref)))" GUEST_SECTION("\\02") ")",
		 "imports lind.?[2Jx, which Lind does not offer"},
		{"(module (import \"lind\" \"syscall\" (func (param v128)))" GUEST_SECTION("\\02") ")",
		 "imports lind.syscall with another type than it has"},
		{"(module (import \"lind\" \"memory\" (memory 65536 65536))" GUEST_SECTION("\\02") ")",
		 "imports lind.memory, which Lind does not offer"},
		{"(module (import \"lind\" \"t\" (tag))" GUEST_SECTION("\\02") ")",
		 "imports lind.t, which Lind does not offer"},
		{"(module (memory (export \"memory\") 65536 65536) (data (i32.const 0) "
		 "\"active\")" GUEST_SECTION("\\02") ")",
		 "corrupt, or has active data segments: link it with lind-clang"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *reason = guest_refusal(cases[i].text);
		if (strncmp(reason, cases[i].reason, strlen(cases[i].reason)) != 0)
			fail_msg("expected \"%s\", got \"%s\"", cases[i].reason, reason);
	}
}

/* More than one memory, garbage-collected types, memories of 64 bits: nothing of these is Lind's. */
static void what_is_not_offered_is_invalid(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"(module (memory 1) (memory 1) " GUEST_SECTION("\\02") ")",
		"(module (type (struct (field i32))) " GUEST_SECTION("\\02") ")",
		"(module (memory i64 1) " GUEST_SECTION("\\02") ")",
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_memory_equal(guest_refusal(cases[i]), "not a valid program: ", 21);
}

static int load(const uint8_t *bytes, size_t length, char error[256])
{
	struct engine_module *module = NULL;
	int status = engine_module_load(bytes, length, "x", &module, error, 256);
	engine_module_unref(module);
	return status;
}

static void bytes_that_are_no_module(void **state)
{
	(void)state;
	char error[256];
	assert_int_equal(load((const uint8_t *)"", 0, error), -ENOEXEC);
	assert_string_equal(error, "x: not a WebAssembly module");
	assert_int_equal(load((const uint8_t *)"#!/bin/sh\n", 10, error), -ENOEXEC);
	assert_string_equal(error, "x: not a WebAssembly module");
	assert_int_equal(load((const uint8_t *)"\0asm\1\0", 6, error), -ENOEXEC);
	assert_string_equal(error, "x: truncated: it ends inside the header");
	assert_int_equal(load((const uint8_t *)"\0asm\r\0\1\0", 8, error), -ENOEXEC);
	assert_string_equal(error, "x: not a WebAssembly module of version 1");
	assert_int_equal(load((const uint8_t *)"\0asm\1\0\0\0\1\200\200\200\200\200\1", 15, error), -ENOEXEC);
	assert_string_equal(error, "x: truncated or corrupt: the section at byte 8 goes past the end");
	assert_int_equal(load((const uint8_t *)"\0asm\1\0\0\0\0\2\5x", 12, error), -ENOEXEC);
	assert_string_equal(error, "x: corrupt: the name of the section at byte 8");
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	char error[256];
	wasm_byte_vec_t bytes = guest_assemble(good);
	unsigned accepted = 0; /* one: what remains without the section of names at the end is whole */
	for (size_t length = 0; length < bytes.size; length++) {
		uint8_t *copy =
			malloc(length + 1); /* its own block, so that a read past the end shows under ASan */
		memcpy(copy, bytes.data, length);
		if (load(copy, length, error) == 0)
			accepted++;
		else
			assert_null(strchr(error, '\n'));
		free(copy);
	}
	assert_int_equal(accepted, 1);
	wasm_byte_vec_delete(&bytes);
}

static void flipped_bits_are_refused_or_valid(void **state)
{
	(void)state;
	char error[256];
	wasm_byte_vec_t bytes = guest_assemble(good);
	for (size_t i = 0; i < bytes.size; i++) {
		for (unsigned bit = 0; bit < 8; bit += 3) {
			bytes.data[i] = (char)(bytes.data[i] ^ 1 << bit);
			int status = load((const uint8_t *)bytes.data, bytes.size, error);
			assert_true(status == 0 || (status == -ENOEXEC && !strchr(error, '\n')));
			bytes.data[i] = (char)(bytes.data[i] ^ 1 << bit);
		}
	}
	wasm_byte_vec_delete(&bytes);
}

static void huge_tables_are_refused(void **state)
{
	(void)state;
	struct engine_module *module = guest_module(
		"(module " GUEST_EXPORTS "(table (export \"__indirect_function_table\") 4294967295 funcref)"
		"(func (export \"_start\") (param i32))" GUEST_SECTION("\\02") ")");
	struct guest guest = {.memory = guest_memory_new()};
	assert_int_equal(engine_instance_create(module, guest.memory, &guest, &guest.instance), -ENOMEM);
	munmap(guest.memory, engine_memory_reservation());
	engine_module_unref(module);
}

static int write_program(const char *text, struct stat *status, time_t when)
{
	wasm_byte_vec_t bytes = guest_assemble(text);
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	wasm_byte_vec_delete(&bytes);
	fflush(file);
	int fd = dup(fileno(file));
	fclose(file);
	assert_int_equal(fstat(fd, status), 0);
	status->st_ctim.tv_sec = when;
	return fd;
}

static void a_file_is_read_once(void **state)
{
	(void)state;
	char error[256];
	struct stat status;
	struct engine_module *first, *second, *third;
	int fd = write_program(good, &status, 1000);
	assert_int_equal(engine_module_open(fd, &status, "x", &first, error, sizeof error), 0);
	/* Read again, it would be found empty. */
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(engine_module_open(fd, &status, "x", &second, error, sizeof error), 0);
	assert_ptr_equal(first, second);
	/* Another file of the same contents is the same module; any change of what fstat says makes it read
	 * again. */
	struct stat other;
	int copy = write_program(good, &other, 1000);
	assert_int_equal(engine_module_open(copy, &other, "x", &third, error, sizeof error), 0);
	assert_ptr_equal(first, third);
	engine_module_unref(third);
	status.st_mtim.tv_nsec ^= 1;
	third = NULL;
	assert_int_equal(engine_module_open(fd, &status, "x", &third, error, sizeof error), -ENOEXEC);
	assert_null(third);
	engine_module_unref(first);
	engine_module_unref(second);
	close(copy);
	close(fd);
}

/* A file that was written a moment ago may be written again without a visible change of its times. */
static void a_fresh_file_is_read_again(void **state)
{
	(void)state;
	char error[256];
	struct stat status;
	struct engine_module *module;
	int fd = write_program(good, &status, time(NULL));
	assert_int_equal(engine_module_open(fd, &status, "x", &module, error, sizeof error), 0);
	engine_module_unref(module);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(engine_module_open(fd, &status, "x", &module, error, sizeof error), -ENOEXEC);
	close(fd);
}

static void not_a_file(void **state)
{
	(void)state;
	char error[256];
	struct stat status;
	struct engine_module *module;
	int fd = open(".", O_RDONLY | O_DIRECTORY);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(engine_module_open(fd, &status, "folder", &module, error, sizeof error), -EACCES);
	assert_string_equal(error, "folder: not a regular file");
	close(fd);
}

/* More modules than the process remembers. */
static void many_modules(void **state)
{
	(void)state;
	struct engine_module *kept[100];
	for (int i = 0; i < 100; i++) {
		char text[4096];
		snprintf(text, sizeof text,
			 GUEST_MODULE("(global i32 (i32.const %d)) (func $nothing)", "$nothing"), i);
		kept[i] = guest_module(text);
	}
	struct guest *guest = guest_new(kept[0]);
	assert_int_equal(engine_call_start(guest->instance, 1).outcome, ENGINE_RETURNED);
	for (int i = 0; i < 100; i++)
		engine_module_unref(kept[i]);
	assert_int_equal(engine_call_start(guest->instance, 1).outcome, ENGINE_RETURNED);
	guest_free(guest);
}

static int start(void **state)
{
	(void)state;
	return guest_engine_start(&(struct engine_options){.no_cache = true, .guest_stack = 1 << 20});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_loads),
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(what_is_not_offered_is_invalid),
		cmocka_unit_test(bytes_that_are_no_module),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(flipped_bits_are_refused_or_valid),
		cmocka_unit_test(huge_tables_are_refused),
		cmocka_unit_test(a_file_is_read_once),
		cmocka_unit_test(a_fresh_file_is_read_again),
		cmocka_unit_test(not_a_file),
		cmocka_unit_test(many_modules),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
