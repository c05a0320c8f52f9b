/* lind-test: sources=src/file/?*.c src/base/interruptible.c src/base/machine.c */
/* Record locks: cages among each other, beside a process outside, and against a byte-by-byte reference. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/interruptible.h"
#include "base/limits.h"
#include "file/file.h"

#define BYTES  24
#define OWNERS 3

static char path[64];
static struct file_table *table[OWNERS];
static struct file *opened[OWNERS];

static int set_up(void **state)
{
	(void)state;
	strcpy(path, "/tmp/file-lock-XXXXXX");
	int fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	for (int i = 0; i < OWNERS; i++) {
		table[i] = file_table_new();
		opened[i] = file_new(open(path, O_RDWR | O_CLOEXEC), O_RDWR);
		if (!table[i] || !opened[i] || file_install(table[i], opened[i], 0, 100, false) != 0)
			return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < OWNERS; i++)
		file_table_free(table[i]);
	return unlink(path);
}

static int set(int owner, short type, long start, long length)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
	return (int)file_lock(table[owner], 100 + (uint32_t)owner, opened[owner], &lock, NULL);
}

/* What a process outside finds at a byte: with OFD locks, as no cage has them here. */
static short outside(int fd, long byte)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	assert_return_code(fcntl(fd, F_OFD_GETLK, &lock), errno);
	return lock.l_type;
}

static void ranges_equal_a_reference(void **state)
{
	(void)state;
	short reference[OWNERS][BYTES];
	memset(reference, 0, sizeof reference);
	for (int i = 0; i < OWNERS; i++)
		for (int j = 0; j < BYTES; j++)
			reference[i][j] = F_UNLCK;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	srandom(3);
	for (int turn = 0; turn < 5000; turn++) {
		int owner = (int)(random() % OWNERS), start = (int)(random() % BYTES),
		    length = 1 + (int)(random() % (BYTES - start));
		short type = (short[]){F_RDLCK, F_WRLCK, F_UNLCK}[random() % 3];
		bool taken = false;
		for (int i = 0; i < OWNERS; i++)
			for (int j = start; j < start + length; j++)
				if (i != owner && type != F_UNLCK && reference[i][j] != F_UNLCK &&
				    (type == F_WRLCK || reference[i][j] == F_WRLCK))
					taken = true;
		assert_int_equal(set(owner, type, start, length), taken ? -EAGAIN : 0);
		for (int j = start; j < start + length && !taken; j++)
			reference[owner][j] = type;
		for (int j = 0; j < BYTES; j++) {
			short strongest = F_UNLCK;
			for (int i = 0; i < OWNERS; i++)
				if (reference[i][j] == F_WRLCK ||
				    (reference[i][j] == F_RDLCK && strongest != F_WRLCK))
					strongest = reference[i][j];
			assert_int_equal(outside(fd, j), strongest);
		}
	}
	/* Closing any descriptor of the file gives all up. */
	for (int i = 0; i < OWNERS; i++) {
		struct file *other = file_new(open(path, O_RDONLY | O_CLOEXEC), O_RDONLY);
		int descriptor = file_install(table[i], other, 5, 100, false);
		assert_int_equal(file_close(table[i], descriptor), 0);
	}
	for (int j = 0; j < BYTES; j++)
		assert_int_equal(outside(fd, j), F_UNLCK);
	close(fd);
}

static void tests_name_the_owner(void **state)
{
	(void)state;
	assert_int_equal(set(0, F_WRLCK, 10, 0), 0);
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
	assert_int_equal(file_lock_test(table[0], opened[0], &lock), 0);
	assert_int_equal(lock.l_type, F_UNLCK);
	lock.l_type = F_RDLCK;
	assert_int_equal(file_lock_test(table[1], opened[1], &lock), 0);
	assert_int_equal(lock.l_type, F_WRLCK);
	assert_int_equal(lock.l_start, 10);
	assert_int_equal(lock.l_len, 0);
	assert_int_equal(lock.l_pid, 100);
	assert_int_equal(set(1, F_WRLCK, -1, 1), -EINVAL);
	assert_int_equal(set(1, F_WRLCK, 5, -6), -EINVAL);
	assert_int_equal(set(1, F_WRLCK, 5, -5), 0);
	assert_int_equal(set(1, F_WRLCK, INT64_MAX, 2), -EOVERFLOW);
	assert_int_equal(set(1, 77, 0, 1), -EINVAL);
}

static void *unlock_soon(void *unused)
{
	usleep(30000);
	assert_int_equal(set(0, F_UNLCK, 0, 0), 0);
	return unused;
}

static void waiting_ends_with_the_lock_or_with_attention(void **state)
{
	(void)state;
	static _Atomic uint32_t attention;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
	pthread_t thread;
	assert_int_equal(set(0, F_RDLCK, 5, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, unlock_soon, NULL), 0);
	assert_int_equal(file_lock(table[1], 1, opened[1], &lock, &attention), 0);
	pthread_join(thread, NULL);
	assert_int_equal(set(0, F_RDLCK, 5, 1), -EAGAIN);
	attention = 1;
	assert_int_equal(file_lock(table[2], 1, opened[2], &lock, &attention), -EINTR);
	attention = 0;
	assert_int_equal(set(1, F_UNLCK, 0, 0), 0);
	/* Another process. */
	int ready[2];
	char byte;
	assert_return_code(pipe(ready), errno);
	pid_t child = fork();
	if (child == 0) {
		int fd = open(path, O_RDWR);
		fcntl(fd, F_SETLK, &lock);
		(void)!write(ready[1], "x", 1);
		usleep(50000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(set(1, F_WRLCK, 0, 1), -EAGAIN);
	assert_int_equal(file_lock(table[1], 1, opened[1], &lock, &attention), 0);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
}

static void one_owner_has_no_more_than_the_limit(void **state)
{
	(void)state;
	for (int i = 0; i < LIMIT_RECORD_LOCKS; i++)
		assert_int_equal(set(0, F_RDLCK, 2L * i, 1), 0);
	assert_int_equal(set(0, F_RDLCK, 2L * LIMIT_RECORD_LOCKS, 1), -ENOLCK);
	assert_int_equal(set(1, F_RDLCK, 2L * LIMIT_RECORD_LOCKS, 1), 0);
	assert_int_equal(set(0, F_UNLCK, 0, 0), 0);
	assert_int_equal(set(0, F_RDLCK, 2L * LIMIT_RECORD_LOCKS, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ranges_equal_a_reference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tests_name_the_owner, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_owner_has_no_more_than_the_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waiting_ends_with_the_lock_or_with_attention, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
