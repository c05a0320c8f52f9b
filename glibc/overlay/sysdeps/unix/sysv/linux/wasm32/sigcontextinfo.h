#ifndef _SIGCONTEXTINFO_H
#define _SIGCONTEXTINFO_H

#include <sys/ucontext.h>

/* Code has no address.  */
static inline uintptr_t
sigcontext_get_pc (const ucontext_t *context)
{
  return 0;
}

#endif
