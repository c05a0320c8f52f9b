/* For programs whose main has parameters: see start.c.  */
#include <dlfcn.h>

extern int __main_argc_argv (int, char **);

int
__main_void (void)
{
  return __main_argc_argv (__libc_argc, __libc_argv);
}
