/* The run-time half of clang's -wasm-enable-sjlj: a call of setjmp becomes
   __wasm_setjmp, a handler of the longjmp exception asks __wasm_setjmp_test
   whether the exception is meant for this frame. sigsetjmp is a call that saves the
   mask and then one of setjmp, which has to tell it from a setjmp alone: longjmp
   restores the mask where __mask_was_saved says so.  */
#include <setjmp.h>
#undef setjmp
#undef _setjmp

/* What sigsetjmp's first half leaves for the second.  */
static unsigned long int
mask_note (struct __jmp_buf_tag *env)
{
  return (unsigned long int) env ^ 0x73696773;
}

void
__wasm_setjmp (struct __jmp_buf_tag *env, unsigned int label, void *invocation)
{
  env->__jmpbuf[0].__invocation = invocation;
  env->__jmpbuf[0].__label = label;
  env->__jmpbuf[0].__sp = (unsigned long int) __builtin_frame_address (0);
  if (env->__jmpbuf[0].__reserved[0] != mask_note (env))
    env->__mask_was_saved = 0;
  env->__jmpbuf[0].__reserved[0] = 0;
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

  env->__jmpbuf[0].__reserved[0] = mask_note (env);
  return __sigjmp_save (env, savemask);
}
