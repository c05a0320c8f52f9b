/*
 * What the linker put at an address. Passive data segments carry no address; the start function that
 * wasm-ld writes copies each to its place, by `i32.const PLACE, i32.const 0, i32.const SIZE, memory.init`.
 */
#include "code.h"
#include "image.h"
#include "opcode.h"

/* True where these four instructions copy the beginning of a segment to a constant place. */
static bool is_copy(const struct instr *in)
{
	return in[0].op == OP_I32_CONST && in[1].op == OP_I32_CONST && in[1].i32 == 0 &&
	       in[2].op == OP_I32_CONST && in[3].op == OP_MEMORY_INIT;
}

bool image_word(struct module *m, uint32_t address, uint32_t *word)
{
	if (!m->has_start || m->functions[m->start].imported)
		return false;
	const struct body *start = function_decode(m, &m->functions[m->start]);
	if (!start)
		return false;
	for (uint32_t i = 0; i + 3 < start->code.count; i++) {
		const struct instr *in = &start->code.instrs[i];
		if (!is_copy(in))
			continue;
		struct span bytes = m->data[in[3].pair[0]].bytes;
		uint32_t place = (uint32_t)in[0].i32;
		if (address < place || address - place >= bytes.size || bytes.size - (address - place) < 4)
			continue;
		struct fault fault = {0};
		struct reader r = {bytes.data, address - place, bytes.size, &fault};
		*word = read_fixed32(&r);
		return true;
	}
	return false;
}
