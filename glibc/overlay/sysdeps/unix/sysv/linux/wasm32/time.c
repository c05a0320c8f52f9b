/* time is the plain call; its result has 64 bits.  */
#include <time.h>
#include <sysdep.h>

time_t
__time (time_t *where)
{
  time_t now = __lind_syscall1 (__NR_time, NULL);

  if (where != NULL)
    *where = now;
  return now;
}
libc_hidden_def (__time)
weak_alias (__time, time)
libc_hidden_weak (time)
