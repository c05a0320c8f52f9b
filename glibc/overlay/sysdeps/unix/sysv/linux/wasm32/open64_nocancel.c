/* As open64.c, for callers inside libc that are no cancellation point.  */
#include <fcntl.h>
#include <stdarg.h>
#include <not-cancel.h>

int
__open64_nocancel (const char *file, int flags, ...)
{
  int mode = 0;

  if (__OPEN_NEEDS_MODE (flags))
    {
      va_list ap;
      va_start (ap, flags);
      mode = va_arg (ap, int);
      va_end (ap);
    }
  return INLINE_SYSCALL_CALL (open, file, flags, mode);
}
hidden_def (__open64_nocancel)
strong_alias (__open64_nocancel, __open_nocancel)
hidden_def (__open_nocancel)
