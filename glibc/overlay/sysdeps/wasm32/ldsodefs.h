#ifndef _WASM32_LDSODEFS_H
#define _WASM32_LDSODEFS_H 1

#include <elf.h>

/* The audit interface names a function per machine; none is ever called.  */
struct La_wasm32_regs;
struct La_wasm32_retval;

#define ARCH_PLTENTER_MEMBERS						\
  ElfW(Addr) (*wasm32_gnu_pltenter) (ElfW(Sym) *, unsigned int,		\
				     uintptr_t *, uintptr_t *,		\
				     const struct La_wasm32_regs *,	\
				     unsigned int *, const char *,	\
				     long int *)
#define ARCH_PLTEXIT_MEMBERS						\
  unsigned int (*wasm32_gnu_pltexit) (ElfW(Sym) *, unsigned int,	\
				      uintptr_t *, uintptr_t *,		\
				      const struct La_wasm32_regs *,	\
				      struct La_wasm32_retval *,	\
				      const char *)

#include_next <ldsodefs.h>

#endif
