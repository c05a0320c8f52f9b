#include_next <kernel-features.h>

/* One argument holds a 64-bit value.  */
#define __ASSUME_WORDSIZE64_ILP32 1
