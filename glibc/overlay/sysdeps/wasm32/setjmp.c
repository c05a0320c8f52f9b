/* The run-time half of clang's -wasm-enable-sjlj: a call of setjmp becomes
   __wasm_setjmp, a handler of the longjmp exception asks __wasm_setjmp_test
   whether the exception is meant for this frame.  */
#include <setjmp.h>
#undef setjmp
#undef _setjmp

void
__wasm_setjmp (struct __jmp_buf_tag *env, unsigned int label, void *invocation)
{
  env->__jmpbuf[0].__invocation = invocation;
  env->__jmpbuf[0].__label = label;
  env->__jmpbuf[0].__sp = (unsigned long int) __builtin_frame_address (0);
}

unsigned int
__wasm_setjmp_test (struct __jmp_buf_tag *env, void *invocation)
{
  return env->__jmpbuf[0].__invocation == invocation
	 ? env->__jmpbuf[0].__label : 0;
}

void
__wasm_longjmp (struct __jmp_buf_tag *env, int value)
{
  __libc_siglongjmp (env, value);
}

/* The part of sigsetjmp before the call of setjmp that the header adds.  */
int
__sigsetjmp_mask (struct __jmp_buf_tag *env, int savemask)
{
  extern int __sigjmp_save (struct __jmp_buf_tag *, int);

  return __sigjmp_save (env, savemask);
}
