/* gettimeofday is the plain call, as grates expect it.  */
#include <string.h>
#include <sys/time.h>
#include <sysdep.h>

int
__gettimeofday (struct timeval *restrict tv, void *restrict zone)
{
  if (zone != NULL)
    memset (zone, 0, sizeof (struct timezone));
  return INLINE_SYSCALL_CALL (gettimeofday, tv, zone);
}
libc_hidden_def (__gettimeofday)
weak_alias (__gettimeofday, gettimeofday)
libc_hidden_weak (gettimeofday)
