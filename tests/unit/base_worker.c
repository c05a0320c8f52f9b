/* Worker threads: a storm of them, nested starts, deep stacks, the mask. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <errno.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/limits.h"
#include "base/worker.h"

static _Atomic uint32_t left;

static void done(void)
{
	if (atomic_fetch_sub(&left, 1) == 1)
		futex_wake(&left, FUTEX_ALL);
}

static void wait_for_all(void)
{
	for (uint32_t now; (now = atomic_load(&left));)
		futex_wait(&left, now, NULL);
}

static void count(void *sum)
{
	atomic_fetch_add((_Atomic uint32_t *)sum, 1);
	done();
}

static void each_start_runs_its_function_once(void **state)
{
	(void)state;
	_Atomic uint32_t sum = 0;
	for (unsigned round = 0; round < 200; round++) {
		atomic_store(&left, 100);
		for (unsigned i = 0; i < 100; i++)
			assert_int_equal(worker_start(count, &sum), 0);
		wait_for_all();
	}
	assert_int_equal(atomic_load(&sum), 200 * 100);
}

static void nest(void *depth)
{
	/* Each of a generation starts two more, from several threads at once. */
	uintptr_t level = (uintptr_t)depth;
	for (unsigned i = 0; i < 2 && level > 0; i++) {
		atomic_fetch_add(&left, 1);
		if (worker_start(nest, (void *)(level - 1)))
			done();
	}
	done();
}

static void workers_start_workers(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		atomic_store(&left, 1);
		assert_int_equal(worker_start(nest, (void *)7), 0);
		wait_for_all();
	}
}

static void dig(size_t bytes)
{
	volatile char frame[65536];
	memset((char *)frame, 1, sizeof frame);
	if (bytes > sizeof frame + 1024)
		dig(bytes - sizeof frame - 1024);
	frame[0] = 2;
}

static void dig_deep(void *unused)
{
	(void)unused;
	dig(LIMIT_HOST_STACK - 1024 * 1024);
	done();
}

static void the_whole_stack_can_be_used_and_is_given_back(void **state)
{
	(void)state;
	struct rusage usage;
	for (unsigned round = 0; round < 12; round++) {
		atomic_store(&left, 1);
		assert_int_equal(worker_start(dig_deep, NULL), 0);
		wait_for_all();
	}
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	assert_true(usage.ru_maxrss < 12 * 64 * 1024 / 3);
}

static sigset_t seen;

static void look_at_mask(void *unused)
{
	(void)unused;
	pthread_sigmask(SIG_SETMASK, NULL, &seen);
	done();
}

static void only_faults_and_the_kick_reach_a_worker(void **state)
{
	(void)state;
	atomic_store(&left, 1);
	assert_int_equal(worker_start(look_at_mask, NULL), 0);
	wait_for_all();
	assert_false(sigismember(&seen, SIGSEGV));
	assert_false(sigismember(&seen, SIGBUS));
	assert_false(sigismember(&seen, HOST_KICK_SIGNAL));
	assert_true(sigismember(&seen, SIGINT));
	assert_true(sigismember(&seen, SIGTERM));
	assert_true(sigismember(&seen, SIGCHLD));
	assert_true(sigismember(&seen, SIGRTMIN));
}

static void overflow(void *unused)
{
	(void)unused;
	dig(2 * LIMIT_HOST_STACK);
}

/* In a child process, which the guard page must end. */
static void a_stack_overflow_meets_the_guard(void **state)
{
	(void)state;
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		worker_start(overflow, NULL);
		pause();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

/* In a child process whose address space has no room for another stack. */
static void no_room_for_a_thread_is_an_answer(void **state)
{
	(void)state;
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct rlimit none = {1, 1};
		setrlimit(RLIMIT_AS, &none);
		int result = 0;
		for (unsigned i = 0; i < 64 && !result; i++)
			result = worker_start(look_at_mask, NULL);
		_exit(result == -EAGAIN ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: the forked children of these must not find idle workers in the table that don't
		   exist in them. */
		cmocka_unit_test(a_stack_overflow_meets_the_guard),
		cmocka_unit_test(no_room_for_a_thread_is_an_answer),
		cmocka_unit_test(each_start_runs_its_function_once),
		cmocka_unit_test(workers_start_workers),
		cmocka_unit_test(the_whole_stack_can_be_used_and_is_given_back),
		cmocka_unit_test(only_faults_and_the_kick_reach_a_worker),
	};
	return cmocka_run_group_tests_name("base_worker", tests, NULL, NULL);
}
