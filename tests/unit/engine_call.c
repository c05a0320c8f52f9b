/* Calls into guests: results, traps, unwinding, nested calls, exceptions. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "engine_guest.h"

static struct engine_module *module;

/* clang-format off */
static const char text[] = GUEST_MODULE(
	"(global $flag (mut i32) (i32.const 0))\n"
	"(data $hello \"hello\")\n"
	"(tag $jump (param i32))\n"
	"(func $init (if (i32.eqz (i32.load (i32.const 8192))) (then (memory.init $hello (i32.const 8196) (i32.const 0) (i32.const 5))\n"
	"  (i32.store (i32.const 8192) (i32.const 1)))))\n"
	"(start $init)\n"
	"(func $nothing)\n"
	"(func $call (drop (call $syscall (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const -7))))\n"
	"(func $forks (i64.store (i32.const 16384) (call $fork)))\n"
	"(func $threeis (i64.store (i32.const 16384) (call $threei (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6)\n"
	"  (i64.const 7) (i64.const 8) (i64.const 9) (i64.const 10) (i64.const 11) (i64.const 12) (i64.const 13) (i64.const 14) (i64.const 15))))\n"
	"(func $store_result (i64.store (i32.const 16384) " GUEST_CALL("9", "(i64.const 0)") "))\n"
	"(func $unreachable unreachable)\n"
	"(func $null (drop (i32.load (i32.const 8))))\n"
	"(func $high (drop (i32.load offset=4294967295 (i32.const -1))))\n"
	"(func $divide (drop (i32.div_s (i32.const 1) (global.get $flag))))\n"
	"(func $deep (call $deep))\n"
	"(func $bad_pointer (call_indirect (type $plain) (i32.const 31)))\n"
	"(func $fill_null (memory.fill (i32.const 0) (i32.const 1) (i32.const 5000)))\n"
	"(func $copy_far (memory.copy (i32.const 8192) (i32.const 0x40000000) (i32.const 100000)))\n"
	"(func $misaligned (drop (i32.atomic.load (i32.const 8193))))\n"
	/* 15: calls, and notes when an exception comes out of the call */
	"(func $catch (local $value i32) (local.set $value (block $caught (result i32)\n"
	"  (try_table (catch $jump $caught) (drop " GUEST_CALL("15", "(i64.const 0)") ") (i32.store (i32.const 16384) (i32.const 1)) (return))\n"
	"  (unreachable))) (i32.store (i32.const 16384) (local.get $value)))\n"
	"(func $throw (throw $jump (i32.const 42)))\n"
	"(func $loop (loop $again (br $again)))\n"
	/* 18, 19: handlers of signals; 20, 21: handlers of 3i */
	"(func $signal1 (param i32) (i32.store (i32.const 16392) (local.get 0)) (if (i32.eq (local.get 0) (i32.const 9)) (then (throw $jump (i32.const 77)))))\n"
	"(func $signal3 (param i32 i32 i32) (i32.store (i32.const 16392) (i32.add (local.get 0) (i32.add (local.get 1) (local.get 2)))))\n"
	"(func $handler32 (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i32) (i32.wrap_i64 (local.get 1)))\n"
	"(func $handler64 (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64) (i64.add (local.get 0) (local.get 12)))\n"
	"(func $own (local $value i32) (local.set $value (block $caught (result i32) (try_table (catch $jump $caught) (call $throw)) (unreachable)))\n"
	"  (i32.store (i32.const 16384) (local.get $value)))\n"
	/* 24: throws and keeps each exception, until there is no room for more */
	"(table $kept 1000000 exnref)\n"
	"(func $hoard (local $i i32) (loop $next\n"
	"  (table.set $kept (local.get $i) (block $caught (result exnref) (try_table (catch_all_ref $caught) (call $throw)) (unreachable)))\n"
	"  (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000000)))))\n"
	/* 25: keeps an exception over a call, then throws it again */
	"(func $odd (param i64 f64 i32 f32 i32 i64 i32) (result i64)\n"
	"	(i64.add (i64.add (local.get 0) (i64.extend_i32_s (i32.add (i32.add (local.get 2) (local.get 4)) (local.get 6))))\n"
	"		(i64.add (local.get 5) (i64.trunc_f64_s (local.get 1)))))\n"
	"(func $bare (i32.store (i32.const 16392) (i32.const 4711)))\n"
	"(func $hold (local $kept exnref) (local $value i32)\n"
	"  (local.set $kept (block $caught (result exnref) (try_table (catch_all_ref $caught) (call $throw)) (unreachable)))\n"
	"  (drop " GUEST_CALL("25", "(i64.const 0)") ")\n"
	"  (local.set $value (block $again (result i32) (try_table (catch $jump $again) (throw_ref (local.get $kept))) (unreachable)))\n"
	"  (i32.store (i32.const 16384) (local.get $value)))\n"
	"(func $vector (param v128) (result v128) (local.get 0))\n"
	"(func (export \"__lind_thread_start\") (param i32) (i32.store (i32.const 16396) (local.get 0)))\n"
	"(func (export \"__lind_attach_thread\") (param i32 i32) (i32.store (i32.const 16400) (i32.add (local.get 0) (local.get 1))))\n",
	"$nothing $call $forks $threeis $store_result $unreachable $null $high $divide $deep $bad_pointer $fill_null $copy_far $misaligned"
	" $catch $throw $loop $signal1 $signal3 $handler32 $handler64 $vector $own $hoard $hold $odd $bare");
