/* Guests for the engine's tests, written as text, and what runs them: a memory, an instance, callbacks that a
 * test can replace. */
#ifndef LIND_TESTS_ENGINE_GUEST_H
#define LIND_TESTS_ENGINE_GUEST_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include <wasm.h>
#include <wasmtime.h>

#include "engine/engine.h"

/* What all guests here begin with; the section says: version 2, 128 KiB of memory, stack from 64 KiB, heap
 * behind, 4096 to attach. */
#define GUEST_SECTION_FLAGS(version, flags)                                                                  \
	"(@custom \"lind.abi\" \"" version                                                                   \
	"\\00\\00\\00\\00\\00\\02\\00\\00\\00\\01\\00\\00\\00\\02\\00\\00\\10\\00\\00" flags                 \
	"\\00\\00\\00\")\n"
#define GUEST_SECTION(version) GUEST_SECTION_FLAGS(version, "\\00")
#define GUEST_IMPORTS                                                                                        \
	"(import \"lind\" \"syscall\" (func $syscall (param i64 i64 i64 i64 i64 i64 i64) (result i64)))\n"   \
	"(import \"lind\" \"fork\" (func $fork (result i64)))\n"                                             \
	"(import \"lind\" \"checkpoint\" (func $checkpoint (param i32) (result i64)))\n"                     \
	"(import \"lind\" \"threei_call\" (func $threei (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 " \
	"i64 i64 i64 i64) (result i64)))\n"
#define GUEST_EXPORTS                                                                                        \
	"(memory (export \"memory\") 65536 65536)\n"                                                         \
	"(global $sp (export \"__stack_pointer\") (mut i32) (i32.const 65536))\n"
/* _start calls the function of the table whose index it is given. */
#define GUEST_START                                                                                          \
	"(type $plain (func))\n"                                                                             \
	"(func (export \"_start\") (param i32) (call_indirect (type $plain) (local.get 0)))\n"
/* A call of lind.syscall with a number and one argument. */
#define GUEST_CALL(number, argument)                                                                         \
	"(call $syscall (i64.const " number ") " argument                                                    \
	" (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))"
#define GUEST_MODULE_FLAGS(functions, entries, flags)                                                        \
	"(module " GUEST_IMPORTS GUEST_EXPORTS GUEST_START                                                   \
	"(table (export \"__indirect_function_table\") 32 funcref)\n" functions                              \
	"(elem (i32.const 1) " entries ")\n" GUEST_SECTION_FLAGS("\\02", flags) ")"
#define GUEST_MODULE(functions, entries) GUEST_MODULE_FLAGS(functions, entries, "\\00")

struct guest {
	void (*test)(void **state);
	uint8_t *memory;
	struct engine_instance *instance;
	/* Called by lind.syscall; v as engine_callbacks says. */
	enum engine_action (*syscall)(struct guest *guest, int64_t *v);
	struct engine_result nested; /* for tests that make nested calls */
	struct guest *other;
	bool suspends; /* lind.fork suspends the frames, else it returns 4711 */
	/* engine_callbacks.fault and .look_again, where a test wants them. */
	bool (*fault)(struct guest *guest, void *ucontext, const struct engine_result *fault);
	enum engine_action (*look_again)(struct guest *guest);
	struct engine_result last_fault;
	int64_t seen[15];
	int calls, faults;
};

/* The tests look at plain numbers. */
static inline void guest_take(int64_t *plain, const struct engine_value *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		plain[i] = v[i].i64;
}

static inline enum engine_action guest_syscall(void *context, struct engine_value v[7])
{
	struct guest *guest = context;
	int64_t plain[7];
	guest_take(plain, v, 7);
	memcpy(guest->seen, plain, sizeof plain);
	guest->calls++;
	enum engine_action action = guest->syscall ? guest->syscall(guest, plain) : ENGINE_CONTINUE;
	v[0].i64 = plain[0];
	return action;
}

static inline enum engine_action guest_fork(void *context, struct engine_value v[1])
{
	const struct guest *guest = context;
	v[0].i64 = 4711;
	return guest->suspends ? ENGINE_SUSPEND : ENGINE_CONTINUE;
}

static inline enum engine_action guest_checkpoint(void *context, struct engine_value v[1])
{
	struct guest *guest = context;
	guest_take(guest->seen, v, 1);
	v[0].i64 = 0;
	return ENGINE_SUSPEND;
}

