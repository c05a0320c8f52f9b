/*
 * start.c — starts the engine: Wasmtime's settings, the cache, the fault handlers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/internal.h"

struct engine engine;

const char *engine_version(void)
{
	return "Wasmtime " WASMTIME_VERSION;
}

static void warn_on_stderr(const char *message)
{
	fprintf(stderr, "lind: %s\n", message);
}

void engine_warn(const char *format, ...)
{
	char message[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	engine.warn(message);
}

/* Wasmtime's messages are lists of causes, one a line, the last of which says what is wrong: "  1: unexpected
 * end (at offset 0x8)". */
void engine_take_error(wasmtime_error_t *error, char *text, size_t text_size)
{
	if (text && text_size > 0) {
		wasm_byte_vec_t message;
		wasmtime_error_message(error, &message);
		size_t end = message.size;
		while (end > 0 && (message.data[end - 1] == '\n' || message.data[end - 1] == ' '))
			end--;
		size_t start = end;
		while (start > 0 && message.data[start - 1] != '\n')
			start--;
		while (start < end && message.data[start] == ' ')
			start++;
		size_t number = start;
		while (number < end && message.data[number] >= '0' && message.data[number] <= '9')
			number++;
		if (number > start && end - number > 2 && message.data[number] == ':' &&
		    message.data[number + 1] == ' ')
			start = number + 2;
		snprintf(text, text_size, "%.*s", (int)(end - start), message.data + start);
		wasm_byte_vec_delete(&message);
	}
	wasmtime_error_delete(error);
}

/* What a guest may use is what docs/abi.md lists, and nothing that gives it more than one memory or shares
 * one behind our back. */
static wasm_config_t *configure(size_t guest_stack)
{
	wasm_config_t *config = wasm_config_new();
	if (!config)
		return NULL;
	wasmtime_config_wasm_threads_set(config, true); /* atomics; shared memories stay off */
	wasmtime_config_shared_memory_set(config, false);
	wasmtime_config_wasm_exceptions_set(config, true);
	wasmtime_config_wasm_branch_hinting_set(config, true);
	wasmtime_config_wasm_gc_set(config, true);
	wasmtime_config_wasm_function_references_set(config, true);
	wasmtime_config_wasm_memory64_set(config, false);
	wasmtime_config_wasm_multi_memory_set(config, false);
	wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_SPEED);
	wasmtime_config_native_unwind_info_set(config, false);
	engine_memory_configure(config);
	lind_config_tune(config, guest_stack, ENGINE_GC_HEAP);
	return config;
}

int engine_start(const struct engine_callbacks *callbacks, const struct engine_options *options, char *error,
		 size_t error_size)
{
	static const struct engine_options defaults;
	if (!options)
		options = &defaults;
	engine.callbacks = *callbacks;
	engine.guest_stack = options->guest_stack ? options->guest_stack : (size_t)8 << 20;
	engine.verbose = options->verbose;
	engine.progress = options->progress;
	engine.warn = options->warn ? options->warn : warn_on_stderr;

	wasm_config_t *config = configure(engine.guest_stack);
	if (!config) {
		snprintf(error, error_size, "the engine did not start: out of memory");
		return -ENOMEM;
	}
	wasmtime_error_t *refused = lind_engine_new(config, &engine.wasm);
	if (refused) {
		int length = snprintf(error, error_size, "the engine did not start: ");
		if (length > 0 && (size_t)length < error_size)
			engine_take_error(refused, error + length, error_size - (size_t)length);
		return -EINVAL;
	}
	lind_engine_key(engine.wasm, engine.key);
	if (!options->no_cache)
		engine_cache_start(options->cache);
	int status = engine_interface_define();
	if (status == 0)
		status = engine_fault_start(error, error_size);
	else
		snprintf(error, error_size, "the engine did not start: out of memory");
	return status;
}
