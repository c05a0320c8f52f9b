/* No profiling: the counter does nothing.  */
#include <sysdep.h>

static void mcount_internal (unsigned long int, unsigned long int);
#define _MCOUNT_DECL(frompc, selfpc) \
  static inline void mcount_internal (unsigned long int frompc, \
				      unsigned long int selfpc)
#define MCOUNT void _mcount (void) { }
