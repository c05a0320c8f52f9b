/* clone with CLONE_VM: the runtime makes a new instance over the same memory, which
   starts in __lind_thread_start with the record laid at the top of the stack. This
   is all that libc itself needs; a program's clone is in clone-fork.c.  */
#include <sysdep.h>
#include <stdarg.h>
#include <errno.h>
#include <sched.h>

/* Read by lind-thread-start.S. The runtime may look at the first four words. */
struct start
{
  int (*function) (void *);
  void *argument;
  void *stack_pointer;
  void *tls;
  int own_tls;			/* Or the parent's, as it is.  */
  void (*entry) (struct start *); /* Keeps the start function in the link.  */
  void *alignment[2];
};

extern void __lind_thread_start (struct start *);

int
__clone (int (*function) (void *), void *stack, int flags, void *argument, ...)
{
  va_list ap;

  va_start (ap, argument);
  void *parent_tid = va_arg (ap, void *);
  void *tls = va_arg (ap, void *);
  void *child_tid = va_arg (ap, void *);
  va_end (ap);

  if (function == NULL || stack == NULL)
    return INLINE_SYSCALL_ERROR_RETURN_VALUE (EINVAL);

  struct start *start = (void *) ((unsigned long int) stack & -16ul);
  start--;
  start->function = function;
  start->argument = argument;
  start->stack_pointer = start;
  start->own_tls = (flags & CLONE_SETTLS) != 0;
  start->tls = start->own_tls ? tls : __builtin_wasm_tls_base ();
  start->entry = __lind_thread_start;
  return INLINE_SYSCALL_CALL (clone, (unsigned int) flags, start, parent_tid,
			      child_tid, start->tls);
}
libc_hidden_def (__clone)

/* Where __lind_thread_start goes on, with stack and TLS in place.  */
void
__lind_thread_run (struct start *start)
{
  /* unwind.c begins the thread anew from it.  */
  if (start->own_tls)
    ((tcbhead_t *) __builtin_wasm_tls_base ())[-1].private = start;

  int status = start->function (start->argument);

  while (1)
    INTERNAL_SYSCALL_CALL (exit, status);
}
