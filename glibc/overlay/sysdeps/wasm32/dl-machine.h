/* No ELF object is ever loaded: these satisfy the sources of the dynamic
   linker that libc.a contains.  */
#ifndef dl_machine_h
#define dl_machine_h

#define ELF_MACHINE_NAME "wasm32"

#include <elf.h>
#include <dl-tls.h>
#include <dl-irel.h>
#include <dl-static-tls.h>
#include <dl-machine-rel.h>

static inline int __attribute_used__
elf_machine_matches_host (const ElfW(Ehdr) *ehdr)
{
  return 0;
}

static inline ElfW(Addr)
elf_machine_load_address (void)
{
  return 0;
}

static inline ElfW(Addr)
elf_machine_dynamic (void)
{
  return 0;
}

#define elf_machine_type_class(type) 0
#define ELF_MACHINE_JMP_SLOT 5
#define elf_machine_relplt elf_machine_rela

static inline int __attribute__ ((always_inline))
elf_machine_runtime_setup (struct link_map *map, struct r_scope_elem *scope[],
			   int lazy, int profile)
{
  return 0;
}

static inline ElfW(Addr)
elf_machine_fixup_plt (struct link_map *map, lookup_t target,
		       const ElfW(Sym) *refsym, const ElfW(Sym) *sym,
		       const ElfW(Rela) *reloc, ElfW(Addr) *where,
		       ElfW(Addr) value)
{
  return *where = value;
}

static inline ElfW(Addr)
elf_machine_plt_value (struct link_map *map, const ElfW(Rela) *reloc,
		       ElfW(Addr) value)
{
  return value + reloc->r_addend;
}

#define ARCH_LA_PLTENTER wasm32_gnu_pltenter
#define ARCH_LA_PLTEXIT wasm32_gnu_pltexit

#endif

#ifdef RESOLVE_MAP

static inline void __attribute__ ((always_inline))
elf_machine_rela (struct link_map *map, struct r_scope_elem *scope[],
		  const ElfW(Rela) *reloc, const ElfW(Sym) *sym,
		  const struct r_found_version *version, void *const where,
		  int skip_ifunc)
{
  _dl_reloc_bad_type (map, 0, 0);
}

static inline void __attribute__ ((always_inline))
elf_machine_rela_relative (ElfW(Addr) base, const ElfW(Rela) *reloc,
			   void *const where)
{
  *(ElfW(Addr) *) where = base + reloc->r_addend;
}

static inline void __attribute__ ((always_inline))
elf_machine_lazy_rel (struct link_map *map, struct r_scope_elem *scope[],
		      ElfW(Addr) base, const ElfW(Rela) *reloc, int skip_ifunc)
{
  _dl_reloc_bad_type (map, 0, 1);
}

#endif
