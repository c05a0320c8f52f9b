/*
 * Statements of random programs.
 */
#ifndef LIND_OPT_PROGRAM_CODE_H
#define LIND_OPT_PROGRAM_CODE_H

#include "lind_opt_program_values.h"

static inline char program_type(struct program *g)
{
	return program_types[program_random(g, 5)];
}

/* Takes from the supply, and leaves whether it is used up. */
static inline void program_spend(struct program *g)
{
	program_index(g, OP_GLOBAL_GET, 1);
	program_i32(g, 1);
	program_op(g, OP_I32_SUB);
	program_index(g, OP_GLOBAL_SET, 1);
	program_index(g, OP_GLOBAL_GET, 1);
	program_i32(g, 0);
	program_op(g, OP_I32_LT_S);
}

static inline void program_loop(struct program *g, int depth)
{
	if (g->local_count + 1 >= PROGRAM_LOCALS)
		return;
	uint32_t counter = program_local(g, '#');
	program_i32(g, 1 + (int32_t)program_random(g, 3));
	program_index(g, OP_LOCAL_SET, counter);
	program_enter(g, OP_BLOCK, 0, false);
	program_enter(g, OP_LOOP, 0, true);
	program_statements(g, depth - 1);
	program_spend(g);
	program_index(g, OP_BR_IF, 1);
	program_index(g, OP_LOCAL_GET, counter);
	program_i32(g, 1);
	program_op(g, OP_I32_SUB);
	program_index(g, OP_LOCAL_TEE, counter);
	if (program_chance(g, 50)) {
		program_index(g, OP_BR_IF, 0);
	} else {
		program_enter(g, OP_IF, 0, false);
		program_statements(g, depth - 2);
		program_index(g, OP_BR, 1);
		program_leave(g);
	}
	program_statements(g, depth - 2);
	program_leave(g);
	program_leave(g);
}

static inline void program_switch(struct program *g, int depth)
{
	unsigned cases = 1 + program_random(g, 3);
	for (unsigned i = 0; i <= cases; i++)
		program_enter(g, OP_BLOCK, 0, false);
	program_value(g, 'i', depth - 1);
	program_i32(g, 3);
	program_op(g, 0x71);
	program_index(g, OP_BR_TABLE, cases);
	for (unsigned i = 0; i <= cases; i++)
		put_u32(g->out, i);
	for (unsigned i = 0; i < cases; i++) {
		program_leave(g);
		program_statements(g, depth - 1);
		if (program_chance(g, 50))
			program_index(g, OP_BR, g->labels[0].loop ? 0 : cases - 1 - i);
	}
	program_leave(g);
}

/* A branch to a block, with a value if it takes one; not to a loop, which might not end. */
static inline void program_branch(struct program *g, int depth)
{
	unsigned target = program_random(g, g->depth);
	char result = g->labels[g->depth - 1 - target].result;
	if (g->labels[g->depth - 1 - target].loop)
		return;
	if (program_chance(g, 50)) {
		program_value(g, 'i', depth - 1);
		program_enter(g, OP_IF, 0, false);
		if (result)
			program_value(g, result, depth - 1);
		program_index(g, OP_BR, target + 1);
		program_leave(g);
		return;
	}
	if (result)
		program_value(g, result, depth - 1);
	program_value(g, 'i', depth - 1);
	program_index(g, OP_BR_IF, target);
	if (result)
		program_op(g, OP_DROP);
}

static inline void program_throw(struct program *g, int depth)
{
	program_value(g, 'i', depth - 1);
	program_enter(g, OP_IF, 0, false);
	if (program_chance(g, 50)) {
		program_value(g, 'i', depth - 1);
		program_index(g, OP_THROW, 0);
	} else {
		program_value(g, 'I', depth - 1);
		program_value(g, 'i', depth - 1);
		program_index(g, OP_THROW, 1);
	}
	program_leave(g);
}

