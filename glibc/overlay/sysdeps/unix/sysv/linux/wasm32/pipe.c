/* pipe is the plain call, as grates expect it.  */
#include <unistd.h>
#include <sysdep.h>

int
__pipe (int fds[2])
{
  return INLINE_SYSCALL_CALL (pipe, (int *) fds);
}
libc_hidden_def (__pipe)
weak_alias (__pipe, pipe)