static inline enum engine_action guest_threei(void *context, struct engine_value v[15])
{
	struct guest *guest = context;
	guest_take(guest->seen, v, 15);
	v[0].i64 = -38;
	return ENGINE_CONTINUE;
}

static inline struct engine_result guest_call_handler(struct engine_instance *instance, uint32_t index,
						      const int64_t arguments[13], int64_t *result)
{
	struct engine_result outcome;
	uint64_t left[6], right[6];
	for (size_t i = 0; i < 6; i++) {
		left[i] = (uint64_t)arguments[1 + 2 * i];
		right[i] = (uint64_t)arguments[2 + 2 * i];
	}
	if (engine_call_handler(instance, index, (uint64_t)arguments[0], left, right, result, &outcome))
		return (struct engine_result){.outcome = ENGINE_RETURNED};
	return outcome;
}

static inline bool guest_fault(void *context, void *ucontext, const struct engine_result *fault)
{
	struct guest *guest = context;
	guest->last_fault = *fault;
	guest->faults++;
	return guest->fault && guest->fault(guest, ucontext, fault);
}

static inline enum engine_action guest_look_again(void *context)
{
	struct guest *guest = context;
	return guest->look_again ? guest->look_again(guest) : ENGINE_CONTINUE;
}

/* cmocka puts its own handlers before each test, which would take the guests' faults for failures: each test
 * begins with the engine's. */
static const int guest_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
static struct sigaction guest_handlers[4];

static inline void guest_handlers_keep(void)
{
	for (int i = 0; i < 4; i++)
		sigaction(guest_signals[i], NULL, &guest_handlers[i]);
}

static inline void guest_handlers_restore(void)
{
	for (int i = 0; i < 4; i++)
		sigaction(guest_signals[i], &guest_handlers[i], NULL);
}

static inline int guest_engine_start(const struct engine_options *options)
{
	static const struct engine_callbacks callbacks = {.syscall = guest_syscall,
							  .fork = guest_fork,
							  .checkpoint = guest_checkpoint,
							  .threei_call = guest_threei,
							  .look_again = guest_look_again,
							  .fault = guest_fault};
	char error[256] = "";
	int status = engine_start(&callbacks, options, error, sizeof error);
	if (status != 0)
		print_error("%s\n", error);
	guest_handlers_keep();
	return status;
}

static inline uint8_t *guest_memory_new(void)
{
	uint8_t *memory = mmap(NULL, engine_memory_reservation(), PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_int_equal(mprotect(memory + 4096, (128 << 10) - 4096, PROT_READ | PROT_WRITE), 0);
	return memory;
}

static inline wasm_byte_vec_t guest_assemble(const char *text)
{
	wasm_byte_vec_t bytes;
	wasmtime_error_t *error = wasmtime_wat2wasm(text, strlen(text), &bytes);
	if (error) {
		wasm_byte_vec_t message;
		wasmtime_error_message(error, &message);
		fail_msg("%.*s", (int)message.size, message.data);
	}
	return bytes;
}

static inline struct engine_module *guest_module(const char *text)
{
	char error[256] = "";
	struct engine_module *module = NULL;
	wasm_byte_vec_t bytes = guest_assemble(text);
	int status = engine_module_load(bytes.data, bytes.size, "guest", &module, error, sizeof error);
	wasm_byte_vec_delete(&bytes);
	assert_string_equal(error, "");
	assert_int_equal(status, 0);
	return module;
}

static inline struct guest *guest_new(struct engine_module *module)
{
	struct guest *guest = calloc(1, sizeof *guest);
	assert_non_null(guest);
	guest->memory = guest_memory_new();
	assert_int_equal(engine_instance_create(module, guest->memory, guest, &guest->instance), 0);
	return guest;
}

static inline void guest_free(struct guest *guest)
{
	engine_instance_free(guest->instance);
	munmap(guest->memory, engine_memory_reservation());
	free(guest);
}

/* The error that loading this text as a module gives, after its name; "" if it loads. In static memory. */
static inline const char *guest_refusal(const char *text)
{
	static char error[256];
	struct engine_module *module = NULL;
	wasm_byte_vec_t bytes = guest_assemble(text);
	error[0] = '\0';
	int status = engine_module_load(bytes.data, bytes.size, "x", &module, error, sizeof error);
	wasm_byte_vec_delete(&bytes);
	if (status == 0) {
		assert_non_null(module);
		engine_module_unref(module);
		return "";
	}
	assert_null(module);
	assert_memory_equal(error, "x: ", 3);
	return error + 3;
}

#endif
