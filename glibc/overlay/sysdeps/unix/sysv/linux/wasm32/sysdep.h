#ifndef _LINUX_WASM32_SYSDEP_H
#define _LINUX_WASM32_SYSDEP_H 1

#include <sysdeps/unix/sysdep.h>
#include <sysdeps/unix/sysv/linux/sysdep.h>

#undef SYS_ify
#define SYS_ify(syscall_name) __NR_##syscall_name

#ifndef __ASSEMBLER__
# include <tls.h>
# include <lind-syscall.h>

# define INTERNAL_SYSCALL(name, nr, args...) \
  ((long int) __lind_syscall##nr (SYS_ify (name), ##args))
# define INTERNAL_SYSCALL_NCS(number, nr, args...) \
  ((long int) __lind_syscall##nr (number, ##args))

extern long int __syscall_error (long int neg_errno);
#endif

/* An offset is one argument.  */
#undef LO_HI_LONG
#define LO_HI_LONG(val) (val)

/* No secret to mangle with; return addresses are out of a guest's reach.  */
#define PTR_MANGLE(var) (void) (var)
#define PTR_DEMANGLE(var) (void) (var)

#endif
