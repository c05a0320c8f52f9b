/* The thread pointer is the linker's __tls_base. Below it lie the TCB's two words
   and struct pthread, at and above it the thread's copy of the TLS image.  */
#ifndef _WASM32_TLS_H
#define _WASM32_TLS_H 1

#include <dl-sysdep.h>

#ifndef __ASSEMBLER__
# include <stdbool.h>
# include <stddef.h>
# include <stdint.h>
# include <dl-dtv.h>

/* Made by the linker: sets __tls_base to its argument and copies the image.  */
extern void __wasm_init_tls (void *);

# define READ_THREAD_POINTER() (__builtin_wasm_tls_base ())

# include <sysdep.h>

# define TLS_DTV_AT_TP 1
# define TLS_TCB_AT_TP 0

# include <nptl/descr.h>

typedef struct
{
  dtv_t *dtv;
  void *private;
} tcbhead_t;

# define TLS_INIT_TCB_SIZE 0
# define TLS_TCB_SIZE 0
# define TLS_PRE_TCB_SIZE						\
  (sizeof (struct pthread)						\
   + ((sizeof (tcbhead_t) + __alignof (struct pthread) - 1)		\
      & ~(__alignof (struct pthread) - 1)))

# define INSTALL_DTV(tcbp, dtvp) (((tcbhead_t *) (tcbp))[-1].dtv = (dtvp) + 1)
# define INSTALL_NEW_DTV(dtv) (THREAD_DTV () = (dtv))
# define GET_DTV(tcbp) (((tcbhead_t *) (tcbp))[-1].dtv)
# define THREAD_DTV() (((tcbhead_t *) READ_THREAD_POINTER ())[-1].dtv)

# define TLS_INIT_TP(tcbp) \
  ({ __wasm_init_tls (tcbp); (const char *) NULL; })
# define TLS_DEFINE_INIT_TP(tp, pd) void *tp = (void *) (pd) + TLS_PRE_TCB_SIZE

# define THREAD_SELF							\
  ((struct pthread *) ((char *) READ_THREAD_POINTER () - TLS_PRE_TCB_SIZE))
# define DB_THREAD_SELF REGISTER (32, 32, 0, 0)

# include <tcb-access.h>

# define NO_TLS_OFFSET -1

/* Guards the unloading of objects that a thread still looks into.  */
# define THREAD_GSCOPE_FLAG_UNUSED 0
# define THREAD_GSCOPE_FLAG_USED 1
# define THREAD_GSCOPE_FLAG_WAIT 2
# define THREAD_GSCOPE_SET_FLAG()					\
  do									\
    {									\
      THREAD_SELF->header.gscope_flag = THREAD_GSCOPE_FLAG_USED;	\
      atomic_write_barrier ();						\
    }									\
  while (0)
# define THREAD_GSCOPE_RESET_FLAG()					\
  do									\
    {									\
      int was = atomic_exchange_rel (&THREAD_SELF->header.gscope_flag,	\
				     THREAD_GSCOPE_FLAG_UNUSED);	\
      if (was == THREAD_GSCOPE_FLAG_WAIT)				\
	lll_futex_wake (&THREAD_SELF->header.gscope_flag, 1,		\
			LLL_PRIVATE);					\
    }									\
  while (0)

#endif
#endif
