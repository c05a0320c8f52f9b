/* One argument of a call, as strace writes it. */
#ifndef LIBGRATE_ARGUMENT_H
#define LIBGRATE_ARGUMENT_H

#include "structures.h"

/* Writes argument n. `result` is the call's, or 0 before it is made: it says whether and how much of a buffer
 * has been filled. */
void argument_put(struct decode *line, unsigned n, int64_t result);

/* An address as a number, or NULL. */
void argument_put_address(struct text *text, uint64_t address);

/* Where argument n points to. */
struct place argument_place(const struct decode *line, unsigned n);

/* The size that belongs to argument n: the value of another, or the word that that one points to. 0 if none
 * belongs to it. */
uint64_t argument_length(const struct decode *line, unsigned n);

#endif
