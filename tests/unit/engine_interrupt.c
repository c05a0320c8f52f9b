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

/* What an instruction can trap for is known before anything is unwound. */
static void faults_are_told_with_all_frames(void **state)
{
	struct guest *guest = *state;
	static const struct {
		uint32_t function;
		int signal;
		uint64_t address;
		bool stack_overflow;
	} cases[] = {
		{UNREACHABLE, SIGILL, 0, false},  {NULL_LOAD, SIGSEGV, 8, false},
		{DIVIDE, SIGFPE, 0, false},       {DEEP, SIGSEGV, 0, true},
		{BAD_POINTER, SIGSEGV, 0, false}, {FILL_NULL, SIGSEGV, 0, false},
		{MISALIGNED, SIGBUS, 0, false},   {COPY_FAR, SIGSEGV, 0x40000000, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		guest->faults = 0;
		guest->last_fault = (struct engine_result){0};
		expect(guest, cases[i].function, ENGINE_TRAPPED, cases[i].signal, cases[i].address);
		assert_int_equal(guest->faults, 1);
		assert_int_equal(guest->last_fault.trap_signal, cases[i].signal);
		assert_int_equal(guest->last_fault.fault_address, cases[i].address);
		assert_int_equal(guest->last_fault.stack_overflow, cases[i].stack_overflow);
	}
}

static bool repair(struct guest *guest, void *ucontext, const struct engine_result *fault)
{
	(void)ucontext;
	return mprotect(guest->memory + (fault->fault_address & ~UINT64_C(4095)), 4096,
			PROT_READ | PROT_WRITE) == 0;
}

static void what_is_repaired_goes_on(void **state)
{
	struct guest *guest = *state;
	guest->fault = repair;
	expect(guest, NULL_LOAD, ENGINE_RETURNED, 0, 0);
	assert_int_equal(guest->faults, 1);
	expect(guest, COPY_FAR, ENGINE_RETURNED, 0, 0);
	assert_true(guest->faults >= 25);
}

static bool enter_another(struct guest *guest, void *ucontext, const struct engine_result *fault)
{
	(void)fault;
	guest->nested = engine_call_start(guest->other->instance, OWN);
	return engine_break(ucontext, 0, 0);
}

/* In the code of the guest, and in Wasmtime's on its behalf. */
static void another_instance_runs_at_a_fault(void **state)
{
	static const uint32_t functions[] = {NULL_LOAD, DIVIDE, UNREACHABLE, DEEP, FILL_NULL, COPY_FAR};
	struct guest *guest = *state;
	guest->other = guest_new(module);
	guest->fault = enter_another;
	for (size_t i = 0; i < 6; i++) {
		expect(guest, functions[i], ENGINE_UNWOUND, 0, 0);
		assert_int_equal(guest->nested.outcome, ENGINE_RETURNED);
		assert_int_equal(word(guest->other, 16384), 42);
	}
	guest_free(guest->other);
}

static volatile sig_atomic_t promised;

static void on_late_kick(int signal)
{
	(void)signal;
	promised = engine_look_again();
}

static enum engine_action kicked_late(struct guest *guest, int64_t *v)
{
	(void)guest;
	raise(SIGURG);
	v[0] = 5;
	return ENGINE_CONTINUE;
}

static enum engine_action look_twice(struct guest *guest)
{
	/* Another kick meanwhile. */
	if (guest->faults++ == 0)
		raise(SIGURG);
	return ENGINE_CONTINUE;
}

static enum engine_action look_and_leave(struct guest *guest)
{
	(void)guest;
	return ENGINE_UNWIND;
}

static void a_late_kick_is_looked_at(void **state)
{
	struct guest *guest = *state;
	signal(SIGURG, on_late_kick);
	guest->syscall = kicked_late;
	guest->look_again = look_twice;
	expect(guest, STORE_RESULT, ENGINE_RETURNED, 0, 0);
	assert_int_equal(promised, 1);
	assert_int_equal(guest->faults, 2);
	assert_int_equal(word(guest, 16384), 5);
	guest->look_again = look_and_leave;
	expect(guest, STORE_RESULT, ENGINE_UNWOUND, 0, 0);
	raise(SIGURG);
	assert_int_equal(promised, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(endless_loops_are_broken_off),
		TEST(handlers_run_between_instructions),
		TEST(handlers_do_not_run_where_they_may_not),
		TEST(another_instance_runs_between_instructions),
		TEST(faults_are_told_with_all_frames),
		TEST(what_is_repaired_goes_on),
		TEST(another_instance_runs_at_a_fault),
		TEST(a_late_kick_is_looked_at),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
