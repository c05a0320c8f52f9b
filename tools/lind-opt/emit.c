/*
 * Code that passes put together.
 */
#include "emit.h"

#include <stdlib.h>
#include <string.h>

void emit(struct emitter *e, struct instr instr)
{
	if (e->count == e->room) {
		e->room = e->room ? e->room * 2 : 64;
		e->instrs = memory_resize(e->instrs, e->room, sizeof(*e->instrs));
	}
	e->instrs[e->count++] = instr;
}

void emit_op(struct emitter *e, uint16_t op)
{
	emit(e, (struct instr){.op = op});
}

void emit_index(struct emitter *e, uint16_t op, uint32_t index)
{
	emit(e, (struct instr){.op = op, .index = index});
}

void emit_pair(struct emitter *e, uint16_t op, uint32_t first, uint32_t second)
{
	emit(e, (struct instr){.op = op, .pair = {first, second}});
}

void emit_block(struct emitter *e, uint16_t op, struct valtype type)
{
	emit(e, (struct instr){.op = op, .type = type});
}

void emit_zero(struct emitter *e, uint8_t type_code)
{
	static const uint16_t constants[] = {
		[TYPE_I32 - TYPE_F64] = OP_I32_CONST,
		[TYPE_I64 - TYPE_F64] = OP_I64_CONST,
		[TYPE_F32 - TYPE_F64] = OP_F32_CONST,
		[TYPE_F64 - TYPE_F64] = OP_F64_CONST,
	};
	emit(e, (struct instr){.op = constants[type_code - TYPE_F64], .i64 = 0});
}

struct code emit_finish(struct emitter *e)
{
	struct code code = {e->count, ARENA_NEW(e->arena, struct instr, e->count)};
	if (e->count)
		memcpy(code.instrs, e->instrs, e->count * sizeof(*e->instrs));
	free(e->instrs);
	*e = (struct emitter){.arena = e->arena};
	return code;
}
