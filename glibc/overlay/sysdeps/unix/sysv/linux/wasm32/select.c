/* select is the plain call, as grates expect it.  */
#include <sys/select.h>
#include <sysdep-cancel.h>

int
__select (int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
	  struct timeval *timeout)
{
  /* The call changes the timeout, whose microseconds have 64 bits there.  */
  long long int left[2];

  if (timeout == NULL)
    return SYSCALL_CANCEL (select, nfds, readfds, writefds, exceptfds, NULL);

  left[0] = timeout->tv_sec;
  left[1] = timeout->tv_usec;
  int result = SYSCALL_CANCEL (select, nfds, readfds, writefds, exceptfds,
			       left);
  timeout->tv_sec = left[0];
  timeout->tv_usec = left[1];
  return result;
}
libc_hidden_def (__select)
weak_alias (__select, select)
weak_alias (__select, __libc_select)
