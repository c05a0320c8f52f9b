/* From 3i's form of a handler to libgrate's. 3i doesn't tell a handler which call it is called for, so there
 * is one small function for each number, made from the call table; all of them come together in enter(). */
#include "grate.h"

#include <stdlib.h>

grate_function *grate_functions[GRATE_NUMBERS];

static void release(struct grate_call *call)
{
	void *block = call->memory;
	while (block) {
		void *next = *(void **)block;
		free(block);
		block = next;
	}
}

static int64_t enter(struct grate_call *call)
{
	/* The last argument is hardly ever a pointer, so its cage is the client's even where a grate in
	 * between has put another argument into its own memory. */
	call->client = call->cage[5];
	int64_t result = grate_functions[call->number](call);
	if (call->memory)
		release(call);
	return result;
}

#define SYSCALL(nr, ...)                                                                                     \
	static int64_t entry_##nr(uint64_t self, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2,         \
				  uint64_t a3, uint64_t c3, uint64_t a4, uint64_t c4, uint64_t a5,           \
				  uint64_t c5, uint64_t a6, uint64_t c6)                                     \
	{                                                                                                    \
		struct grate_call call = {                                                                   \
			.number = (nr),                                                                      \
			.argument = {a1, a2, a3, a4, a5, a6},                                                \
			.cage = {c1, c2, c3, c4, c5, c6},                                                    \
			.self = self,                                                                        \
		};                                                                                           \
		return enter(&call);                                                                         \
	}
#include <lind/syscalls.def>

static grate_raw_function *const entries[GRATE_NUMBERS] = {
#define SYSCALL(nr, ...) [nr] = entry_##nr,
#include <lind/syscalls.def>
};

grate_raw_function *grate_entry(uint64_t number)
{
	return number < GRATE_NUMBERS ? entries[number] : NULL;
}

void *grate_take(struct grate_call *call, size_t length)
{
	/* Two words in front, so that what follows is aligned for any type. */
	const size_t header = 16;
	void **block = length < SIZE_MAX - header ? malloc(header + length) : NULL;
	if (!block)
		return NULL;
	*block = call->memory;
	call->memory = block;
	return (char *)block + header;
}