/* clang-format on */

enum {
	NOTHING = 1,
	CALL,
	FORKS,
	THREEIS,
	STORE_RESULT,
	UNREACHABLE,
	NULL_LOAD,
	HIGH_LOAD,
	DIVIDE,
	DEEP,
	BAD_POINTER,
	FILL_NULL,
	COPY_FAR,
	MISALIGNED,
	CATCH,
	THROW,
	LOOP,
	SIGNAL1,
	SIGNAL3,
	HANDLER32,
	HANDLER64,
	VECTOR,
	OWN,
	HOARD,
	HOLD,
	ODD,
	BARE,
};

static int set_up(void **state)
{
	void (*test)(void **) = (void (*)(void **))(uintptr_t)*state;
	struct guest *guest = guest_new(module);
	guest->test = test;
	*state = guest;
	return 0;
}

static void run(void **state)
{
	guest_handlers_restore();
	((struct guest *)*state)->test(state);
}

static int tear_down(void **state)
{
	guest_free(*state);
	return 0;
}

static uint32_t word(const struct guest *guest, uint32_t address)
{
	uint32_t value;
	memcpy(&value, guest->memory + address, sizeof value);
	return value;
}

static void expect(struct guest *guest, uint32_t function, enum engine_outcome outcome, int signal,
		   uint64_t address)
{
	struct engine_result result = engine_call_start(guest->instance, function);
	if (result.outcome != outcome && result.trap_text)
		print_error("%s\n", result.trap_text);
	assert_int_equal(result.outcome, outcome);
	assert_int_equal(result.trap_signal, signal);
	assert_int_equal(result.fault_address, address);
	/* Whatever happened, the instance can be entered again. */
	assert_int_equal(engine_call_start(guest->instance, NOTHING).outcome, ENGINE_RETURNED);
	assert_null(engine_running());
}

static void data_are_initialised_once(void **state)
{
	struct guest *guest = *state;
	struct engine_instance *second;
	assert_memory_equal(guest->memory + 8196, "hello", 5);
	guest->memory[8196] = 'j';
	assert_int_equal(engine_instance_create(module, guest->memory, guest, &second), 0);
	assert_memory_equal(guest->memory + 8196, "jello", 5);
	engine_instance_free(second);
}

static void arguments_and_results_pass(void **state)
{
	struct guest *guest = *state;
	expect(guest, CALL, ENGINE_RETURNED, 0, 0);
	const int64_t arguments[7] = {1, 2, 3, 4, 5, 6, -7};
	assert_memory_equal(guest->seen, arguments, sizeof arguments);
	expect(guest, FORKS, ENGINE_RETURNED, 0, 0);
	assert_int_equal(word(guest, 16384), 4711);
	expect(guest, THREEIS, ENGINE_RETURNED, 0, 0);
	assert_int_equal(word(guest, 16384), (uint32_t)-38);
	for (int i = 0; i < 15; i++)
		assert_int_equal(guest->seen[i], i + 1);
	assert_int_equal(engine_call_thread_start(guest->instance, 12345).outcome, ENGINE_RETURNED);
	assert_int_equal(word(guest, 16396), 12345);
	assert_int_equal(engine_call_attach(guest->instance, 100, 23).outcome, ENGINE_RETURNED);
	assert_int_equal(word(guest, 16400), 123);
}

