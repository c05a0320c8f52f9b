/* There is no unwinder: a thread that exits or is cancelled runs the handlers
   registered since the innermost cleanup buffer and jumps to it. Where that frame is out of reach, since a
   signal's handler runs in the middle of code, in another instance, the rest of the
   thread runs there, on top.  */
#include <setjmp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include "pthreadP.h"
#include <jmpbuf-unwind.h>
#include <shlib-compat.h>
#include <sysdep.h>

/* A cage's own: 1 in a handler that runs in the middle of code.  */
#define PR_LIND_GET_INTERRUPTED 0x4c696e64

/* The first words of the record that clone.c laid for a thread.  */
struct start
{
  int (*function) (void *);
  void *argument;
};

static void *
result_of_thread (void *unused)
{
  return THREAD_GETMEM (THREAD_SELF, result);
}

static bool
frames_are_out_of_reach (void)
{
  return INTERNAL_SYSCALL_CALL (prctl, PR_LIND_GET_INTERRUPTED, 0, 0, 0, 0) > 0;
}

/* What comes after the jump, done here. A thread begins anew, with nothing to do, so
   that it comes to its end; the first one's end is that of __libc_start_call_main.  */
static void __attribute ((noreturn))
end_here (struct pthread *self)
{
  struct start *start = ((tcbhead_t *) READ_THREAD_POINTER ())[-1].private;

  if (start != NULL)
    {
      self->c11 = false;
      self->start_routine = result_of_thread;
      start->function (start->argument);
    }
  __nptl_deallocate_tsd ();
  if (! atomic_decrement_and_test (&__nptl_nthreads))
    while (1)
      INTERNAL_SYSCALL_CALL (exit, 0);
  exit (0);
}

void
__cleanup_fct_attribute __attribute ((noreturn))
__pthread_unwind (__pthread_unwind_buf_t *buf)
{
  struct pthread_unwind_buf *target = (struct pthread_unwind_buf *) buf;
  struct pthread *self = THREAD_SELF;
  struct _pthread_cleanup_buffer *last = target->priv.data.cleanup;
  struct _pthread_cleanup_buffer *handler = THREAD_GETMEM (self, cleanup);

  while (handler != NULL && handler != last)
    {
      struct _pthread_cleanup_buffer *previous = handler->__prev;
      handler->__routine (handler->__arg);
      handler = previous;
    }
  THREAD_SETMEM (self, cleanup, handler);
  if (frames_are_out_of_reach ())
    end_here (self);
  __libc_unwind_longjmp ((struct __jmp_buf_tag *) target->cancel_jmp_buf, 1);
  abort ();
}
libc_hidden_def (__pthread_unwind)

void
__cleanup_fct_attribute __attribute ((noreturn))
___pthread_unwind_next (__pthread_unwind_buf_t *buf)
{
  struct pthread_unwind_buf *done = (struct pthread_unwind_buf *) buf;

  __pthread_unwind ((__pthread_unwind_buf_t *) done->priv.data.prev);
}
versioned_symbol (libc, ___pthread_unwind_next, __pthread_unwind_next,
		  GLIBC_2_34);
