/* Frames that are suspended and resumed, in their instance and in a copy of it. The guests are written as
 * lind-opt would make them of two functions, $outer and $inner, the inner of which calls fork. */
#include <errno.h>
#include <signal.h>

#include "abi/guest.h"
#include "engine_fixture.h"

/* clang-format off */
#define GUEST_SUSPENDS \
	"(global $unwinding (export \"__lind_unwinding\") (mut i32) (i32.const 0))\n" \
	"(global $frames (export \"__lind_frames\") (mut i32) (i32.const 0))\n" \
	"(global $result (export \"__lind_result\") (mut i64) (i64.const 0))\n" \
	"(func $push (param i32) (global.set $frames (i32.sub (global.get $frames) (i32.const 4)))\n" \
	"  (i32.store (global.get $frames) (local.get 0)))\n" \
	"(func $pop (result i32) (i32.load (global.get $frames)) (global.set $frames (i32.add (global.get $frames) (i32.const 4))))\n" \
	/* A record that is not the one expected is a trap. */ \
	"(func $expect (param i32) (if (i32.ne (call $pop) (local.get 0)) (then unreachable)))\n"

static const char text[] = GUEST_MODULE_FLAGS(GUEST_SUSPENDS
	"(global $number (export \"__lind_global_7\") (mut f64) (f64.const 1.5))\n"
	"(global $vector (export \"__lind_global_12\") (mut v128) (v128.const i64x2 1 2))\n"
	"(tag $jump (export \"__lind_tag_0\") (param i32 i64))\n"
	"(table $kept (export \"__lind_exceptions\") 1 1000 exnref)\n"
	"(global $kept_count (export \"__lind_exception_count\") (mut i32) (i32.const 0))\n"
	/* inner: fork() + 1 */
	"(func $inner (result i64) (local $r i64)\n"
	"  (local.set $r (call $fork))\n"
	"  (if (global.get $unwinding) (then (call $push (i32.const 0x20000)) (return (i64.const 0))))\n"
	"  (i64.add (local.get $r) (i64.const 1)))\n"
	"(func $inner_resumed (result i64) (call $expect (i32.const 0x20000)) (call $expect (i32.const 0))\n"
	"  (i64.add (global.get $result) (i64.const 1)))\n"
	/* outer: notes inner() + the number at 8192 at 16384, and once more behind it */
	"(func $outer_end (param $x i32) (param $r i64)\n"
	"  (i64.store (i32.const 16384) (i64.add (local.get $r) (i64.extend_i32_u (local.get $x))))\n"
	"  (local.set $r (call $inner))\n"
	"  (if (global.get $unwinding) (then (call $push (i32.const 0x30000)) (return)))\n"
	"  (i64.store (i32.const 16392) (local.get $r)))\n"
	"(func $outer (local $x i32) (local $r i64)\n"
	"  (local.set $x (i32.load (i32.const 8192)))\n"
	"  (global.set $number (f64.const 2.5)) (global.set $vector (v128.const i64x2 3 4))\n"
	"  (local.set $r (call $inner))\n"
	"  (if (global.get $unwinding) (then (call $push (local.get $x)) (call $push (i32.const 0x10000)) (return)))\n"
	"  (call $outer_end (local.get $x) (local.get $r))\n"
	"  (if (global.get $unwinding) (then (call $push (i32.const 0x10001)))))\n"
	"(func $outer_resumed (local $site i32) (local $x i32)\n"
	"  (local.set $site (call $pop))\n"
	"  (if (i32.eq (local.get $site) (i32.const 0x10000)) (then\n"
	"    (local.set $x (call $pop)) (call $outer_end (local.get $x) (call $inner_resumed))\n"
	"    (if (global.get $unwinding) (then (call $push (i32.const 0x10001)))) (return)))\n"
	"  (if (i32.ne (local.get $site) (i32.const 0x10001)) (then unreachable))\n"
	"  (call $expect (i32.const 0x30000))\n"
	"  (i64.store (i32.const 16392) (call $inner_resumed)))\n"
	"(func (export \"__lind_resume\") (call $outer_resumed))\n"
	"(func $handler64 (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64) (local $r i64)\n"
	"  (local.set $r (call $inner)) (if (global.get $unwinding) (then (call $push (i32.const 0x40000)))) (local.get $r))\n"
	"(func (export \"__lind_resume_i64\") (result i64) (call $expect (i32.const 0x40000)) (call $inner_resumed))\n"
	"(func $handler32 (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i32) (local $r i64)\n"
	"  (local.set $r (call $inner)) (if (global.get $unwinding) (then (call $push (i32.const 0x50000)))) (i32.wrap_i64 (local.get $r)))\n"
	"(func (export \"__lind_resume_i32\") (result i32) (call $expect (i32.const 0x50000)) (i32.wrap_i64 (call $inner_resumed)))\n"
	/* 4: as $outer, over which a nested entry is suspended and resumed */
	"(func $calls (i64.store (i32.const 16400) " GUEST_CALL("1", "(i64.const 2)") "))\n"
	"(func $fills (param i32 i32 i32) unreachable)\n"
	/* 6, 7: keeps an exception; throws the kept one again and notes what it carries */
	"(func $keep (table.set $kept (i32.const 0) (block $caught (result exnref)\n"
	"  (try_table (catch_all_ref $caught) (throw $jump (i32.const 77) (i64.const 78))) (unreachable)))\n"
	"  (global.set $kept_count (i32.const 1)) (drop (call $inner)))\n"
	"(func $again (local $a i32) (local $b i64)\n"
	"  (block $caught (result i32 i64) (try_table (catch $jump $caught) (throw_ref (table.get $kept (i32.const 0)))) (unreachable))\n"
	"  (local.set $b) (local.set $a) (i32.store (i32.const 16384) (local.get $a)) (i64.store (i32.const 16392) (local.get $b)))\n"
	"(func $numbers (f64.store (i32.const 16384) (global.get $number)) (v128.store (i32.const 16400) (global.get $vector)))\n"
	"(func $checks (i64.store (i32.const 16384) (call $checkpoint (i32.const -2))))\n",
	"$outer $handler64 $handler32 $calls $fills $keep $again $numbers $checks", "\\01");
