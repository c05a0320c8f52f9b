/* As memcpy.c: small sizes by pieces, others by memory.fill.  */
#include <stdint.h>
#include <string.h>

typedef uint64_t __attribute__ ((__aligned__ (1), __may_alias__)) piece64;
typedef uint32_t __attribute__ ((__aligned__ (1), __may_alias__)) piece32;

void *
memset (void *target, int value, size_t n)
{
  char *to = target;
  uint64_t bytes = (unsigned char) value * 0x0101010101010101ull;

  if (n > 32)
    __asm__ volatile ("local.get %0\n\tlocal.get %1\n\tlocal.get %2\n\t"
		      "memory.fill 0"
		      : : "r" (to), "r" (value), "r" (n) : "memory");
  else if (n > 16)
    {
      ((piece64 *) to)[0] = bytes;
      ((piece64 *) to)[1] = bytes;
      ((piece64 *) (to + n))[-2] = bytes;
      ((piece64 *) (to + n))[-1] = bytes;
    }
  else if (n >= 8)
    {
      *(piece64 *) to = bytes;
      ((piece64 *) (to + n))[-1] = bytes;
    }
  else if (n >= 4)
    {
      *(piece32 *) to = bytes;
      ((piece32 *) (to + n))[-1] = bytes;
    }
  else
    for (size_t i = 0; i < n; i++)
      to[i] = bytes;
  return target;
}
libc_hidden_builtin_def (memset)
