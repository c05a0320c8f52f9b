/* A call through a pointer traps unless the types agree: what is registered is a
   function of one argument that calls the user's function of none.  */
#include <stddef.h>
#include <stdlib.h>
#include "exit.h"
#undef atexit

extern void *__dso_handle __attribute__ ((__weak__));

static void
call (void *function)
{
  ((void (*) (void)) function) ();
}

int
attribute_hidden
atexit (void (*function) (void))
{
  return __cxa_atexit (call, (void *) function, &__dso_handle);
}
