/* open is the plain call, as grates expect it.  */
#include <fcntl.h>
#include <stdarg.h>
#include <sysdep-cancel.h>

int
__libc_open64 (const char *file, int flags, ...)
{
  int mode = 0;

  if (__OPEN_NEEDS_MODE (flags))
    {
      va_list ap;
      va_start (ap, flags);
      mode = va_arg (ap, int);
      va_end (ap);
    }
  return SYSCALL_CANCEL (open, file, flags, mode);
}
strong_alias (__libc_open64, __open64)
libc_hidden_weak (__open64)
weak_alias (__libc_open64, open64)
strong_alias (__libc_open64, __libc_open)
strong_alias (__libc_open64, __open)
libc_hidden_weak (__open)
weak_alias (__libc_open64, open)