static const char plain_text[] = GUEST_MODULE("(func $forks (i64.store (i32.const 16384) (call $fork)))\n", "$forks");
/* clang-format on */

enum { OUTER = 1, HANDLER64, HANDLER32, CALLS, FILLS, KEEP, AGAIN, NUMBERS, CHECKS };

static int64_t number(const struct guest *guest, uint32_t address)
{
	int64_t value;
	memcpy(&value, guest->memory + address, sizeof value);
	return value;
}

static struct engine_result start(struct guest *guest, uint32_t function)
{
	return engine_call_start(guest->instance, function);
}

/* A second guest over a copy of the first one's memory, with its state. */
static struct guest *copy_of(struct guest *guest)
{
	struct guest *copy = guest_new(module);
	memcpy(copy->memory + 4096, guest->memory + 4096, (128 << 10) - 4096);
	assert_int_equal(engine_copy_state(copy->instance, guest->instance), 0);
	copy->suspends = guest->suspends;
	return copy;
}

static void frames_are_resumed(void **state)
{
	struct guest *guest = *state;
	guest->memory[8192] = 5;
	assert_int_equal(start(guest, OUTER).outcome, ENGINE_SUSPENDED);
	struct engine_frames frames = engine_frames_get(guest->instance);
	assert_int_equal(frames.stack_pointer, 65536);
	assert_int_equal(frames.end, 65536 - 128);
	assert_int_equal(frames.start, frames.end - 4 - 4 - 8);
	assert_int_equal(frames.entry, ENGINE_ENTRY_PLAIN);
	assert_int_equal(number(guest, 16384), 0);

	assert_int_equal(engine_resume(guest->instance, &frames, 100, NULL).outcome, ENGINE_SUSPENDED);
	assert_int_equal(number(guest, 16384), 106);
	frames = engine_frames_get(guest->instance);
	assert_int_equal(engine_resume(guest->instance, &frames, -1, NULL).outcome, ENGINE_RETURNED);
	assert_int_equal(number(guest, 16392), 0);
	assert_int_equal(engine_stack_pointer_get(guest->instance), 65536);
}

