/* stat is the plain call, as grates expect it.  */
#define __stat __redirect___stat
#define stat __redirect_stat
#include <sys/stat.h>
#include <sysdep.h>
#undef __stat
#undef stat

int
__stat64 (const char *file, struct stat64 *buf)
{
  return INLINE_SYSCALL_CALL (stat, file, buf);
}
hidden_def (__stat64)
weak_alias (__stat64, stat64)
strong_alias (__stat64, __stat)
weak_alias (__stat64, stat)
