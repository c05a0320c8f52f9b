/* Makes a fresh instance a thread of this program: the runtime runs a grate's
   handlers in such instances, on stacks of its own making. The descriptor, the dtv
   and the TLS image go into a block that the runtime gives and takes back; it is on
   none of the lists of threads, since the instance never ends like one.  */
#include <ctype.h>
#include <ldsodefs.h>
#include <list.h>
#include <pthreadP.h>
#include <resolv/resolv-internal.h>
#include <resolv/resolv_context.h>
#include <sys/single_threaded.h>
#include <libc-internal.h>
#include <tls.h>
#include <lind-attach.h>

static void __attribute_noinline__
become_thread (struct pthread *self, void *block, size_t size)
{
  self->tid = INTERNAL_SYSCALL_CALL (gettid);
  self->user_stack = true;
  self->stackblock = block;
  self->stackblock_size = size;
  self->specific[0] = self->specific_1stblock;
  /* On a list of its own: a child forked in a handler takes itself off.  */
  INIT_LIST_HEAD (&self->list);
  self->robust_head.list = &self->robust_head;
  self->robust_head.futex_offset
    = (offsetof (pthread_mutex_t, __data.__lock)
       - offsetof (pthread_mutex_t, __data.__list.__next));
  __resp = &self->res;
  __ctype_init ();
}

__attribute__ ((export_name ("__lind_attach_thread"))) void
__lind_attach_thread (char *block, size_t size)
{
  size_t align = MAX (__builtin_wasm_tls_align (), __alignof (struct pthread));
  dtv_t *dtv = (dtv_t *) block;
  char *tp = (char *) roundup ((size_t) (dtv + DTV_ELEMENTS) + TLS_PRE_TCB_SIZE,
			       align);

  dtv[0].counter = DTV_ELEMENTS - 2;
  dtv[2].pointer.val = tp;
  INSTALL_DTV (tp, dtv);
  __wasm_init_tls (tp);
  become_thread ((struct pthread *) (tp - TLS_PRE_TCB_SIZE), block, size);
}
