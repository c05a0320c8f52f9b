#ifndef _SYS_UCONTEXT_H
#define _SYS_UCONTEXT_H 1

#include <features.h>
#include <bits/types/sigset_t.h>
#include <bits/types/stack_t.h>

/* A guest has no registers to look at.  */
#ifdef __USE_MISC
# define NGREG 4
typedef unsigned long int greg_t;
typedef unsigned long int gregset_t[4];
typedef unsigned long long int fpregset_t;
#endif

typedef struct mcontext_t
  {
    unsigned long int __gregs[4];
    unsigned long long int __fpregs;
  } mcontext_t;

typedef struct ucontext_t
  {
    unsigned long int __uc_flags;
    struct ucontext_t *uc_link;
    stack_t uc_stack;
    sigset_t uc_sigmask;
    mcontext_t uc_mcontext;
  } ucontext_t;

#endif
