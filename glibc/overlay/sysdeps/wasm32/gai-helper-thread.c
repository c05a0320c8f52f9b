/* The functions that gai_misc.h has as gnu89's extern inline: clang doesn't inline
   them everywhere and emits them nowhere.  */
#include <assert.h>
#include <signal.h>
#include <internal-signals.h>
#include <pthreadP.h>
#include <futex-internal.h>
#include <netdb.h>
#include <limits.h>

#define inline
#include <gai_misc.h>
