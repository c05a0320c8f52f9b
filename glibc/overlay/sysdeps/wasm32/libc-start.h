#ifndef _LIBC_START_H
#define _LIBC_START_H

#ifndef SHARED
extern void __wasm_setup_phdr (void) attribute_hidden;
# define ARCH_SETUP_IREL()
# define ARCH_SETUP_TLS() (__wasm_setup_phdr (), __libc_setup_tls ())
# define ARCH_APPLY_IREL()
#endif

#endif
