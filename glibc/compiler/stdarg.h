/* The compiler's <stdarg.h>, but for calls without any variadic argument: there clang passes a null pointer as
   the argument list. Reading more arguments than were passed is common in C that never noticed (fcntl,
   ioctl, syscall, prctl and open take what they may not have been given), and harmless natively; here it
   would fault. So an empty list points at zeros.  */
#include_next <stdarg.h>

#if defined va_start && !defined __LIND_STDARG_H
#define __LIND_STDARG_H 1

__attribute__ ((__unused__)) static const long long __lind_no_arguments[8] = { 0 };

#undef va_start
#if defined __STDC_VERSION__ && __STDC_VERSION__ >= 202311L
#define va_start(list, ...)						\
  (__builtin_c23_va_start (list, __VA_ARGS__),				\
   (void) ((list) = (list) ? (list) : (__builtin_va_list) __lind_no_arguments))
#else
#define va_start(list, last)						\
  (__builtin_va_start (list, last),					\
   (void) ((list) = (list) ? (list) : (__builtin_va_list) __lind_no_arguments))
#endif
#endif
