#ifndef _SYS_PROCFS_H
# error "Never include <bits/procfs.h> directly; use <sys/procfs.h> instead."
#endif

#include <sys/ucontext.h>

#define ELF_NGREG NGREG
typedef unsigned long int elf_greg_t;
typedef unsigned long int elf_gregset_t[4];
typedef unsigned long long int elf_fpregset_t;
