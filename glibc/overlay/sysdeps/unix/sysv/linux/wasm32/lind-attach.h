/* What a block for __lind_attach_thread holds besides the TLS image.  */
#ifndef _LIND_ATTACH_H
#define _LIND_ATTACH_H 1

#include <nptl/descr.h>
#include <tls.h>

/* The dtv: number of elements, generation, and the one module.  */
#define DTV_ELEMENTS 3

#define ATTACH_BASE_SIZE \
  (TLS_PRE_TCB_SIZE + DTV_ELEMENTS * sizeof (dtv_t) \
   + __alignof (struct pthread))

#endif
