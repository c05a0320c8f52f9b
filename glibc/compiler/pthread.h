/* In C, cleanup handlers are called by whoever cancels or ends the thread, and not
   jumped to: a thread may be cancelled in a handler of signals, which can't jump to
   the code that it interrupts.  */
#include_next <pthread.h>

#if !defined _LIND_PTHREAD_H && !defined __cplusplus
# define _LIND_PTHREAD_H 1

__BEGIN_DECLS

extern void _pthread_cleanup_push (struct _pthread_cleanup_buffer *__buffer,
				   void (*__routine) (void *), void *__arg);
extern void _pthread_cleanup_pop (struct _pthread_cleanup_buffer *__buffer,
				  int __execute);

# undef pthread_cleanup_push
# undef pthread_cleanup_pop
# define pthread_cleanup_push(routine, arg) \
  do {									      \
    struct _pthread_cleanup_buffer __cancel_buffer;			      \
    _pthread_cleanup_push (&__cancel_buffer, (routine), (arg));		      \
    do {
# define pthread_cleanup_pop(execute) \
    } while (0);							      \
    _pthread_cleanup_pop (&__cancel_buffer, (execute));			      \
  } while (0)

# ifdef __USE_GNU
#  undef pthread_cleanup_push_defer_np
#  undef pthread_cleanup_pop_restore_np
#  define pthread_cleanup_push_defer_np(routine, arg) \
  do {									      \
    struct _pthread_cleanup_buffer __cancel_buffer;			      \
    pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED,			      \
			   &__cancel_buffer.__canceltype);		      \
    _pthread_cleanup_push (&__cancel_buffer, (routine), (arg));		      \
    do {
#  define pthread_cleanup_pop_restore_np(execute) \
    } while (0);							      \
    pthread_setcanceltype (__cancel_buffer.__canceltype, NULL);		      \
    _pthread_cleanup_pop (&__cancel_buffer, (execute));			      \
  } while (0)
# endif

__END_DECLS

#endif
