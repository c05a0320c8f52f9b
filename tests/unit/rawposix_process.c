/* What a cage has for itself: ids, limits, names, clocks, scheduling. */
#include "rawposix.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/interruptible.h"
#include "base/limits.h"

static const uint32_t SAME = UINT32_MAX;

static void ids_change_as_without_privilege(void **state)
{
	(void)state;
	cage_start();
	assert_int_equal(CALL(setuid, 0), -EPERM);
	assert_int_equal(CALL(setuid, SAME), -EINVAL);
	assert_int_equal(CALL(setresuid, SAME, SAME, 0), -EPERM);
	cage.credentials = (struct cage_credentials){1, 2, 3, 100, 100, 100};
	assert_int_equal(CALL(setreuid, 3, SAME), -EPERM); /* the real id never becomes the saved one here */
	assert_int_equal(CALL(setreuid, SAME, 3), 0);
	assert_int_equal(CALL(geteuid), 3);
	assert_int_equal(CALL(getresuid, GUEST, GUEST + 4, GUEST + 8), 0);
	assert_int_equal(word(GUEST + 8), 3); /* since the effective one became another than the real one */
	assert_int_equal(CALL(setuid, 1), 0);
	assert_int_equal(CALL(setuid, 3), 0);
	assert_int_equal(CALL(setresuid, 1, 1, 1), 0);
	assert_int_equal(CALL(setuid, 3), -EPERM);
	assert_int_equal(CALL(setregid, 100, 100), 0);
	assert_int_equal(CALL(setgid, 0), -EPERM);
	assert_int_equal(CALL(getgid), 100);
	/* 0 is an id as any other. */
	cage.credentials = (struct cage_credentials){0};
	assert_int_equal(CALL(setuid, 1000), -EPERM);
	assert_int_equal(CALL(setfsuid, 1000), 0);
	assert_int_equal(CALL(getresgid, GUEST, 1, GUEST), -EFAULT);
	cage_stop();
}

static void a_cage_has_no_capability(void **state)
{
	(void)state;
	cage_start();
	put_word(GUEST, _LINUX_CAPABILITY_VERSION_3);
	put_word(GUEST + 4, 0);
	memset(at(GUEST + 8), 1, 24);
	assert_int_equal(CALL(capget, GUEST, GUEST + 8), 0);
	for (uint32_t i = 0; i < 24; i += 4)
		assert_int_equal(word(GUEST + 8 + i), 0);
	assert_int_equal(CALL(capset, GUEST, GUEST + 8), 0);
	put_word(GUEST + 8, 1);
	assert_int_equal(CALL(capset, GUEST, GUEST + 8), -EPERM);
	put_word(GUEST, 1);
	assert_int_equal(CALL(capget, GUEST, 0), 0);
	assert_int_equal(word(GUEST), _LINUX_CAPABILITY_VERSION_3);
	put_word(GUEST + 4, 99);
	assert_int_equal(CALL(capget, GUEST, GUEST + 8), -ESRCH);
	assert_int_equal(CALL(capget, 4, GUEST + 8), -EFAULT);
	cage_stop();
}

static void put_limit(uint64_t soft, uint64_t hard)
{
	const struct rlimit limit = {soft, hard};
	memcpy(at(GUEST), &limit, sizeof limit);
}

static void limits_are_lowered_and_never_raised(void **state)
{
	(void)state;
	struct rlimit limit;
	cage_start();
	put_limit(128, 128);
	assert_int_equal(CALL(setrlimit, RLIMIT_NOFILE, GUEST), 0);
	put_limit(100, 100);
	assert_int_equal(CALL(prlimit64, 0, RLIMIT_NOFILE, GUEST, GUEST + 16), 0);
	memcpy(&limit, at(GUEST + 16), sizeof limit);
	assert_int_equal(limit.rlim_cur, 128);
	put_limit(100, 101);
	assert_int_equal(CALL(setrlimit, RLIMIT_NOFILE, GUEST), -EPERM);
	put_limit(101, 100);
	assert_int_equal(CALL(setrlimit, RLIMIT_NOFILE, GUEST), -EINVAL);
	assert_int_equal(CALL(setrlimit, RLIM_NLIMITS, GUEST), -EINVAL);
	assert_int_equal(CALL(getrlimit, UINT32_MAX, GUEST), -EINVAL);
	assert_int_equal(CALL(prlimit64, 99, RLIMIT_NOFILE, 0, GUEST), -ESRCH);
	assert_int_equal(CALL(prlimit64, CAGE_ID, RLIMIT_NOFILE, 0, GUEST), 0);
	assert_int_equal(CALL(prlimit64, 0, RLIMIT_NOFILE, 0, END - 8), -EFAULT);
	cage.limits[RLIMIT_NOFILE].rlim_max = LIMIT_DESCRIPTORS + 1;
	put_limit(1, LIMIT_DESCRIPTORS + 1);
	assert_int_equal(CALL(setrlimit, RLIMIT_NOFILE, GUEST), -EPERM);
	put_limit(1, LIMIT_DESCRIPTORS);
	assert_int_equal(CALL(setrlimit, RLIMIT_NOFILE, GUEST), 0);
	cage_stop();
}