/* try_table inside a block that catches, inside one that is left where nothing was thrown. */
static inline void program_try(struct program *g, int depth)
{
	unsigned kind = program_random(g, 4);
	if (g->local_count + 2 >= PROGRAM_LOCALS)
		return;
	uint32_t exception = program_local(g, 'E');
	program_enter(g, OP_BLOCK, 0, false);
	if (kind == 1) {
		put_byte(g->out, OP_BLOCK);
		put_s64(g->out, PT_CAUGHT);
		g->labels[g->depth].loop = true; /* no target for branches */
		g->labels[g->depth++].result = 0;
	} else {
		program_enter(g, OP_BLOCK, "i\0\0E"[kind], false);
		g->labels[g->depth - 1].loop = true;
	}
	program_op(g, OP_TRY_TABLE);
	put_byte(g->out, TYPE_EMPTY);
	put_byte(g->out, 1);
	put_byte(g->out, (uint8_t)kind); /* catch, catch_ref, catch_all, catch_all_ref */
	if (kind < 2)
		put_byte(g->out, (uint8_t)kind); /* tag */
	put_byte(g->out, 0);
	g->labels[g->depth].loop = false;
	g->labels[g->depth++].result = 0;
	program_statements(g, depth - 1);
	program_throw(g, depth - 1);
	program_statements(g, depth - 1);
	program_leave(g);
	program_index(g, OP_BR, 1);
	program_leave(g);
	if (kind == 1 || kind == 3)
		program_index(g, OP_LOCAL_SET, exception);
	if (kind == 1) {
		program_op(g, OP_DROP);
		program_index(g, OP_CALL, PROGRAM_IMPORT_TRACE);
	} else if (kind == 0) {
		program_op(g, 0xad);
		program_index(g, OP_CALL, PROGRAM_IMPORT_TRACE);
	}
	program_statements(g, depth - 1);
	if (kind == 1 || kind == 3) {
		program_value(g, 'i', 1);
		program_enter(g, OP_IF, 0, false);
		program_index(g, OP_LOCAL_GET, exception);
		program_op(g, OP_THROW_REF);
		program_leave(g);
	}
	program_leave(g);
}

static inline void program_assign(struct program *g, int depth)
{
	static const char globals[PROGRAM_GLOBALS + 1] = "iiiIFv";
	char type = program_type(g);
	uint32_t local = program_any_local(g, type);
	if (program_chance(g, 20)) {
		uint32_t global = 2 + program_random(g, PROGRAM_GLOBALS - 2);
		program_value(g, globals[global], depth - 1);
		program_index(g, OP_GLOBAL_SET, global);
	} else if (local < PROGRAM_LOCALS) {
		program_value(g, type, depth);
		program_index(g, OP_LOCAL_SET, local);
	}
}

static inline void program_store(struct program *g, int depth)
{
	static const uint16_t stores[] = {OP_I32_STORE, OP_I64_STORE, OP_F32_STORE, OP_F64_STORE,
					  OP_V128_STORE};
	unsigned pick = program_random(g, 5);
	program_address(g, depth);
	program_value(g, program_types[pick], depth - 1);
	program_memory(g, stores[pick]);
}

static inline void program_statement(struct program *g, int depth)
{
	unsigned type;
	switch (program_random(g, 12)) {
	case 0:
	case 1:
	case 2:
		program_assign(g, depth);
		return;
	case 3:
		program_store(g, depth);
		return;
	case 4:
		program_value(g, 'I', depth);
		program_index(g, OP_CALL, PROGRAM_IMPORT_TRACE);
		return;
	case 5:
		program_value(g, 'i', depth - 1);
		program_enter(g, OP_IF, 0, false);
		program_statements(g, depth - 1);
		if (program_chance(g, 60)) {
			program_op(g, OP_ELSE);
			program_statements(g, depth - 1);
		}
		program_leave(g);
		return;
	case 6:
		program_enter(g, OP_BLOCK, 0, false);
		program_statements(g, depth - 1);
		program_branch(g, depth);
		program_statements(g, depth - 1);
		program_leave(g);
		return;
	case 7:
		program_loop(g, depth);
		return;
	case 8:
		program_switch(g, depth);
		return;
	case 9:
		program_try(g, depth);
		return;
	case 10:
		program_branch(g, depth);
		return;
	default:
		type = program_any_type(g);
		program_call(g, type, depth);
		for (const char *p = g->results[type]; *p; p++)
			program_op(g, OP_DROP);
	}
}

static inline void program_statements(struct program *g, int depth)
{
	unsigned count = depth > 0 ? program_random(g, 4) : 0;
	while (count-- && g->budget-- > 0 && g->depth + 8 < PROGRAM_DEPTH)
		program_statement(g, depth);
}

#endif
