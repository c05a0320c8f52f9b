/* What the files of libgrate share; grates include <lind/grate.h>. */
#ifndef LIBGRATE_GRATE_H
#define LIBGRATE_GRATE_H

#include <lind/grate.h>

/* Numbers that a handler can be registered for: Linux's, 3i's, and those that grates share. */
#define GRATE_NUMBERS 4000

/* 3i's own calls. */
enum {
	CALL_REGISTER_HANDLER = 1001,
	CALL_COPY_DATA = 1002,
	CALL_COPY_TABLE = 1003,
};

/* Who handles each number; written before clients run, only read afterwards. */
extern grate_function *grate_functions[GRATE_NUMBERS];

/* The function that 3i calls for `number`: it makes a struct grate_call and calls grate_functions[number].
 * NULL: Linux and 3i have no such call. */
grate_raw_function *grate_entry(uint64_t number);

/* Registers what the grate takes: `caller` makes the calls, for `cage`, with handlers of `grate`. Returns 0
 * or -errno. */
int libgrate_register(uint64_t caller, uint64_t cage, uint64_t grate);

/* The name that error lines begin with. */
extern const char *libgrate_name;

#endif
