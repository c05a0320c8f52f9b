/* The version of the guest interface (docs/abi.md) that this tree speaks, and the custom section that carries
 * it in each module. */
#ifndef LIND_ABI_VERSION_H
#define LIND_ABI_VERSION_H

#include <stdint.h>

#define LIND_ABI_VERSION 3
/* Programs of versions from this one on run, too: what came later they lack (docs/abi.md). */
#define LIND_ABI_OLDEST  2
#define LIND_ABI_SECTION "lind.abi"
#define LIND_ABI_CLONES  "lind.clones"

/* Flags of the section. */
#define LIND_ABI_SUSPENDS 1u /* frames can be suspended and resumed */

/* Contents of the section: little endian, in this order. Addresses and sizes in bytes of guest memory. */
struct lind_abi_section {
	uint32_t version;
	uint32_t initial_memory;
	uint32_t stack_pointer;
	uint32_t heap_base;
	uint32_t attach_size;
	uint32_t flags;
};

#endif
