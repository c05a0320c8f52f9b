#include <sysdep.h>
#include <errno.h>

long int
__syscall_error (long int neg_errno)
{
  __set_errno (-neg_errno);
  return -1;
}
