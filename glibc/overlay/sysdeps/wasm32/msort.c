/* qsort hands its comparison function of two arguments to qsort_r, which calls
   it with three: put a function of the right type between.  */
#include <stdlib.h>
#undef libc_hidden_def
#define libc_hidden_def(name)
#define qsort __qsort_untyped
#include <stdlib/msort.c>
#undef qsort

static int
compare (const void *a, const void *b, void *function)
{
  return ((__compar_fn_t) function) (a, b);
}

void
qsort (void *base, size_t n, size_t size, __compar_fn_t function)
{
  __qsort_r (base, n, size, compare, (void *) function);
}
