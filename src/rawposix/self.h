/* What the folder of a process below /proc tells in words. */
#ifndef LIND_RAWPOSIX_SELF_H
#define LIND_RAWPOSIX_SELF_H

#include <stdbool.h>

#include "abi/call.h"

/* The text that /proc/N/`name` has for a cage, as the call's is told it, to be freed. Returns 1, 0: no such
 * name, -EACCES: of oneself only, or -ENOMEM. */
int self_text(struct call *call, struct cage *cage, const char *name, char **text, size_t *length);
/* The names that there are, one by one; NULL: no more. `own`: the asking process's folder. */
const char *self_name(size_t index, bool own);

#endif