static void copies_go_their_own_way(void **state)
{
	struct guest *guest = *state;
	guest->memory[8192] = 5;
	assert_int_equal(start(guest, OUTER).outcome, ENGINE_SUSPENDED);
	struct engine_frames frames = engine_frames_get(guest->instance), inner;
	struct guest *child = copy_of(guest);

	guest->suspends = child->suspends = false;
	assert_int_equal(engine_resume(guest->instance, &frames, 1000, NULL).outcome, ENGINE_RETURNED);
	child->suspends = true;
	assert_int_equal(engine_resume(child->instance, &frames, 0, NULL).outcome, ENGINE_SUSPENDED);
	assert_int_equal(number(guest, 16384), 1006);
	assert_int_equal(number(guest, 16392), 4712);
	assert_int_equal(number(child, 16384), 6);
	inner = engine_frames_get(child->instance);

	struct guest *grandchild = copy_of(child);
	assert_int_equal(engine_resume(grandchild->instance, &inner, 20, NULL).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_resume(child->instance, &inner, 10, NULL).outcome, ENGINE_RETURNED);
	assert_int_equal(number(child, 16392), 11);
	assert_int_equal(number(grandchild, 16392), 21);
	assert_int_equal(start(grandchild, NUMBERS).outcome, ENGINE_RETURNED);
	double copied;
	memcpy(&copied, grandchild->memory + 16384, sizeof copied);
	assert_true(copied == 2.5);
	assert_int_equal(number(grandchild, 16400), 3);
	assert_int_equal(number(grandchild, 16408), 4);
	guest_free(grandchild);
	guest_free(child);
}

static void handlers_return_their_results(void **state)
{
	struct guest *guest = *state;
	const int64_t arguments[13] = {0};
	int64_t result = 0;
	assert_int_equal(guest_call_handler(guest->instance, HANDLER64, arguments, &result).outcome,
			 ENGINE_SUSPENDED);
	struct engine_frames frames = engine_frames_get(guest->instance);
	assert_int_equal(frames.entry, ENGINE_ENTRY_I64);
	assert_int_equal(engine_resume(guest->instance, &frames, INT64_C(1) << 40, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, (INT64_C(1) << 40) + 1);

	assert_int_equal(guest_call_handler(guest->instance, HANDLER32, arguments, &result).outcome,
			 ENGINE_SUSPENDED);
	frames = engine_frames_get(guest->instance);
	assert_int_equal(frames.entry, ENGINE_ENTRY_I32);
	assert_int_equal(engine_resume(guest->instance, &frames, -12, &result).outcome, ENGINE_RETURNED);
	assert_int_equal(result, -11);
}

static enum engine_action nests(struct guest *guest, int64_t *v)
{
	const int64_t arguments[13] = {0};
	int64_t result = 0;
	engine_stack_pointer_set(guest->instance, 32768);
	guest->nested = guest_call_handler(guest->instance, HANDLER64, arguments, &result);
	assert_int_equal(guest->nested.outcome, ENGINE_SUSPENDED);
	struct engine_frames frames = engine_frames_get(guest->instance);
	assert_int_equal(frames.end, 32768 - 128);
	guest->nested = engine_resume(guest->instance, &frames, 30, &result);
	engine_stack_pointer_set(guest->instance, 65536);
	v[0] = result;
	return ENGINE_CONTINUE;
}

static void nested_entries_suspend_only_themselves(void **state)
{
	struct guest *guest = *state;
	guest->syscall = nests;
	assert_int_equal(start(guest, CALLS).outcome, ENGINE_RETURNED);
	assert_int_equal(guest->nested.outcome, ENGINE_RETURNED);
	assert_int_equal(number(guest, 16400), 31);
}

static void no_room_for_records_is_a_fault(void **state)
{
	struct guest *guest = *state;
	static const uint32_t stacks[] = {4096 + 128, 4096 + 128 + 8, 0, 64, 0x80000000};
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		engine_stack_pointer_set(guest->instance, stacks[i]);
		struct engine_result result = start(guest, OUTER);
		assert_int_equal(result.outcome, ENGINE_TRAPPED);
		assert_int_equal(result.trap_signal, SIGSEGV);
	}
	/* Room for the import's record, but not for the others. */
	engine_stack_pointer_set(guest->instance, 4096 + 128 + 16);
	assert_int_equal(mprotect(guest->memory + 4096, 4096, PROT_NONE), 0);
	engine_stack_pointer_set(guest->instance, 8192 + 128 + 4);
	assert_int_equal(start(guest, OUTER).outcome, ENGINE_TRAPPED);
	/* Nothing is left of it. */
	guest->suspends = false;
	engine_stack_pointer_set(guest->instance, 65536);
	guest->memory[8192] = 0;
	assert_int_equal(start(guest, OUTER).outcome, ENGINE_RETURNED);
	assert_int_equal(number(guest, 16384), 4712);
}

