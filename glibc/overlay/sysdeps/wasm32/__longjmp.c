/* Throws the exception that clang's lowering of setjmp catches.  */
#include <setjmpP.h>

/* clang's number for the tag __c_longjmp.  */
enum { LONGJMP_TAG = 1 };

void
__longjmp (__jmp_buf env, int value)
{
  env[0].__thrown.__env = env;
  env[0].__thrown.__value = value ?: 1;
  __builtin_wasm_throw (LONGJMP_TAG, &env[0].__thrown);
}
