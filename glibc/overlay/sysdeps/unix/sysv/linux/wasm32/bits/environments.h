#ifndef _UNISTD_H
# error "Never include this file directly.  Use <unistd.h> instead"
#endif

/* One environment: 32-bit int, long and pointers with a 64-bit off_t.  */
#define _POSIX_V7_ILP32_OFFBIG 1
#define _POSIX_V6_ILP32_OFFBIG 1
#define _XBS5_ILP32_OFFBIG 1

#define _POSIX_V7_ILP32_OFF32 -1
#define _POSIX_V7_LP64_OFF64 -1
#define _POSIX_V7_LPBIG_OFFBIG -1
#define _POSIX_V6_ILP32_OFF32 -1
#define _POSIX_V6_LP64_OFF64 -1
#define _POSIX_V6_LPBIG_OFFBIG -1
#define _XBS5_ILP32_OFF32 -1
#define _XBS5_LP64_OFF64 -1
#define _XBS5_LPBIG_OFFBIG -1
