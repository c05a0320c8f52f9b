/* As atexit.c: at_quick_exit hands a function of no argument in here.  */
#include <stdlib.h>
#include "exit.h"

static struct exit_function_list initial_quick;
struct exit_function_list *__quick_exit_funcs = &initial_quick;

static void
call (void *function)
{
  ((void (*) (void)) function) ();
}

int
__cxa_at_quick_exit (void (*function) (void *), void *dso)
{
  return __internal_atexit (call, (void *) function, dso, &__quick_exit_funcs);
}
libc_hidden_def (__cxa_at_quick_exit)
