/* The only way out of a guest program. An argument becomes 64 bits wide by a
   plain cast: clang zero-extends pointers and unsigned integers and sign-extends
   signed ones, which is what the runtime expects.

   tv_nsec and tv_usec have 32 bits here, so that they are the long that programs
   take them for, and 64 in the kernel's structures. Timeouts that a program passes
   in may have anything in the upper half; they are recognized by their type and
   replaced by clean copies.  */
#ifndef _LIND_SYSCALL_INTERNAL_H
#define _LIND_SYSCALL_INTERNAL_H

extern long long int __lind_syscall (long long int, long long int,
				     long long int, long long int,
				     long long int, long long int,
				     long long int)
  __attribute__ ((import_module ("lind"), import_name ("syscall")));

/* One or two pairs of seconds and their fraction.  */
struct __lind_times
{
  long long int word[4];
};

static inline __attribute__ ((always_inline, unused)) long long int
__lind_clean_times (unsigned long int from, int words, struct __lind_times *to)
{
  const long long int *word = (const long long int *) from;

  if (word == 0)
    return 0;
  for (int i = 0; i < words; i += 2)
    {
      to->word[i] = word[i];
      to->word[i + 1] = (long int) word[i + 1];
    }
  return (unsigned long int) to;
}

struct timespec;
struct timeval;
struct itimerspec;
struct itimerval;

#define __lind_clean(x, words) \
  __lind_clean_times ((unsigned long int) (x), words, \
		      &(struct __lind_times) { })
#define __lind_arg(x) \
  _Generic ((x), \
	    const struct timespec *: __lind_clean (x, 2), \
	    const struct timeval *: __lind_clean (x, 2), \
	    const struct itimerspec *: __lind_clean (x, 4), \
	    const struct itimerval *: __lind_clean (x, 4), \
	    default: (long long int) (x))

#define __lind_syscall0(n, ...) __lind_syscall (n, 0, 0, 0, 0, 0, 0)
#define __lind_syscall1(n, a) \
  __lind_syscall (n, __lind_arg (a), 0, 0, 0, 0, 0)
#define __lind_syscall2(n, a, b) \
  __lind_syscall (n, __lind_arg (a), __lind_arg (b), 0, 0, 0, 0)
#define __lind_syscall3(n, a, b, c) \
  __lind_syscall (n, __lind_arg (a), __lind_arg (b), __lind_arg (c), 0, 0, 0)
#define __lind_syscall4(n, a, b, c, d) \
  __lind_syscall (n, __lind_arg (a), __lind_arg (b), __lind_arg (c), \
		  __lind_arg (d), 0, 0)
#define __lind_syscall5(n, a, b, c, d, e) \
  __lind_syscall (n, __lind_arg (a), __lind_arg (b), __lind_arg (c), \
		  __lind_arg (d), __lind_arg (e), 0)
#define __lind_syscall6(n, a, b, c, d, e, f) \
  __lind_syscall (n, __lind_arg (a), __lind_arg (b), __lind_arg (c), \
		  __lind_arg (d), __lind_arg (e), __lind_arg (f))

#endif
