/* For programs whose main has three parameters: see start.c.  */
#include <unistd.h>

extern int __main_argc_argv_envp (int, char **, char **) __asm__ ("main");

int
__main_argc_argv (int argc, char **argv)
{
  return __main_argc_argv_envp (argc, argv, __environ);
}
