/* Counts of calls that nobody served, for `lind -v`. */
#ifndef LIND_CAGE_MISSING_H
#define LIND_CAGE_MISSING_H

#include <stdint.h>

void missing_note(uint64_t number);
uint64_t missing_count(uint64_t number);

#endif
