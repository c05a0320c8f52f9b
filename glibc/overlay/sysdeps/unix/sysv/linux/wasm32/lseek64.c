/* The result has 64 bits, so the generic macros, whose result is a long, won't
   do.  */
#include <unistd.h>
#include <sysdep.h>
#include <errno.h>

off64_t
__lseek64 (int fd, off64_t offset, int whence)
{
  long long int result = __lind_syscall3 (__NR_lseek, fd, offset, whence);

  if (result < 0 && result >= -4095)
    return INLINE_SYSCALL_ERROR_RETURN_VALUE ((int) -result);
  return result;
}
weak_alias (__lseek64, lseek)
weak_alias (__lseek64, __lseek)
strong_alias (__lseek64, __libc_lseek)
libc_hidden_def (__lseek)
strong_alias (__lseek64, __libc_lseek64)
weak_alias (__lseek64, lseek64)