static void traps_become_signals(void **state)
{
	struct guest *guest = *state;
	expect(guest, UNREACHABLE, ENGINE_TRAPPED, SIGILL, 0);
	expect(guest, NULL_LOAD, ENGINE_TRAPPED, SIGSEGV, 8);
	expect(guest, HIGH_LOAD, ENGINE_TRAPPED, SIGSEGV, 0);
	expect(guest, DIVIDE, ENGINE_TRAPPED, SIGFPE, 0);
	expect(guest, DEEP, ENGINE_TRAPPED, SIGSEGV, 0);
	expect(guest, BAD_POINTER, ENGINE_TRAPPED, SIGSEGV, 0);
	expect(guest, MISALIGNED, ENGINE_TRAPPED, SIGBUS, 0);
	expect(guest, 1000, ENGINE_TRAPPED, SIGSEGV, 0);
}

/* These fault in the host's memset and memmove. */
static void bulk_operations_on_unmapped_memory_trap(void **state)
{
	struct guest *guest = *state;
	for (int i = 0; i < 100; i++) {
		expect(guest, FILL_NULL, ENGINE_TRAPPED, SIGSEGV, 0);
		expect(guest, COPY_FAR, ENGINE_TRAPPED, SIGSEGV, 0x40000000);
	}
}

static void a_shrunken_file_is_sigbus(void **state)
{
	struct guest *guest = *state;
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), 4096), 0);
	assert_ptr_equal(mmap(guest->memory, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, fileno(file), 0),
			 guest->memory);
	expect(guest, NULL_LOAD, ENGINE_RETURNED, 0, 0);
	assert_int_equal(ftruncate(fileno(file), 0), 0);
	expect(guest, NULL_LOAD, ENGINE_TRAPPED, SIGBUS, 8);
	fclose(file);
}

static enum engine_action unwind(struct guest *guest, int64_t *v)
{
	(void)guest;
	(void)v;
	return ENGINE_UNWIND;
}

static void a_callback_unwinds(void **state)
{
	struct guest *guest = *state;
	guest->syscall = unwind;
	for (int i = 0; i < 1000; i++)
		expect(guest, CATCH, ENGINE_UNWOUND, 0, 0);
	assert_int_equal(word(guest, 16384), 0);
}

static enum engine_action signal_in_syscall(struct guest *guest, int64_t *v)
{
	guest->nested = engine_call_signal(guest->instance, SIGNAL3, 1, 10, 100);
	v[0] = 5;
	return ENGINE_CONTINUE;
}

static void nested_calls_return(void **state)
{
	struct guest *guest = *state;
	guest->syscall = signal_in_syscall;
	expect(guest, STORE_RESULT, ENGINE_RETURNED, 0, 0);
	assert_int_equal(guest->nested.outcome, ENGINE_RETURNED);
	assert_int_equal(word(guest, 16392), 111);
	assert_int_equal(word(guest, 16384), 5);
}

static enum engine_action nested_unwind(struct guest *guest, int64_t *v)
{
	(void)v;
	if (guest->calls == 2)
		return ENGINE_UNWIND;
	guest->nested = engine_call_start(guest->instance, CALL);
	return ENGINE_UNWIND;
}

static void nested_unwinding_goes_on(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nested_unwind;
	expect(guest, CATCH, ENGINE_UNWOUND, 0, 0);
	assert_int_equal(guest->nested.outcome, ENGINE_UNWOUND);
	assert_int_equal(guest->calls, 2);
}

static enum engine_action nested_trap(struct guest *guest, int64_t *v)
{
	static const uint32_t which[] = {UNREACHABLE, NULL_LOAD, FILL_NULL, DIVIDE};
	v[0] = 9;
	guest->nested = engine_call_start(guest->instance, which[(guest->calls - 1) % 4]);
	return ENGINE_CONTINUE;
}

static void nested_traps_are_contained(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nested_trap;
	for (int i = 0; i < 8; i++) {
		expect(guest, STORE_RESULT, ENGINE_RETURNED, 0, 0);
		assert_int_equal(guest->nested.outcome, ENGINE_TRAPPED);
		assert_int_equal(word(guest, 16384), 9);
	}
}

