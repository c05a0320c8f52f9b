/* The kick: a blocking call never sleeps through one, whenever it comes. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/futex.h"
#include "base/interruptible.h"

static int start(void **state)
{
	(void)state;
	return host_kick_start();
}

static _Atomic uint32_t attention, asleep, rounds;
static atomic_uint hooked;
static int ends[2];

static void results_and_errors_come_through(void **state)
{
	(void)state;
	_Atomic uint32_t quiet = 0, loud = 1;
	char bytes[4] = "abc", got[4];
	int pair[2];
	assert_int_equal(pipe(pair), 0);
	assert_int_equal(host_call_interruptible(&quiet, SYS_write, pair[1], (long)bytes, 4, 0, 0, 0), 4);
	assert_int_equal(host_call_interruptible(&loud, SYS_read, pair[0], (long)got, 4, 0, 0, 0), -EINTR);
	assert_int_equal(host_call_interruptible(&quiet, SYS_read, pair[0], (long)got, 4, 0, 0, 0), 4);
	assert_string_equal(got, "abc");
	assert_int_equal(host_call_interruptible(&quiet, SYS_read, -1, (long)got, 4, 0, 0, 0), -EBADF);
	close(pair[0]);
	close(pair[1]);
	/* All six arguments. */
	long page = sysconf(_SC_PAGESIZE);
	int64_t mapping = host_call_interruptible(&quiet, SYS_mmap, 0, page, 3, 0x22, -1, 0);
	assert_true(mapping > 0);
	*(volatile char *)mapping = 1;
	assert_int_equal(host_call_interruptible(&quiet, SYS_munmap, mapping, page, 0, 0, 0, 0), 0);
	assert_int_equal(host_call_interruptible(&quiet, SYS_pread64, 0, (long)got, 4, -1, 0, 0), -EINVAL);
}

static void hook(void *context)
{
	(void)context;
	atomic_fetch_add(&hooked, 1);
}

/* Enters one blocking call after the other; each must be ended by a kick. */
static void *sleeper(void *number)
{
	char byte;
	struct timespec hour = {3600, 0};
	for (;;) {
		int64_t result;
		switch ((uintptr_t)number) {
		case 0:
			result = host_call_interruptible(&attention, SYS_read, ends[0], (long)&byte, 1, 0, 0,
							 0);
			break;
		case 1:
			result = host_call_interruptible(&attention, SYS_clock_nanosleep, CLOCK_MONOTONIC, 0,
							 (long)&hour, (long)&hour, 0, 0);
			break;
		default:
			result = host_call_interruptible(&attention, SYS_futex, (long)&asleep, FUTEX_WAIT, 0,
							 (long)&hour, 0, 0);
			break;
		}
		if (result != -EINTR)
			return (void *)1;
		if (atomic_load(&attention) == 2)
			return NULL;
		atomic_store(&attention, 0);
		atomic_fetch_add(&rounds, 1);
		futex_wake(&rounds, 1);
	}
}

/* Kicks in turn with the sleeper's rounds, at moments spread over its way into the kernel. One that gets lost
 * leaves it asleep, and the test fails by its time limit. */
static void no_kick_is_lost(void **state)
{
	(void)state;
	assert_int_equal(pipe(ends), 0);
	host_kick_hook = hook;
	for (uintptr_t kind = 0; kind < 3; kind++) {
		pthread_t thread;
		void *failed;
		atomic_store(&attention, 0);
		atomic_store(&rounds, 0);
		assert_int_equal(pthread_create(&thread, NULL, sleeper, (void *)kind), 0);
		for (uint32_t i = 0; i < 5000; i++) {
			for (volatile unsigned wait = i * 7 % 400; wait; wait--)
				;
			atomic_store(&attention, 1);
			host_kick(thread);
			while (atomic_load(&rounds) == i) {
				struct timespec long_enough = {30, 0};
				assert_int_not_equal(futex_wait(&rounds, i, &long_enough), -ETIMEDOUT);
			}
		}
		atomic_store(&attention, 2);
		host_kick(thread);
		assert_int_equal(pthread_join(thread, &failed), 0);
		assert_null(failed);
	}
	assert_true(atomic_load(&hooked) > 0);
	host_kick_hook = NULL;
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_and_errors_come_through),
		cmocka_unit_test(no_kick_is_lost),
	};
	return cmocka_run_group_tests_name("base_interruptible", tests, start, NULL);
}