static void foreign_records_are_a_trap(void **state)
{
	struct guest *guest = *state;
	assert_int_equal(start(guest, OUTER).outcome, ENGINE_SUSPENDED);
	struct engine_frames frames = engine_frames_get(guest->instance);
	memset(guest->memory + frames.start, 0x55, frames.end - frames.start);
	assert_int_equal(engine_resume(guest->instance, &frames, 1, NULL).outcome, ENGINE_TRAPPED);
	frames.start = 0x90000000;
	assert_int_equal(engine_resume(guest->instance, &frames, 1, NULL).outcome, ENGINE_TRAPPED);
}

static void exceptions_are_copied(void **state)
{
	struct guest *guest = *state;
	assert_int_equal(start(guest, KEEP).outcome, ENGINE_SUSPENDED);
	struct guest *child = copy_of(guest);
	for (int i = 0; i < 2; i++) {
		struct guest *each = i ? guest : child;
		assert_int_equal(start(each, AGAIN).outcome, ENGINE_RETURNED);
		assert_int_equal((int32_t)number(each, 16384), 77);
		assert_int_equal(number(each, 16392), 78);
	}
	guest_free(child);
}

static void checkpoint_suspends(void **state)
{
	struct guest *guest = *state;
	assert_int_equal(start(guest, CHECKS).outcome, ENGINE_SUSPENDED);
	assert_int_equal(guest->seen[0], 0xfffffffe);
	assert_false(engine_is_suspending());
}

static void others_cannot_suspend(void **state)
{
	struct guest *guest = *state;
	struct engine_module *plain = guest_module(plain_text);
	struct guest *other = guest_new(plain);
	const struct engine_frames frames = {.start = 8192, .end = 8196, .stack_pointer = 65536};
	other->suspends = true;
	assert_false(engine_module_layout(plain)->suspends);
	assert_true(engine_module_layout(module)->suspends);
	assert_int_equal(start(other, 1).outcome, ENGINE_RETURNED);
	assert_int_equal(number(other, 16384), -ENOSYS);
	assert_int_equal(engine_resume(other->instance, &frames, 1, NULL).outcome, ENGINE_REFUSED);
	assert_int_equal(engine_copy_state(other->instance, other->instance), -ENOTSUP);
	guest_free(other);
	engine_module_unref(plain);
	assert_int_equal(engine_resume(guest->instance, &frames, 1, NULL).outcome, ENGINE_TRAPPED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(frames_are_resumed),
		TEST(copies_go_their_own_way),
		TEST(handlers_return_their_results),
		TEST(nested_entries_suspend_only_themselves),
		TEST(no_room_for_records_is_a_fault),
		TEST(foreign_records_are_a_trap),
		TEST(exceptions_are_copied),
		TEST(checkpoint_suspends),
		TEST(others_cannot_suspend),
	};
	const struct engine_options options = {.no_cache = true, .guest_stack = 1 << 20};
	if (guest_engine_start(&options) != 0 || guest_faults_start() != 0)
		return 1;
	guest_handlers_keep();
	module = guest_module(text);
	int failures = cmocka_run_group_tests(tests, NULL, NULL);
	engine_module_unref(module);
	return failures;
}
