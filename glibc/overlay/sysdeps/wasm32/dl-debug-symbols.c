/* C for the assembler source of the same name.  */
#include <rtld-sizes.h>

int _r_debug_extended[R_DEBUG_EXTENDED_SIZE / 4]
  __attribute__ ((visibility ("hidden")));
extern __typeof (_r_debug_extended) _r_debug
  __attribute__ ((alias ("_r_debug_extended")));