static void names_belong_to_threads(void **state)
{
	(void)state;
	cage_start();
	strcpy(at(GUEST), "a name that is too long");
	assert_int_equal(CALL(prctl, PR_SET_NAME, GUEST), 0);
	assert_string_equal(cage.name, "a name that is ");
	thread.id = 8;
	assert_int_equal(CALL(prctl, PR_GET_NAME, GUEST + 64), 0);
	assert_string_equal(at(GUEST + 64), "a name that is ");
	strcpy(at(END - 3), "t2");
	assert_int_equal(CALL(prctl, PR_SET_NAME, END - 3), 0);
	assert_int_equal(CALL(prctl, PR_GET_NAME, GUEST + 64), 0);
	assert_string_equal(at(GUEST + 64), "t2");
	assert_string_equal(cage.name, "a name that is ");
	thread.id = 9; /* another guest thread on the same host thread */
	assert_int_equal(CALL(prctl, PR_GET_NAME, GUEST + 64), 0);
	assert_string_equal(at(GUEST + 64), "a name that is ");
	assert_int_equal(CALL(prctl, PR_SET_NAME, 8), -EFAULT);
	assert_int_equal(CALL(prctl, 12345), -EINVAL);
	assert_int_equal(CALL(prctl, PR_SET_SECCOMP, 1), -EINVAL);
	assert_int_equal(CALL(prctl, PR_SET_NO_NEW_PRIVS, 1), 0);
	cage_stop();
}

static void the_machine_is_wasm32(void **state)
{
	(void)state;
	struct utsname name;
	cage_start();
	assert_int_equal(CALL(uname, GUEST), 0);
	memcpy(&name, at(GUEST), sizeof name);
	assert_string_equal(name.machine, "wasm32");
	assert_string_equal(name.sysname, "Linux");
	assert_int_equal(CALL(uname, END - 1), -EFAULT);
	cage_stop();
}

static void clocks_are_read_and_not_set(void **state)
{
	(void)state;
	struct timespec first, second;
	static const int served[] = {0, 1, 2, 3, 4, 5, 6, 7, 11};
	cage_start();
	for (unsigned i = 0; i < sizeof served / sizeof *served; i++) {
		assert_int_equal(CALL(clock_gettime, (uint64_t)served[i], GUEST), 0);
		memcpy(&first, at(GUEST), sizeof first);
		assert_int_equal(CALL(clock_gettime, (uint64_t)served[i], GUEST), 0);
		memcpy(&second, at(GUEST), sizeof second);
		assert_true(second.tv_sec > first.tv_sec ||
			    (second.tv_sec == first.tv_sec && second.tv_nsec >= first.tv_nsec));
		assert_int_equal(CALL(clock_getres, (uint64_t)served[i], 0), 0);
	}
	assert_int_equal(CALL(clock_gettime, 10, GUEST), -EINVAL);
	assert_int_equal(CALL(clock_gettime, 12, GUEST), -EINVAL);
	assert_int_equal(CALL(clock_gettime, 1, END - 8), -EFAULT);
	/* CPU clocks by process and thread: ~id << 3, and 2 or 6. */
	assert_int_equal(CALL(clock_gettime, (~CAGE_ID << 3) | 2, GUEST), 0);
	assert_int_equal(CALL(clock_gettime, (~CAGE_ID << 3) | 6, GUEST), 0);
	assert_int_equal(CALL(clock_gettime, (~1u << 3) | 2, GUEST), -EINVAL);
	assert_int_equal(CALL(clock_gettime, (~0u << 3) | 3, GUEST), -EINVAL);
	assert_true(CALL(times, 0) > 0);
	memset(at(GUEST), 0, sizeof(struct timex));
	assert_true(CALL(adjtimex, GUEST) >= 0);
	put_word(GUEST, ADJ_FREQUENCY);
	assert_int_equal(CALL(adjtimex, GUEST), -EPERM);
	cage_stop();
}

static void put_time(uint32_t address, int64_t seconds, int64_t nanoseconds)
{
	const struct timespec time = {seconds, nanoseconds};
	memcpy(at(address), &time, sizeof time);
}

static void *kick_soon(void *sleeper)
{
	const struct timespec pause = {0, 50000000};
	nanosleep(&pause, NULL);
	/* One that means nothing to the guest … */
	host_kick(*(pthread_t *)sleeper);
	nanosleep(&pause, NULL);
	/* … and one that does. */
	atomic_store(&thread.attention, ATTENTION_SIGNAL);
	host_kick(*(pthread_t *)sleeper);
	return NULL;
}

