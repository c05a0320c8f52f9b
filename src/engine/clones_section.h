/* The section lind.clones of a program (docs/abi.md): code that goes on from saved frames, out of which
 * modules are made as it is needed. No part of Wasmtime is used here. */
#ifndef LIND_ENGINE_CLONES_SECTION_H
#define LIND_ENGINE_CLONES_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The section taken apart; all of it lies in the bytes that it was read from. */
struct clones_section {
	uint32_t count;         /**< ids, 0 among them, which is no clone */
	const uint8_t *entries; /**< of each id its type, and where what it has ends behind `bodies` */
	const uint8_t *bodies;  /**< of each id the numbers of the types that it uses, and its code; of id 0
				   those of what is imported */
	uint32_t type_count;
	const uint8_t *types, *types_end;
	const uint8_t *imports; /**< the import section, whole */
	size_t imports_size;
};

/** True if the section is whole: every length in it was checked. What the head and the code say is the
 * compiler's to check. */
bool clones_section_read(const uint8_t *bytes, size_t length, struct clones_section *out);

/**
 * Makes a module of the clones whose ids are set in `wanted`, which has `count` entries; an instance of it
 * puts them into the first table that it imports, each into the slot of its id. It exports them by these
 * numbers.
 * \returns its bytes, which the caller frees, or NULL: out of memory.
 */
uint8_t *clones_section_build(const struct clones_section *section, const bool *wanted, size_t *length);

#endif
