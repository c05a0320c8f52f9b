#ifndef _DL_IREL_H
#define _DL_IREL_H

/* No indirect functions.  */
#include <ldsodefs.h>

static inline ElfW(Addr) __attribute ((always_inline))
elf_ifunc_invoke (ElfW(Addr) resolver)
{
  return ((ElfW(Addr) (*) (void)) resolver) ();
}

#endif