static void a_sleep_that_is_interrupted_says_what_remains(void **state)
{
	(void)state;
	struct timespec left;
	pthread_t self = pthread_self(), kicker;
	cage_start();
	assert_int_equal(host_kick_start(), 0);
	put_time(GUEST, 10, 0);
	assert_int_equal(pthread_create(&kicker, NULL, kick_soon, &self), 0);
	assert_int_equal(CALL(nanosleep, GUEST, GUEST + 16), -EINTR);
	assert_int_equal(pthread_join(kicker, NULL), 0);
	memcpy(&left, at(GUEST + 16), sizeof left);
	assert_int_equal(left.tv_sec, 9);
	assert_in_range(left.tv_nsec, 500000000, 901000000);
	/* Attention before the kernel is entered: all of it remains. */
	assert_int_equal(CALL(clock_nanosleep, CLOCK_REALTIME, 0, GUEST, GUEST + 16), -EINTR);
	memcpy(&left, at(GUEST + 16), sizeof left);
	assert_int_equal(left.tv_sec, 10);
	atomic_store(&thread.attention, 0);
	put_time(GUEST, 0, 1000000000);
	assert_int_equal(CALL(nanosleep, GUEST, 0), -EINVAL);
	put_time(GUEST, -1, 0);
	assert_int_equal(CALL(nanosleep, GUEST, 0), -EINVAL);
	put_time(GUEST, 0, 1000);
	assert_int_equal(CALL(nanosleep, GUEST, 0), 0);
	assert_int_equal(CALL(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, GUEST, 0), 0);
	assert_int_equal(CALL(clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, GUEST, 0), -EINVAL);
	assert_int_equal(CALL(clock_nanosleep, CLOCK_BOOTTIME_ALARM, 0, GUEST, 0), -EPERM);
	assert_int_equal(CALL(nanosleep, END - 8, 0), -EFAULT);
	cage_stop();
}

static void randomness_goes_to_the_guest(void **state)
{
	(void)state;
	static const uint8_t zero[32];
	cage_start();
	assert_int_equal(CALL(getrandom, GUEST, 32, 0), 32);
	assert_memory_not_equal(at(GUEST), zero, 32);
	assert_int_equal(CALL(getrandom, 0, 32, 0), -EFAULT);
	assert_int_equal(CALL(getrandom, UINT32_MAX, 32, 0), -EFAULT);
	assert_int_equal(CALL(getrandom, GUEST, 32, 0x1000), -EINVAL);
	cage_stop();
}

static void nobody_puts_itself_before_others(void **state)
{
	(void)state;
	cage_start();
	put_word(GUEST, 1);
	assert_int_equal(CALL(sched_setscheduler, 0, SCHED_FIFO, GUEST), -EPERM);
	assert_int_equal(CALL(sched_setscheduler, 0, SCHED_OTHER, GUEST), -EINVAL);
	assert_int_equal(CALL(sched_setscheduler, 0, 77, GUEST), -EINVAL);
	put_word(GUEST, 0);
	assert_int_equal(CALL(sched_setscheduler, 0, SCHED_OTHER, GUEST), 0);
	assert_int_equal(CALL(sched_getscheduler, 0), SCHED_OTHER);
	assert_int_equal(CALL(sched_getscheduler, 12), -ESRCH);
	assert_int_equal(CALL(setpriority, PRIO_PROCESS, 0, (uint64_t)-5), -EACCES);
	assert_int_equal(CALL(getpriority, PRIO_PROCESS, 0), 20 - getpriority(PRIO_PROCESS, 0));
	assert_int_equal(CALL(getpriority, PRIO_PROCESS, 3), -ESRCH);
	int64_t size = CALL(sched_getaffinity, 0, 128, GUEST);
	assert_true(size > 0 && size % 8 == 0);
	assert_int_equal(CALL(sched_setaffinity, 0, (uint64_t)size, GUEST), 0);
	assert_int_equal(CALL(sched_getaffinity, CAGE_ID, 0, GUEST), -EINVAL);
	assert_int_equal(CALL(sched_setaffinity, 55, 8, GUEST), -ESRCH);
	cage_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_change_as_without_privilege),
		cmocka_unit_test(a_cage_has_no_capability),
		cmocka_unit_test(limits_are_lowered_and_never_raised),
		cmocka_unit_test(names_belong_to_threads),
		cmocka_unit_test(the_machine_is_wasm32),
		cmocka_unit_test(clocks_are_read_and_not_set),
		cmocka_unit_test(a_sleep_that_is_interrupted_says_what_remains),
		cmocka_unit_test(randomness_goes_to_the_guest),
		cmocka_unit_test(nobody_puts_itself_before_others),
	};
	return cmocka_run_group_tests_name("rawposix_process", tests, NULL, NULL);
}
