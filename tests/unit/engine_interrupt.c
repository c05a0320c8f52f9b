/* Guest code that is broken off, and handlers that run between its instructions. */
#include "engine_sample.h"

static volatile sig_atomic_t break_signal, outside;

static void on_kick(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	if (!engine_break(context, break_signal, 99))
		outside = 1;
}

static void *kick(void *argument)
{
	usleep(20000);
	pthread_kill(*(pthread_t *)argument, SIGURG);
	return NULL;
}

static void endless_loops_are_broken_off(void **state)
{
	struct guest *guest = *state;
	struct sigaction action = {.sa_sigaction = on_kick, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	pthread_t self = pthread_self(), thread;
	sigaction(SIGURG, &action, NULL);
	for (int i = 0; i < 10; i++) {
		break_signal = i % 2 ? SIGSEGV : 0;
		assert_int_equal(pthread_create(&thread, NULL, kick, &self), 0);
		expect(guest, LOOP, i % 2 ? ENGINE_TRAPPED : ENGINE_UNWOUND, break_signal, i % 2 ? 99 : 0);
		pthread_join(thread, NULL);
	}
	outside = 0;
	raise(SIGURG);
	assert_int_equal(outside, 1);
}

/* A sum that takes a while, for handlers to come between; without exceptions, and with them. */
#define SLOW                                                                                                 \
	"(func $sum (local $i i32) (local $sum i64) (loop $next (local.set $sum (i64.add (local.get $sum) "  \
	"(i64.mul (i64.extend_i32_u (local.get $i)) (i64.const 3))))\n"                                      \
	"  (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const "         \
	"300000000)))) (i64.store (i32.const 16384) (local.get $sum)))\n"                                    \
	"(func $signal_result (param i32) (result i32) (i32.store (i32.const 16392) (i32.mul (local.get 0) " \
	"(i32.const 2))) (i32.const 1))\n"
enum { SLOW_SUM = 1, SLOW_SIGNAL };
static const char slow_text[] = GUEST_MODULE(SLOW, "$sum $signal_result");
static const char slow_throwing_text[] = GUEST_MODULE("(tag)" SLOW, "$sum $signal_result");

static volatile sig_atomic_t handled, not_entered, missed;

static void on_handler_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	if (!engine_in_guest_code(context)) {
		missed++;
		return;
	}
	struct guest *guest = engine_instance_context(engine_running());
	if (engine_call_signal(guest->instance, SLOW_SIGNAL, ++handled, 0, 0).outcome != ENGINE_RETURNED)
		not_entered++;
}

static atomic_bool finished;

static void *send_many(void *argument)
{
	while (!atomic_load(&finished)) {
		usleep(100);
		pthread_kill(*(pthread_t *)argument, SIGUSR1);
	}
	return NULL;
}

/* Runs the sum under a rain of signals; it must come out right. */
static struct guest *run_slowly(const char *source, int flags)
{
	struct engine_module *slow = guest_module(source);
	struct guest *guest = guest_new(slow);
	struct sigaction action = {.sa_sigaction = on_handler_signal, .sa_flags = SA_SIGINFO | flags};
	pthread_t self = pthread_self(), thread;
	uint64_t sum, n = 299999999;
	handled = not_entered = 0;
	atomic_store(&finished, false);
	sigaction(SIGUSR1, &action, NULL);
	assert_int_equal(pthread_create(&thread, NULL, send_many, &self), 0);
	struct engine_result result = engine_call_start(guest->instance, SLOW_SUM);
	atomic_store(&finished, true);
	pthread_join(thread, NULL);
	signal(SIGUSR1, SIG_DFL);
	assert_int_equal(result.outcome, ENGINE_RETURNED);
	memcpy(&sum, guest->memory + 16384, sizeof sum);
	assert_true(sum == 3 * (n * (n + 1) / 2));
	assert_true(handled > 20);
	engine_module_unref(slow);
	return guest;
}

/* Handlers in the middle of running code, as asynchronous signals may be delivered to programs without
 * exceptions. */
static void handlers_run_between_instructions(void **state)
{
	(void)state;
	struct guest *guest = run_slowly(slow_text, 0);
	assert_int_equal(not_entered, 0);
	assert_int_equal(word(guest, 16392), 2 * handled);
	guest_free(guest);
}

static void handlers_do_not_run_where_they_may_not(void **state)
{
	(void)state;
	struct guest *guest = run_slowly(slow_throwing_text, 0);
	assert_int_equal(not_entered, handled);
	assert_int_equal(word(guest, 16392), 0);
	guest_free(guest);

	/* Nor on the stack for signal handlers. */
	guest = run_slowly(slow_text, SA_ONSTACK);
	assert_int_equal(not_entered, handled);
	assert_int_equal(word(guest, 16392), 0);
	guest_free(guest);
}

static void on_other_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	if (!engine_in_guest_code(context))
		return;
	struct guest *guest = engine_instance_context(engine_running());
	handled++;
	for (int i = 0; i < 500; i++)
		if (engine_call_start(guest->other->instance, OWN).outcome != ENGINE_RETURNED)
			not_entered++;
}

/* Another instance may be entered between instructions even if both throw exceptions until they are
 * collected. */
static void another_instance_runs_between_instructions(void **state)
{
	struct guest *guest = *state;
	struct sigaction action = {.sa_sigaction = on_other_signal, .sa_flags = SA_SIGINFO};
	pthread_t self = pthread_self(), thread;
	guest->other = guest_new(module);
	handled = not_entered = 0;
	atomic_store(&finished, false);
	sigaction(SIGUSR1, &action, NULL);
	assert_int_equal(pthread_create(&thread, NULL, send_many, &self), 0);
	for (int i = 0; i < 1000000 && handled < 300; i++) {
		struct engine_result result = engine_call_start(guest->instance, OWN);
		assert_int_equal(result.outcome, ENGINE_RETURNED);
		assert_int_equal(word(guest, 16384), 42);
	}
	atomic_store(&finished, true);
	pthread_join(thread, NULL);
	signal(SIGUSR1, SIG_DFL);
	assert_true(handled > 0);
	assert_int_equal(not_entered, 0);
	guest_free(guest->other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(endless_loops_are_broken_off),
		TEST(handlers_run_between_instructions),
		TEST(handlers_do_not_run_where_they_may_not),
		TEST(another_instance_runs_between_instructions),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
