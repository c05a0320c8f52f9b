/* Reading WebAssembly's bytes with every length checked: what scan.c and clones_section.c have in common. */
#ifndef LIND_ENGINE_READER_H
#define LIND_ENGINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *at, *end;
};

/** An unsigned LEB128 number of at most 32 bits. */
bool reader_u32(struct reader *reader, uint32_t *out);

/** Passes over one section with this number, and gives its contents; false if something else stands there. */
bool reader_section(struct reader *reader, uint8_t id, struct reader *content);

/** Passes over one declaration of a type; false: it is none of a function. */
bool reader_function_type(struct reader *reader);

/** 32 bits, little endian. */
static inline uint32_t reader_word(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

#endif
