/* One system call stub; C, whatever its name says: see compile-syscall in
   sysdeps/wasm32/Makefile. make-syscalls.sh defines the macros SYSCALL_*, the
   signature among them: its letter i is a signed int, all else is unsigned.  */
#include <asm/unistd.h>
#include <lind-syscall.h>

extern long int __syscall_error (long int neg_errno);

#define CAT(a, b) CAT_ (a, b)
#define CAT_(a, b) a##b

#define PARAMS_0 void
#define PARAMS_1 long int a
#define PARAMS_2 PARAMS_1, long int b
#define PARAMS_3 PARAMS_2, long int c
#define PARAMS_4 PARAMS_3, long int d
#define PARAMS_5 PARAMS_4, long int e
#define PARAMS_6 PARAMS_5, long int f

/* The letters follow the result's letter and a colon; old entries of the list have
   a number instead.  */
#define SIGNED(n) ((SYSCALL_SIGNATURE "      ")[1 + n] == 'i')
#define WIDE(n, x) \
  (SIGNED (n) ? (long long int) (x) \
   : (long long int) (unsigned long int) (x))
#define ARGS_0
#define ARGS_1 , WIDE (1, a)
#define ARGS_2 ARGS_1, WIDE (2, b)
#define ARGS_3 ARGS_2, WIDE (3, c)
#define ARGS_4 ARGS_3, WIDE (4, d)
#define ARGS_5 ARGS_4, WIDE (5, e)
#define ARGS_6 ARGS_5, WIDE (6, f)

#define APPLY(macro, ...) macro (__VA_ARGS__)

long int
SYSCALL_SYMBOL (CAT (PARAMS_, SYSCALL_NARGS))
{
  long int result
    = (long int) APPLY (CAT (__lind_syscall, SYSCALL_NARGS),
			CAT (__NR_, SYSCALL_NAME) CAT (ARGS_, SYSCALL_NARGS));

#if SYSCALL_NOERRNO
  return result;
#elif SYSCALL_ERRVAL
  return -result;
#else
  if ((unsigned long int) result > -4096UL)
    return __syscall_error (result);
  return result;
#endif
}
hidden_def (SYSCALL_SYMBOL)
