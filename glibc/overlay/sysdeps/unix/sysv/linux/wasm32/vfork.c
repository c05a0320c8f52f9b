/* The child goes on over the memory and stack of its parent, which sleeps meanwhile:
   so nothing here may be needed afterwards that lies in memory.  */
#include <sysdep.h>
#include <arch-fork.h>
#include <errno.h>
#include <unistd.h>

pid_t
__vfork (void)
{
  long int result = lind_clone_fork (CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL);

  if (INTERNAL_SYSCALL_ERROR_P (result))
    return INLINE_SYSCALL_ERROR_RETURN_VALUE (-result);
  return result;
}
libc_hidden_def (__vfork)
weak_alias (__vfork, vfork)
