/* There is no unwinder: a thread that exits or is cancelled runs the handlers
   registered since the innermost cleanup buffer and jumps to it.  */
#include <setjmp.h>
#include <stdlib.h>
#include "pthreadP.h"
#include <jmpbuf-unwind.h>
#include <shlib-compat.h>

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
