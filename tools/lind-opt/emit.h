/*
 * Puts code together instruction by instruction, for passes that write functions of their own.
 */
#ifndef LIND_OPT_EMIT_H
#define LIND_OPT_EMIT_H

#include "module.h"
#include "opcode.h"

struct emitter {
	struct arena *arena; /* of the module whose code it is */
	struct instr *instrs;
	uint32_t count, room;
};

/* Appends an instruction as it is. */
void emit(struct emitter *e, struct instr instr);

/* The same for instructions without an operand, with one, and with two. */
void emit_op(struct emitter *e, uint16_t op);
void emit_index(struct emitter *e, uint16_t op, uint32_t index);
void emit_pair(struct emitter *e, uint16_t op, uint32_t first, uint32_t second);

/* block, loop and if. */
void emit_block(struct emitter *e, uint16_t op, struct valtype type);

/* A constant zero of a number type. */
void emit_zero(struct emitter *e, uint8_t type_code);

/* Takes the code out of the emitter, which is empty then; it lies in the arena. */
struct code emit_finish(struct emitter *e);

#endif
