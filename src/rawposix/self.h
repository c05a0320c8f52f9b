/* What /proc/self tells in words. */
#ifndef LIND_RAWPOSIX_SELF_H
#define LIND_RAWPOSIX_SELF_H

#include "abi/call.h"

/* The text that /proc/self/`name` has for the call's cage, to be freed. Returns 1, 0: no such name, or
 * -ENOMEM. */
int self_text(struct call *call, const char *name, char **text, size_t *length);

#endif
