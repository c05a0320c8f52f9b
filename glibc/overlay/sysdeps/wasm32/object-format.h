/* Included before every source of glibc, after libc-symbols.h: replaces what
   its ELF macros say and the wasm object format cannot.  */
#undef __make_section_unallocated
#define __make_section_unallocated(section)
#undef link_warning
#define link_warning(symbol, message)
#undef stub_warning
#define stub_warning(name)
#undef libc_freeres_ptr
#define libc_freeres_ptr(decl) \
  decl __attribute__ ((section ("__libc_freeres_ptrs")))
#undef __libc_freeres_fn_section
#define __libc_freeres_fn_section __attribute__ ((__used__))
#undef RETURN_ADDRESS
#define RETURN_ADDRESS(level) ((void *) 0)
