/* nanosleep is the plain call, as grates expect it.  */
#include <time.h>
#include <sysdep-cancel.h>

int
__nanosleep (const struct timespec *request, struct timespec *left)
{
  return SYSCALL_CANCEL (nanosleep, request, left);
}
libc_hidden_def (__nanosleep)
weak_alias (__nanosleep, nanosleep)
