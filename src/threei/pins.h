/* Foreign memories that one call holds on to while it uses them. */
#ifndef LIND_THREEI_PINS_H
#define LIND_THREEI_PINS_H

#include "abi/call.h"

struct memory;

/* Lives beside the struct call of a make_threei_call; a plain system call's arguments are all the caller's
 * own, so it has none. */
struct call_pins {
	unsigned used; /* bit i: memory[i] is set, and counted unless NULL */
	struct memory *memory[CALL_ARGUMENTS];
};

void pins_release(struct call_pins *pins);

#endif
