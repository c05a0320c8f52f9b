/* Every argument is taken as a long: one that is 64 bits wide cannot be passed
   this way, and the runtime sees an address above 2 GiB sign-extended. What forks
   must be made by the import that the post-link step knows.  */
#include <sysdep.h>
#include <arch-fork.h>
#include <stdarg.h>

long int
syscall (long int number, ...)
{
  va_list ap;

  va_start (ap, number);
  long int a = va_arg (ap, long int);
  long int b = va_arg (ap, long int);
  long int c = va_arg (ap, long int);
  long int d = va_arg (ap, long int);
  long int e = va_arg (ap, long int);
  long int f = va_arg (ap, long int);
  va_end (ap);

  long int result;
  if (number == __NR_fork)
    result = lind_clone_fork (SIGCHLD, NULL, NULL);
  else if (number == __NR_vfork)
    result = lind_clone_fork (CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL);
  else if (number == __NR_clone && b == 0)
    result = lind_clone_fork (a, (pid_t *) c, (pid_t *) d);
  else
    result = INTERNAL_SYSCALL_NCS (number, 6, a, b, c, d, e, f);
  if (INTERNAL_SYSCALL_ERROR_P (result))
    return __syscall_error (result);
  return result;
}
