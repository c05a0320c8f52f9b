/* clone for programs: with CLONE_VM as libc has it, without as a fork whose child goes
   on in the function. An object of its own, since to link it is to fork.  */
#include <sysdep.h>
#include <arch-fork.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>

/* In lind-thread-start.S.  */
extern int __lind_call_on_stack (int (*) (void *), void *, void *);

int
clone (int (*function) (void *), void *stack, int flags, void *argument, ...)
{
  va_list ap;

  va_start (ap, argument);
  void *parent_tid = va_arg (ap, void *);
  void *tls = va_arg (ap, void *);
  void *child_tid = va_arg (ap, void *);
  va_end (ap);

  if ((flags & CLONE_VM) != 0)
    return __clone (function, stack, flags, argument, parent_tid, tls, child_tid);
  if (function == NULL || stack == NULL)
    return INLINE_SYSCALL_ERROR_RETURN_VALUE (EINVAL);

  long int result = lind_clone_fork ((unsigned int) flags, parent_tid, child_tid);

  if (result == 0)
    {
      stack = (void *) ((unsigned long int) stack & -16ul);
      int status = __lind_call_on_stack (function, argument, stack);
      while (1)
	INTERNAL_SYSCALL_CALL (exit, status);
    }
  if (INTERNAL_SYSCALL_ERROR_P (result))
    return INLINE_SYSCALL_ERROR_RETURN_VALUE (-result);
  return result;
}
