/* A timeout among the socket options is a timeval from the program.  */
#include <sys/socket.h>
#include <sys/time.h>
#include <sysdep.h>

int
__setsockopt (int fd, int level, int option, const void *value,
	      socklen_t length)
{
  if (level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO)
      && length >= sizeof (struct timeval))
    return INLINE_SYSCALL_CALL (setsockopt, fd, level, option,
				(const struct timeval *) value, length);
  return INLINE_SYSCALL_CALL (setsockopt, fd, level, option, value, length);
}
libc_hidden_def (__setsockopt)
weak_alias (__setsockopt, setsockopt)
