/*
 * trap.c — what kind of trap an instruction of compiled code is, asked before Wasmtime unwinds anything.
 *
 * Wasmtime keeps this in a section of the image that it maps, ".wasmtime.traps", but shows it to nobody:
 * u32 entries, u32 blocks; for each block u32 first offset, u32 place of its body behind this index; a body
 * is the block's usual code (a byte) and for each entry `distance from the one before << 1 | another code
 * follows` as LEB128, and that code. Offsets are from the start of ".text". All of it was written by the
 * compiler of the same version; it is read with care all the same, in a handler of signals.
 */
#include <elf.h>
#include <string.h>

#include "engine/internal.h"

#define BLOCK_ENTRIES 128

struct bytes {
	const uint8_t *at, *end;
};

static bool section_of(const uint8_t *image, size_t size, const char *name, struct bytes *out)
{
	Elf64_Ehdr header;
	Elf64_Shdr names, section;
	if (size < sizeof header)
		return false;
	memcpy(&header, image, sizeof header);
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shentsize != sizeof section ||
	    header.e_shoff > size || (size - header.e_shoff) / sizeof section < header.e_shnum ||
	    header.e_shstrndx >= header.e_shnum)
		return false;
	const uint8_t *table = image + header.e_shoff;
	memcpy(&names, table + header.e_shstrndx * sizeof names, sizeof names);
	if (names.sh_offset > size || names.sh_size > size - names.sh_offset)
		return false;
	for (unsigned i = 0; i < header.e_shnum; i++) {
		memcpy(&section, table + i * sizeof section, sizeof section);
		if (section.sh_name >= names.sh_size || section.sh_offset > size ||
		    section.sh_size > size - section.sh_offset)
			continue;
		if (strncmp((const char *)image + names.sh_offset + section.sh_name, name,
			    names.sh_size - section.sh_name) != 0)
			continue;
		*out = (struct bytes){image + section.sh_offset, image + section.sh_offset + section.sh_size};
		return true;
	}
	return false;
}

static uint32_t word(const uint8_t *bytes)
{
	uint32_t value;
	memcpy(&value, bytes, sizeof value);
	return value;
}

static bool take_byte(struct bytes *from, uint8_t *out)
{
	if (from->at >= from->end)
		return false;
	*out = *from->at++;
	return true;
}

static bool take_number(struct bytes *from, uint64_t *out)
{
	uint8_t byte;
	*out = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (!take_byte(from, &byte))
			return false;
		*out |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool find_in_block(struct bytes body, uint64_t at, uint64_t wanted, uint8_t *out)
{
	uint64_t token;
	uint8_t usual, code;
	if (!take_byte(&body, &usual))
		return false;
	for (unsigned i = 0; i < BLOCK_ENTRIES && at <= wanted; i++) {
		if (!take_number(&body, &token))
			return false;
		at += token >> 1;
		code = usual;
		if ((token & 1) && !take_byte(&body, &code))
			return false;
		if (at == wanted) {
			*out = code;
			return true;
		}
	}
	return false;
}

bool engine_trap_at(const struct engine_code *code, uintptr_t counter, wasmtime_trap_code_t *out)
{
	void *start, *end;
	struct bytes text, traps;
	uint8_t found;
	wasmtime_module_image_range(code->module, &start, &end);
	const uint8_t *image = start;
	const size_t size = (size_t)((uint8_t *)end - image);
	if (!section_of(image, size, ".text", &text) || !section_of(image, size, ".wasmtime.traps", &traps) ||
	    traps.end - traps.at < 8)
		return false;
	const uint64_t offset = counter - (uintptr_t)text.at;
	const uint64_t blocks = word(traps.at + 4);
	const uint8_t *index = traps.at + 8;
	if ((uint64_t)(traps.end - index) / 8 < blocks)
		return false;
	uint64_t low = 0, high = blocks; /* the last block that begins at or before the offset */
	while (low < high) {
		uint64_t middle = (low + high) / 2;
		if (word(index + 8 * middle) <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	const uint8_t *bodies = index + 8 * blocks, *entry = index + 8 * (low - 1);
	if (word(entry + 4) > (uint64_t)(traps.end - bodies))
		return false;
	if (!find_in_block((struct bytes){bodies + word(entry + 4), traps.end}, word(entry), offset,
			   &found) ||
	    found > WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED)
		return false;
	*out = found;
	return true;
}
