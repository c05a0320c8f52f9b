/* fork has an import of its own, so that the post-link step sees which functions
   may be on the stack when it happens.  */
#include <sysdep.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

extern long long int __lind_fork (void)
  __attribute__ ((import_module ("lind"), import_name ("fork")));

static inline pid_t
arch_fork (void *ctid)
{
  long int result = (long int) __lind_fork ();

  /* The import has no room for CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID.  */
  if (result == 0)
    *(pid_t *) ctid = INTERNAL_SYSCALL_CALL (set_tid_address, ctid);
  else if (INTERNAL_SYSCALL_ERROR_P (result))
    return INLINE_SYSCALL_ERROR_RETURN_VALUE (-result);
  return result;
}
