/* The guest program that tests of entering guests share, a fresh instance of it for each test, and what they
 * ask of it. */
#ifndef ENGINE_SAMPLE_H
#define ENGINE_SAMPLE_H
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "engine_fixture.h"

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

#endif