static void exceptions_are_caught(void **state)
{
	struct guest *guest = *state;
	for (int i = 0; i < 100000; i++) {
		guest->memory[16384] = 0;
		assert_int_equal(engine_call_start(guest->instance, OWN).outcome, ENGINE_RETURNED);
		assert_int_equal(word(guest, 16384), 42);
	}
}

/* Exceptions have little room; a guest that keeps them all ends itself only. */
static void hoarded_exceptions_end_in_a_trap(void **state)
{
	struct guest *guest = *state;
	for (int i = 0; i < 3; i++)
		expect(guest, HOARD, ENGINE_TRAPPED, SIGILL, 0);
	struct guest *other = guest_new(module);
	expect(other, OWN, ENGINE_RETURNED, 0, 0);
	guest_free(other);
}

/* A handler that leaves by siglongjmp: the exception goes on into the frames that were interrupted. */
static enum engine_action nested_throw(struct guest *guest, int64_t *v)
{
	v[0] = 0;
	guest->nested = engine_call_signal(guest->instance, SIGNAL1, 9, 0, 0);
	return ENGINE_RETHROW;
}

static void exceptions_cross_nested_calls(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nested_throw;
	for (int i = 0; i < 3000; i++) {
		memset(guest->memory + 16384, 0, 4);
		expect(guest, CATCH, ENGINE_RETURNED, 0, 0);
		assert_int_equal(guest->nested.outcome, ENGINE_THREW);
		assert_int_equal(word(guest, 16384), 77);
	}
}

static enum engine_action nested_garbage(struct guest *guest, int64_t *v)
{
	for (int i = 0; i < 5000; i++)
		guest->nested = engine_call_start(guest->instance, OWN);
	v[0] = 0;
	return ENGINE_CONTINUE;
}

/* Collections in nested calls spare what the frames below hold. */
static void exceptions_in_use_are_not_collected(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nested_garbage;
	for (int i = 0; i < 20; i++) {
		memset(guest->memory + 16384, 0, 4);
		expect(guest, HOLD, ENGINE_RETURNED, 0, 0);
		assert_int_equal(guest->nested.outcome, ENGINE_RETURNED);
		assert_int_equal(word(guest, 16384), 42);
	}
}

static enum engine_action nested_throw_dropped(struct guest *guest, int64_t *v)
{
	nested_throw(guest, v);
	return ENGINE_CONTINUE;
}

static enum engine_action nested_throw_then_unwind(struct guest *guest, int64_t *v)
{
	nested_throw(guest, v);
	return ENGINE_UNWIND;
}

static void exceptions_may_be_dropped(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nested_throw_dropped;
	expect(guest, CATCH, ENGINE_RETURNED, 0, 0);
	assert_int_equal(word(guest, 16384), 1);
	guest->syscall = nested_throw_then_unwind;
	expect(guest, CATCH, ENGINE_UNWOUND, 0, 0);
	expect(guest, THROW, ENGINE_THREW, 0, 0);
}

static void nothing_to_rethrow_unwinds(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nested_throw;
	guest->syscall = NULL;
	expect(guest, CATCH, ENGINE_RETURNED, 0, 0);
}

