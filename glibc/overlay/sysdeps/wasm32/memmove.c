#define MEMCPY memmove
#include <sysdeps/wasm32/memcpy.c>
