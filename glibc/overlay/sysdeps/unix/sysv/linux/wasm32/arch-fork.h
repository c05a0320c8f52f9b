/* fork has an import of its own, so that the post-link step sees which functions
   may be on the stack when it happens.  */
#include <sysdep.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

extern long long int __lind_fork (void)
  __attribute__ ((import_module ("lind"), import_name ("fork")));

/* clone without a stack, as a program makes it by clone or syscall: flags and words
   that the import has no room for. What it cannot do the runtime refuses.  */
static inline long int
lind_clone_fork (unsigned long int flags, pid_t *parent_tid, pid_t *child_tid)
{
  const unsigned long int known
    = CSIGNAL | CLONE_VFORK | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID
      | CLONE_CHILD_CLEARTID | CLONE_DETACHED | CLONE_UNTRACED | CLONE_SYSVSEM;
  const unsigned long int told = flags & (CSIGNAL | CLONE_VFORK | CLONE_VM);

  if ((flags & ~(known | ((flags & CLONE_VFORK) != 0 ? CLONE_VM : 0))) != 0)
    return INTERNAL_SYSCALL_CALL (clone, flags, NULL, parent_tid, child_tid, NULL);
  /* 0 would mean nothing said; CLONE_DETACHED has no meaning.  */
  if (told != SIGCHLD)
    INTERNAL_SYSCALL_CALL (vfork, told != 0 ? told : CLONE_DETACHED);

  long int result = (long int) __lind_fork ();

  if (result > 0 && (flags & CLONE_PARENT_SETTID) != 0)
    *parent_tid = result;
  if (result == 0 && (flags & CLONE_CHILD_CLEARTID) != 0)
    INTERNAL_SYSCALL_CALL (set_tid_address, child_tid);
  if (result == 0 && (flags & CLONE_CHILD_SETTID) != 0)
    *child_tid = INTERNAL_SYSCALL_CALL (getpid);
  return result;
}

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
