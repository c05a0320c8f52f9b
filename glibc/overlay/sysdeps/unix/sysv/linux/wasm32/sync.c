/* A stub would return a value, and callers see void.  */
#include <unistd.h>
#include <sysdep.h>

void
sync (void)
{
  INTERNAL_SYSCALL_CALL (sync);
}
libc_hidden_def (sync)
