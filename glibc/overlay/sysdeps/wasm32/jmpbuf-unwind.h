#include <setjmp.h>
#include <stdint.h>
#include <sysdep.h>

/* Does a longjmp to this buffer leave the frame at ADDRESS?  */
#define _JMPBUF_UNWINDS(jmpbuf, address, demangle) \
  ((void *) (address) < (void *) demangle ((jmpbuf)[0].__sp))

#define _JMPBUF_UNWINDS_ADJ(jmpbuf, address, adj) \
  ((uintptr_t) (address) - (adj) < _jmpbuf_sp (jmpbuf) - (adj))

static inline uintptr_t __attribute__ ((unused))
_jmpbuf_sp (__jmp_buf regs)
{
  return regs[0].__sp;
}

#define __libc_unwind_longjmp(buf, val) __libc_longjmp (buf, val)
