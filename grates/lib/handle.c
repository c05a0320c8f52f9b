/* What a grate takes, and its registration for a cage. */
#include "grate.h"

#include <lind/syscalls.h>
#include <lind_syscall.h>
#include <string.h>
#include <unistd.h>

static grate_raw_function *registered[GRATE_NUMBERS];
static enum grate_end at_end;

/* The third argument of call 1001: a function's index, which may look like THREEI_DEREGISTER; above it what
 * becomes of calls at the end, and that it is a function. */
#define END_SHIFT   32
#define IS_FUNCTION (UINT64_C(1) << 34)

bool grate_handle_raw(uint64_t number, grate_raw_function *function)
{
	if (number >= GRATE_NUMBERS)
		return false;
	registered[number] = function;
	return true;
}

bool grate_handle(uint64_t number, grate_function *function)
{
	grate_raw_function *entry = grate_entry(number);
	if (!entry)
		return false;
	grate_functions[number] = function;
	registered[number] = entry;
	return true;
}

bool grate_handle_name(const char *name, grate_function *function)
{
	for (uint64_t number = 0; number < GRATE_NUMBERS; number++) {
		const struct call_description *description = call_describe(number);
		if (description && !strcmp(description->name, name))
			return grate_handle(number, function);
	}
	return false;
}

void grate_handle_all(grate_function *function)
{
	for (uint64_t number = 0; number < GRATE_NUMBERS; number++)
		grate_handle(number, function);
}

void grate_set_end(enum grate_end end)
{
	at_end = end;
}

int libgrate_register(uint64_t caller, uint64_t cage, uint64_t grate)
{
	/* The number of this very call comes last, or the grate would see the rest of its own set-up as calls
	 * of its client. */
	for (unsigned step = 0; step <= GRATE_NUMBERS; step++) {
		unsigned number = step < GRATE_NUMBERS ? step : CALL_REGISTER_HANDLER;
		if (!registered[number] || (number == CALL_REGISTER_HANDLER && step < GRATE_NUMBERS))
			continue;
		uint64_t function =
			(uintptr_t)registered[number] | (uint64_t)at_end << END_SHIFT | IS_FUNCTION;
		int64_t result = make_threei_call64(CALL_REGISTER_HANDLER, 0, caller, caller, cage, number, 0,
						    grate, function, caller, 0, caller, 0, caller, 0, caller,
						    TRANSLATE_ERRNO_OFF);
		if (result < 0)
			return (int)result;
	}
	return 0;
}

int grate_register(pid_t cage)
{
	uint64_t self = (uint64_t)getpid();
	return libgrate_register(self, (uint64_t)cage, self);
}
