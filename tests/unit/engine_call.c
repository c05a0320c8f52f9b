/* Calls into guests: results, traps, unwinding, nested calls, exceptions. */
#include "engine_sample.h"

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
	assert_int_equal(guest_call_handler(guest->instance, HANDLER32, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, -5);
	assert_int_equal(guest_call_handler(guest->instance, HANDLER64, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, (INT64_C(1) << 40) + 1000);
	assert_int_equal(guest_call_handler(guest->instance, 31, arguments, &result).outcome, ENGINE_REFUSED);
	assert_int_equal(guest_call_handler(guest->instance, 0xffffffff, arguments, &result).outcome,
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
	assert_int_equal(guest_call_handler(guest->instance, ODD, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, 54321);
	assert_int_equal(guest_call_handler(guest->instance, BARE, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(result, 0);
	assert_int_equal(word(guest, 16392), 4711);
	assert_int_equal(guest_call_handler(guest->instance, SIGNAL1, arguments, &result).outcome,
			 ENGINE_RETURNED);
	assert_int_equal(word(guest, 16392), 1);
	assert_int_equal(engine_call_signal(guest->instance, BARE, 1, 2, 3).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_call_signal(guest->instance, ODD, 1, 2, 3).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_call_signal(guest->instance, HANDLER32, 1, 2, 3).outcome, ENGINE_RETURNED);
	assert_int_equal(engine_call_signal(guest->instance, VECTOR, 1, 2, 3).outcome, ENGINE_REFUSED);
	assert_int_equal(guest_call_handler(guest->instance, VECTOR, arguments, &result).outcome,
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
	guest->nested = guest_call_handler(guest->other->instance, HANDLER64, arguments, v);
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
		assert_int_equal(guest_call_handler(instance, 7, arguments, &result).outcome,
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
		TEST(stack_pointer_is_kept),
		TEST(calls_nest_across_instances),
		TEST(host_stack_is_checked),
		TEST(dispatchers_are_used),
		TEST(many_instances_on_many_threads),
		TEST(start_without_memory_fails),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
