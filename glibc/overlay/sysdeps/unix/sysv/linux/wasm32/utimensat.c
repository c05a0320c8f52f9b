/* Two timespecs have the form of an itimerspec: lind-syscall.h cleans both.  */
#include <errno.h>
#include <sys/stat.h>
#include <sysdep.h>
#include <time.h>

int
__utimensat64_helper (int fd, const char *file,
		      const struct timespec times[2], int flags)
{
  return INLINE_SYSCALL_CALL (utimensat, fd, file,
			      (const struct itimerspec *) times, flags);
}
libc_hidden_def (__utimensat64_helper)

int
utimensat (int fd, const char *file, const struct timespec times[2], int flags)
{
  if (file == NULL)
    return INLINE_SYSCALL_ERROR_RETURN_VALUE (EINVAL);
  return __utimensat64_helper (fd, file, times, flags);
}
