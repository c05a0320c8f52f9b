/*
 * Function bodies and constant expressions from instructions to bytes, each number in its shortest form.
 */
#include "code.h"
#include "opcode.h"

static void put_opcode(struct buffer *out, uint16_t op)
{
	if (op < OP_PAGE_MISC) {
		put_byte(out, (uint8_t)op);
	} else if (op < OP_PAGE_SIMD) {
		put_byte(out, 0xfc);
		put_u32(out, (uint32_t)op - OP_PAGE_MISC);
	} else if (op < OP_PAGE_ATOMIC) {
		put_byte(out, 0xfd);
		put_u32(out, (uint32_t)op - OP_PAGE_SIMD);
	} else if (op < OP_PAGE_CAST) {
		put_byte(out, 0xfe);
		put_u32(out, (uint32_t)op - OP_PAGE_ATOMIC);
	} else {
		put_byte(out, 0xfb);
		put_u32(out, (uint32_t)op - OP_PAGE_CAST);
	}
}

static void put_block_type(struct buffer *out, struct valtype type)
{
	if (type.code == TYPE_INDEX)
		put_s64(out, type.heap);
	else
		put_valtype(out, type);
}

static void put_try_table(struct buffer *out, const struct try_table *t)
{
	put_block_type(out, t->type);
	put_u32(out, t->count);
	for (uint32_t i = 0; i < t->count; i++) {
		put_byte(out, t->catches[i].kind);
		if (t->catches[i].kind < 2)
			put_u32(out, t->catches[i].tag);
		put_u32(out, t->catches[i].label);
	}
}

static void put_immediate(struct buffer *out, const struct instr *in)
{
	switch ((enum immediate)opcode_immediate[in->op]) {
	case IMM_INVALID:
	case IMM_NONE:
		return;
	case IMM_BLOCK:
		put_block_type(out, in->type);
		return;
	case IMM_TRY:
		put_try_table(out, in->try_table);
		return;
	case IMM_LABELS:
		put_u32(out, in->labels->count);
		for (uint32_t i = 0; i <= in->labels->count; i++)
			put_u32(out, in->labels->labels[i]);
		return;
	case IMM_TYPES:
		put_u32(out, in->types->count);
		for (uint32_t i = 0; i < in->types->count; i++)
			put_valtype(out, in->types->types[i]);
		return;
	case IMM_HEAP_TYPE:
		put_s64(out, in->type.heap);
		return;
	case IMM_CAST:
		put_byte(out, in->cast->flags);
		put_u32(out, in->cast->label);
		put_s64(out, in->cast->from);
		put_s64(out, in->cast->to);
		return;
	case IMM_INDIRECT:
	case IMM_TABLE_TABLE:
	case IMM_ELEMENT_TABLE:
	case IMM_MEMORY_MEMORY:
	case IMM_DATA_MEMORY:
		put_u32(out, in->pair[0]);
		put_u32(out, in->pair[1]);
		return;
	case IMM_LABEL:
	case IMM_TAG:
	case IMM_FUNCTION:
	case IMM_TYPE:
	case IMM_LOCAL:
	case IMM_GLOBAL:
	case IMM_TABLE:
	case IMM_ELEMENT:
	case IMM_MEMORY:
	case IMM_DATA:
		put_u32(out, in->index);
		return;
	case IMM_MEMARG:
	case IMM_MEMARG_LANE:
		put_u32(out, in->memarg.align);
		put_u32(out, in->memarg.offset);
		if (opcode_immediate[in->op] == IMM_MEMARG_LANE)
			put_byte(out, in->memarg.lane);
		return;
	case IMM_I32:
		put_s64(out, in->i32);
		return;
	case IMM_I64:
		put_s64(out, in->i64);
		return;
	case IMM_F32:
		put_fixed32(out, in->f32);
		return;
	case IMM_F64:
		put_fixed64(out, in->f64);
		return;
	case IMM_BYTES16:
		put_bytes(out, in->bytes16, 16);
		return;
	case IMM_LANE:
		put_byte(out, (uint8_t)in->index);
		return;
	case IMM_ZERO_BYTE:
		put_byte(out, 0);
		return;
	}
}

uint32_t code_write(const struct code *code, struct buffer *out, size_t body_start, struct buffer *hints)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < code->count; i++) {
		const struct instr *in = &code->instrs[i];
		if (hints && in->hint != HINT_NONE) {
			put_size(hints, out->size - body_start);
			put_u32(hints, 1);
			put_byte(hints, in->hint == HINT_LIKELY);
			count++;
		}
		put_opcode(out, in->op);
		put_immediate(out, in);
	}
	return count;
}

uint32_t body_write(const struct body *body, struct buffer *out, struct buffer *hints)
{
	size_t start = out->size;
	put_u32(out, body->run_count);
	for (uint32_t i = 0; i < body->run_count; i++) {
		put_u32(out, body->runs[i].count);
		put_valtype(out, body->runs[i].type);
	}
	return code_write(&body->code, out, start, hints);
}
