#ifndef _BITS_SETJMP_H
#define _BITS_SETJMP_H 1

#if !defined _SETJMP_H && !defined _PTHREAD_H
# error "Never include <bits/setjmp.h> directly; use <setjmp.h> instead."
#endif

/* What the compiler's lowering of setjmp and longjmp keeps: who called setjmp,
   which of its calls it was, and what the exception carries.  */
typedef struct __jmp_buf_internal_tag
  {
    void *__invocation;
    unsigned int __label;
    struct { void *__env; int __value; } __thrown;
    unsigned long int __sp;
    unsigned long int __reserved[3];
  } __jmp_buf[1];

/* The compiler knows the name setjmp only.  */
#define _setjmp setjmp

#endif
