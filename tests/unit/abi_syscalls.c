/* The table of system calls: every row can be found, and says nothing that its readers could not follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "abi/syscalls.h"

static void numbers_find_their_rows(void **state)
{
	(void)state;
	unsigned rows = 0;
	for (uint64_t number = 0; number < 5000; number++) {
		const struct call_description *row = call_describe(number);
		if (!row)
			continue;
		rows++;
		assert_int_equal(row->number, number);
		assert_true(strlen(row->name) > 0);
		assert_true(row->status <= CALL_REFUSED);
		assert_true(row->count <= 6);
		for (unsigned i = 0; i < 6; i++) {
			const struct argument_description *argument = &row->argument[i];
			assert_int_equal(argument->kind != ARG_NONE, i < row->count);
			assert_int_equal(argument->name != NULL, i < row->count);
			assert_true(argument->direction <= ARG_IN_OUT);
			assert_true(argument->length <= 6);
		}
	}
	assert_true(rows > 300);
	assert_null(call_describe(UINT64_MAX));
	assert_null(call_describe(1000));
	assert_null(call_describe(1004));
}

static void names_are_linux_names(void **state)
{
	(void)state;
	assert_string_equal(call_describe(SYS_read)->name, "read");
	assert_string_equal(call_describe(SYS_openat)->name, "openat");
	assert_string_equal(call_describe(SYS_futex)->name, "futex");
	assert_string_equal(call_describe(SYS_prlimit64)->name, "prlimit64");
	assert_string_equal(call_describe(1001)->name, "register_handler");
}

static void lengths_name_the_right_argument(void **state)
{
	(void)state;
	const struct call_description *row = call_describe(SYS_read);
	assert_int_equal(row->count, 3);
	assert_int_equal(row->argument[1].kind, ARG_BYTES);
	assert_int_equal(row->argument[1].direction, ARG_OUT);
	assert_int_equal(row->argument[1].length, 3);
	assert_int_equal(row->flags, CALL_BLOCKS | CALL_RESTARTS);
	assert_int_equal(call_describe(SYS_sched_yield)->count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_find_their_rows),
		cmocka_unit_test(names_are_linux_names),
		cmocka_unit_test(lengths_name_the_right_argument),
	};
	return cmocka_run_group_tests_name("abi_syscalls", tests, NULL, NULL);
}
