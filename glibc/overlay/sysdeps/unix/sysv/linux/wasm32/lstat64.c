/* lstat is the plain call, as grates expect it.  */
#define __lstat __redirect___lstat
#define lstat __redirect_lstat
#include <sys/stat.h>
#include <sysdep.h>
#undef __lstat
#undef lstat

int
__lstat64 (const char *file, struct stat64 *buf)
{
  return INLINE_SYSCALL_CALL (lstat, file, buf);
}
hidden_def (__lstat64)
weak_alias (__lstat64, lstat64)
strong_alias (__lstat64, __lstat)
weak_alias (__lstat64, lstat)