static void handlers_are_called_by_type(void **state)
{
	struct guest *guest = *state;
	int64_t arguments[13] = {1000, -5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, INT64_C(1) << 40}, result = 0;
	assert_int_equal(engine_call_handler(guest->instance, HANDLER32, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, -5);
	assert_int_equal(engine_call_handler(guest->instance, HANDLER64, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, (INT64_C(1) << 40) + 1000);
	assert_int_equal(engine_call_handler(guest->instance, 31, arguments, &result).outcome,
			 ENGINE_REFUSED);
	assert_int_equal(engine_call_handler(guest->instance, 0xffffffff, arguments, &result).outcome,
			 ENGINE_REFUSED);
	assert_int_equal(engine_function_signature(guest->instance, SIGNAL1), ENGINE_SIGNATURE_PLAIN);
	assert_int_equal(engine_function_signature(guest->instance, SIGNAL3), ENGINE_SIGNATURE_PLAIN);
	assert_int_equal(engine_function_signature(guest->instance, HANDLER64), ENGINE_SIGNATURE_HANDLER_I64);
	assert_int_equal(engine_function_signature(guest->instance, VECTOR), ENGINE_SIGNATURE_OTHER);
	assert_int_equal(engine_function_signature(guest->instance, 0), ENGINE_SIGNATURE_NONE);
	assert_false(engine_has_dispatcher(guest->instance));
}

/* As native code finds values in registers, whatever their callee is declared to take. */
static void functions_of_other_types_are_called(void **state)
{
	struct guest *guest = *state;
	int64_t arguments[13] = {1, 20, 300, 4000, 50000, 600000}, result = -1;
	assert_int_equal(engine_call_handler(guest->instance, ODD, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, 54321);
	assert_int_equal(engine_call_handler(guest->instance, BARE, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, 0);
	assert_int_equal(word(guest, 16392), 4711);
	assert_int_equal(engine_call_handler(guest->instance, SIGNAL1, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(word(guest, 16392), 1);
	assert_int_equal(engine_call_signal(guest->instance, BARE, 1, 2, 3).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_call_signal(guest->instance, ODD, 1, 2, 3).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_call_signal(guest->instance, HANDLER32, 1, 2, 3).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_call_signal(guest->instance, VECTOR, 1, 2, 3).outcome, ENGINE_REFUSED);
	assert_int_equal(engine_call_handler(guest->instance, VECTOR, arguments, &result).outcome,
			 ENGINE_REFUSED);
	assert_int_equal(engine_function_signature(guest->instance, ODD), ENGINE_SIGNATURE_INTEGER);
}

static void stack_pointer_is_kept(void **state)
{
	struct guest *guest = *state;
	assert_int_equal(engine_stack_pointer_get(guest->instance), 65536);
	engine_stack_pointer_set(guest->instance, 0xfffffff0);
	assert_int_equal(engine_stack_pointer_get(guest->instance), 0xfffffff0);
}

/* A grate's handler: another instance on the same thread, while the first is running. */
static enum engine_action other_instance(struct guest *guest, int64_t *v)
{
	const int64_t arguments[13] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
	struct engine_instance *running = engine_running();
	guest->nested = engine_call_handler(guest->other->instance, HANDLER64, arguments, v);
	assert_ptr_equal(engine_running(), running);
	assert_int_equal(engine_call_start(guest->other->instance, FILL_NULL).outcome, ENGINE_TRAPPED);
	return ENGINE_CONTINUE;
}

static void calls_nest_across_instances(void **state)
{
	struct guest *guest = *state;
	guest->other = guest_new(module);
	guest->syscall = other_instance;
	expect(guest, STORE_RESULT, ENGINE_RETURNED, 0, 0);
	assert_int_equal(word(guest, 16384), 3);
	guest_free(guest->other);
}

/* An entry is refused where the host stack might not last, even if the guest would have used little of it. */
static enum engine_action descend(struct guest *guest, int64_t *v)
{
	volatile char frame[300 << 10];
	frame[0] = 0;
	guest->nested = engine_call_start(guest->other->instance, CALL);
	v[0] = frame[0];
	return ENGINE_CONTINUE;
}

static void *run_nested(void *argument)
{
	struct guest *guest = argument;
	if (engine_call_start(guest->instance, DEEP).trap_signal != SIGSEGV)
		return guest;
	return engine_call_start(guest->instance, CALL).outcome == ENGINE_RETURNED ? NULL : guest;
}

static void host_stack_is_checked(void **state)
{
	struct guest *first = *state, *second = guest_new(module);
	first->syscall = descend;
	first->other = second;
	for (unsigned room = 1; room <= 2; room++) {
		pthread_attr_t attributes;
		pthread_t thread;
		void *failed;
		size_t size = engine_host_stack(room);
		void *stack = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
		assert_ptr_not_equal(stack, MAP_FAILED);
		pthread_attr_init(&attributes);
		pthread_attr_setstack(&attributes, stack,
				      size); /* exactly this much: the C library would reuse a larger one */
		assert_int_equal(pthread_create(&thread, &attributes, run_nested, first), 0);
		pthread_join(thread, &failed);
		pthread_attr_destroy(&attributes);
		munmap(stack, size);
		assert_null(failed);
		assert_int_equal(first->nested.outcome, room == 1 ? ENGINE_REFUSED : ENGINE_RETURNED);
		assert_int_equal(second->calls, room - 1);
	}
	guest_free(second);
}

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

static void dispatchers_are_used(void **state)
{
	struct guest *guest = *state;
	int64_t arguments[13] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100}, result = 0;
	static const char *const types[] = {"i32", "i64"};
	for (int i = 0; i < 2; i++) {
		char source[4096];
		struct engine_instance *instance;
		snprintf(source, sizeof source,
			 GUEST_MODULE("(func $nothing) (func (export \"pass_fptr_to_wt\") (param i64 i64 i64 "
				      "i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)"
				      " (result %s) (%s (i64.sub (local.get 0) (local.get 13))))",
				      "$nothing"),
			 types[i], i == 0 ? "i32.wrap_i64" : "i64.mul (i64.const 1)");
		struct engine_module *grate = guest_module(source);
		assert_int_equal(engine_instance_create(grate, guest->memory, guest, &instance), 0);
		assert_true(engine_has_dispatcher(instance));
		assert_int_equal(engine_call_handler(instance, 7, arguments, &result).outcome,
				 ENGINE_RETURNED);
		assert_int_equal(result, -93);
		engine_instance_free(instance);
		engine_module_unref(grate);
	}
}

static void *create_many(void *argument)
{
	struct guest *guest = argument;
	for (int i = 0; i < 300; i++) {
		struct engine_instance *instance;
		if (engine_instance_create(module, guest->memory, guest, &instance) != 0)
			return guest;
		if (engine_call_start(instance, CALL).outcome != ENGINE_RETURNED)
			return guest;
		engine_instance_free(instance);
	}
	return NULL;
}

static void many_instances_on_many_threads(void **state)
{
	struct guest *guest = *state;
	pthread_t threads[8];
	void *failed;
	for (int i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, create_many, guest), 0);
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	struct engine_instance *held[1000];
	for (int i = 0; i < 1000; i++)
		assert_int_equal(engine_instance_create(module, guest->memory, guest, &held[i]), 0);
	for (int i = 0; i < 1000; i++)
		engine_instance_free(held[i]);
}

/* A start function that meets memory which the cage has not mapped fails; it does not end the process. */
static void start_without_memory_fails(void **state)
{
	(void)state;
	struct guest guest = {0};
	uint8_t *memory = mmap(NULL, engine_memory_reservation(), PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct engine_instance *instance = NULL;
	assert_int_equal(engine_instance_create(module, memory, &guest, &instance), -ENOEXEC);
	assert_null(instance);
	munmap(memory, engine_memory_reservation());
}

static int start(void **state)
{
	(void)state;
	if (guest_engine_start(&(struct engine_options){.no_cache = true, .guest_stack = 1 << 20}) != 0)
		return 1;
	module = guest_module(text);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	engine_module_unref(module);
	return 0;
}

#define TEST(function) {#function, run, set_up, tear_down, (void *)(uintptr_t)(function)}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(data_are_initialised_once),
		TEST(arguments_and_results_pass),
		TEST(traps_become_signals),
		TEST(bulk_operations_on_unmapped_memory_trap),
		TEST(a_shrunken_file_is_sigbus),
		TEST(a_callback_unwinds),
		TEST(nested_calls_return),
		TEST(nested_unwinding_goes_on),
		TEST(nested_traps_are_contained),
		TEST(exceptions_are_caught),
		TEST(hoarded_exceptions_end_in_a_trap),
		TEST(exceptions_cross_nested_calls),
		TEST(exceptions_in_use_are_not_collected),
		TEST(exceptions_may_be_dropped),
		TEST(nothing_to_rethrow_unwinds),
		TEST(handlers_are_called_by_type),
		TEST(functions_of_other_types_are_called),
		TEST(functions_of_other_types_are_called),
		TEST(stack_pointer_is_kept),
		TEST(calls_nest_across_instances),
		TEST(host_stack_is_checked),
		TEST(endless_loops_are_broken_off),
		TEST(handlers_run_between_instructions),
		TEST(handlers_do_not_run_where_they_may_not),
		TEST(another_instance_runs_between_instructions),
		TEST(dispatchers_are_used),
		TEST(many_instances_on_many_threads),
		TEST(start_without_memory_fails),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
