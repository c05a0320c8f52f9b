#define __WORDSIZE 32
#define __WORDSIZE_TIME64_COMPAT32 1
/* clang's wasm32: size_t is unsigned long, ptrdiff_t is long.  */
#define __WORDSIZE32_SIZE_ULONG 1
#define __WORDSIZE32_PTRDIFF_LONG 1
/* Every system call argument has 64 bits, as on x32.  */
#define __SYSCALL_WORDSIZE 64
