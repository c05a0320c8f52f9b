/* Vectors of strings in a guest: argv and envp. */
#ifndef LIND_ABI_STRINGS_H
#define LIND_ABI_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "abi/guest.h"

/* Copies the NULL-ended vector of strings at `address` (0: an empty one). `budget` holds how many bytes exec
 * still has, LIMIT_ARGUMENT_BYTES at first; each string takes its length with its NUL and the guest's pointer
 * to it. On success *out is a NULL-ended vector, freed with its strings by one free(), and *count (may be
 * NULL) says how many they are. Returns 0, -EFAULT, -E2BIG (over the budget, or a string over
 * LIMIT_ARGUMENT_STRING) or -ENOMEM; then *out is untouched. */
int guest_read_strings(const struct guest_memory *memory, uint64_t address, size_t *budget, char ***out,
		       size_t *count);

#endif
