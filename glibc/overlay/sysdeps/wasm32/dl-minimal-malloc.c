/* wasm-ld's name for the end of the data.  */
#define _end __heap_base
#include <elf/dl-minimal-malloc.c>
