/* abi/syscalls.def as a table. The file is installed with the grate headers, so it includes nothing of the
 * runtime. */
#include "abi/syscalls.h"

#include <stddef.h>

#define ARGUMENTS(...) ((const struct argument_description[]){__VA_ARGS__})

#define SYSCALL(number, name, status, flags, ...)                                                            \
	{number, CALL_##status, flags, sizeof ARGUMENTS(__VA_ARGS__) / sizeof(struct argument_description),  \
	 #name,  {__VA_ARGS__}},
static const struct call_description rows[] = {
#include "abi/syscalls.def"
};

/* The place of each row, for the look-up by number below. */
enum {
#define SYSCALL(number, name, ...) ROW_##number,
#include "abi/syscalls.def"
};

/* 1 + place in rows; 0: no such call. */
static const uint16_t places[] = {
#define SYSCALL(number, name, ...) [number] = 1 + ROW_##number,
#include "abi/syscalls.def"
};

const struct call_description *call_describe(uint64_t number)
{
	if (number >= sizeof places / sizeof *places || !places[number])
		return NULL;
	return &rows[places[number] - 1];
}
