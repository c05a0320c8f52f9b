/* fstat is the plain call, as grates expect it.  */
#define __fstat __redirect___fstat
#define fstat __redirect_fstat
#include <sys/stat.h>
#include <sysdep.h>
#undef __fstat
#undef fstat

int
__fstat64 (int fd, struct stat64 *buf)
{
  return INLINE_SYSCALL_CALL (fstat, fd, buf);
}
hidden_def (__fstat64)
weak_alias (__fstat64, fstat64)
strong_alias (__fstat64, __fstat)
weak_alias (__fstat64, fstat)
