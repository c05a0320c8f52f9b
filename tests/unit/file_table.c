/* lind-test: sources=src/file/?*.c src/base/interruptible.c src/base/machine.c */
/* Descriptor tables: looking up without a lock while others close, replace and copy; counts that come out
 * even. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "file/file.h"

#define THREADS 4
#define ROUNDS  20000

static struct file_table *table;
static atomic_int ended;

static void count_end(struct file *file)
{
	(void)file;
	atomic_fetch_add(&ended, 1);
}

static struct file *make_file(void)
{
	struct file *file = file_new(open("/dev/null", O_RDWR | O_CLOEXEC), O_RDWR);
	assert_non_null(file);
	file->ended = count_end;
	return file;
}

/* More look-ups than a slot's count has bits for, given back late. */
static void counts_outlast_the_slots(void **state)
{
	(void)state;
	table = file_table_new();
	ended = 0;
	struct file *file = make_file();
	assert_int_equal(file_install(table, file, 0, 10, false), 0);
	for (int i = 0; i < 300000; i++)
		assert_ptr_equal(file_get(table, 0), file);
	assert_int_equal(file_close(table, 0), 0);
	for (int i = 0; i < 300000; i++) {
		assert_int_equal(ended, 0);
		file_unref(file);
	}
	assert_int_equal(ended, 1);
	file_table_free(table);
}

static void *look_up(void *unused)
{
	for (int i = 0; i < ROUNDS * 10; i++) {
		struct file *file = file_get(table, i % 3);
		if (!file)
			continue;
		if (fcntl(file->host, F_GETFD) < 0)
			fail_msg("a counted file was closed");
		file_unref(file);
	}
	return unused;
}

static void *change(void *result)
{
	int made = 0;
	for (int i = 0; i < ROUNDS; i++) {
		switch (i % 5) {
		case 0:
		case 1:
			made++;
			file_install_at(table, make_file(), i % 3, 10, i % 2);
			break;
		case 2:
			file_close(table, i % 3);
			break;
		case 3: {
			struct file *file = file_get(table, i % 3);
			if (file)
				file_install_at(table, file, (i + 1) % 3, 10, false);
			break;
		}
		default:
			if (i % 20 == 4)
				file_table_free(file_table_copy(table));
		}
	}
	*(int *)result = made;
	return NULL;
}

static void look_ups_race_with_closes(void **state)
{
	(void)state;
	pthread_t reader[THREADS], writer[2];
	int made[2], total = 0;
	table = file_table_new();
	ended = 0;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&writer[i], NULL, change, &made[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&reader[i], NULL, look_up, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(reader[i], NULL);
	for (int i = 0; i < 2; i++) {
		pthread_join(writer[i], NULL);
		total += made[i];
	}
	file_table_free(table);
	assert_int_equal(ended, total);
}

/* As Linux's tables do, which select asks. */
static void tables_grow(void **state)
{
	(void)state;
	table = file_table_new();
	assert_int_equal(file_table_size(table), 64);
	assert_int_equal(file_install_at(table, make_file(), 63, 1000, false), 63);
	assert_int_equal(file_table_size(table), 64);
	assert_int_equal(file_install_at(table, make_file(), 64, 1000, false), 64);
	assert_int_equal(file_table_size(table), 256);
	assert_int_equal(file_install_at(table, make_file(), 300, 1000, false), 300);
	assert_int_equal(file_close(table, 300), 0);
	assert_int_equal(file_table_size(table), 512);
	assert_int_equal(file_install_at(table, make_file(), LIMIT_DESCRIPTORS - 1, LIMIT_DESCRIPTORS, false),
			 LIMIT_DESCRIPTORS - 1);
	assert_int_equal(file_table_size(table), LIMIT_DESCRIPTORS);
	file_table_free(table);
}

static void limits_hold(void **state)
{
	(void)state;
	table = file_table_new();
	ended = 0;
	for (int i = 0; i < LIMIT_DESCRIPTORS; i++)
		assert_int_equal(
			file_install(table, i ? file_get(table, 0) : make_file(), 0, UINT64_MAX, false), i);
	assert_false(file_can_install(table, UINT64_MAX));
	assert_int_equal(file_install(table, file_get(table, 0), 0, UINT64_MAX, false), -EMFILE);
	assert_int_equal(file_install(table, file_get(table, 0), LIMIT_DESCRIPTORS, UINT64_MAX, false),
			 -EMFILE);
	assert_int_equal(file_install(table, file_get(table, 0), -1, UINT64_MAX, false), -EMFILE);
	assert_int_equal(file_install_at(table, file_get(table, 0), LIMIT_DESCRIPTORS, UINT64_MAX, false),
			 -EBADF);
	assert_int_equal(file_install_at(table, file_get(table, 0), LIMIT_DESCRIPTORS - 1, UINT64_MAX, false),
			 LIMIT_DESCRIPTORS - 1);
	assert_null(file_get(table, LIMIT_DESCRIPTORS));
	assert_null(file_get(table, -1));
	assert_int_equal(file_close(table, LIMIT_DESCRIPTORS), -EBADF);
	assert_int_equal(file_close(table, -1), -EBADF);
	assert_int_equal(file_close(table, 77), 0);
	assert_int_equal(file_install(table, file_get(table, 0), 0, 77, false), -EMFILE);
	assert_int_equal(file_install(table, file_get(table, 0), 0, 78, false), 77);
	assert_int_equal(file_close_range(table, 100, UINT32_MAX, false), 0);
	assert_int_equal(file_next_open(table, 100), -1);
	assert_int_equal(file_close_range(table, 5, 4, false), -EINVAL);
	file_table_free(table);
	assert_int_equal(ended, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_outlast_the_slots),
		cmocka_unit_test(look_ups_race_with_closes),
		cmocka_unit_test(tables_grow),
		cmocka_unit_test(limits_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
