/*
 * Random WebAssembly programs, made from a seed (this file has their expressions, lind_opt_program_code.h
 * their statements, lind_opt_program.h the whole): functions that compute with all value types, call each
 * other directly and through a table, nest blocks, loops, ifs and try_tables at random, and call `lind.fork`
 * and `lind.checkpoint` anywhere, also with operands waiting on the stack. All of them end, since each call
 * and each turn of a loop takes from a common supply, and none traps. What they do shows in calls of
 * `test.trace`, in the first page of the memory, and in their globals.
 */
#ifndef LIND_OPT_PROGRAM_VALUES_H
#define LIND_OPT_PROGRAM_VALUES_H

#include <string.h>

#include "lind-opt/bytes.h"
#include "lind-opt/module.h"
#include "lind-opt/opcode.h"

enum {
	PROGRAM_FUNCTIONS = 24, /* without imports and entries */
	PROGRAM_PURE = 18,      /* from this on, they call none that fork */
	PROGRAM_ENTRIES = 3,    /* exported as e0 (i32), e1 (i32) -> i32, e2 (i32) -> i64 */
	PROGRAM_TYPES = 10,     /* of the functions: two sets of five */
	PROGRAM_DATA = 4096,    /* bytes of memory that programs write */
	PROGRAM_STACK = 196608, /* where records may lie, downwards */
	PROGRAM_GLOBALS = 6,    /* exported as g0 ... */
};

/* Types, by index: the functions', the imports', exceptions', entries', and block types. */
enum {
	PT_FORK = PROGRAM_TYPES, /* () -> i64 */
	PT_CHECKPOINT,           /* (i32) -> i64 */
	PT_TRACE,                /* (i64) -> () */
	PT_TAG_I32,              /* (i32) -> (), also e0's */
	PT_TAG_PAIR,             /* (i64, i32) -> () */
	PT_ENTRY_I32,            /* (i32) -> i32 */
	PT_ENTRY_I64,            /* (i32) -> i64, as checkpoint's */
	PT_CAUGHT,               /* () -> (i64, i32, exnref) */
	PT_COUNT
};

enum { PROGRAM_IMPORT_FORK, PROGRAM_IMPORT_CHECKPOINT, PROGRAM_IMPORT_TRACE, PROGRAM_IMPORTS };

#define PROGRAM_LOCALS 40
#define PROGRAM_DEPTH  40

struct program {
	uint64_t state; /* of the random numbers */
	char parameters[PROGRAM_TYPES][6], results[PROGRAM_TYPES][3];
	/* The function that is being made. */
	struct buffer *out;
	unsigned function;
	int budget;
	char locals[PROGRAM_LOCALS + 1];
	unsigned local_count;
	struct {
		char result; /* that a branch carries, or 0 */
		bool loop;
	} labels[PROGRAM_DEPTH];
	unsigned depth;
};

static const char program_types[] = "iIfFv";

static inline uint32_t program_random(struct program *g, uint32_t below)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 33) % below;
}

static inline bool program_chance(struct program *g, unsigned percent)
{
	return program_random(g, 100) < percent;
}

static inline uint8_t program_code(char type)
{
	static const uint8_t codes[128] = {['i'] = TYPE_I32, ['I'] = TYPE_I64,  ['f'] = TYPE_F32,
					   ['F'] = TYPE_F64, ['v'] = TYPE_V128, ['E'] = TYPE_EXNREF,
					   [0] = TYPE_EMPTY};
	return codes[type & 127];
}

static inline void program_op(struct program *g, unsigned op)
{
	if (op < OP_PAGE_MISC) {
		put_byte(g->out, (uint8_t)op);
		return;
	}
	put_byte(g->out, op < OP_PAGE_SIMD ? 0xfc : 0xfd);
	put_u32(g->out, op - (op < OP_PAGE_SIMD ? OP_PAGE_MISC : OP_PAGE_SIMD));
}

static inline void program_index(struct program *g, unsigned op, uint32_t index)
{
	program_op(g, op);
	put_u32(g->out, index);
}

static inline void program_i32(struct program *g, int32_t value)
{
	put_byte(g->out, OP_I32_CONST);
	put_s64(g->out, value);
}

static inline uint32_t program_local(struct program *g, char type)
{
	g->locals[g->local_count] = type;
	return g->local_count++;
}

/* A local of a type, or PROGRAM_LOCALS. Loops' counters and exceptions are not among them. */
static inline uint32_t program_any_local(struct program *g, char type)
{
	for (unsigned tries = 0; tries < 8; tries++) {
		uint32_t local = program_random(g, g->local_count);
		if (g->locals[local] == type)
			return local;
	}
	return PROGRAM_LOCALS;
}

/* Blocks and their labels. */
static inline void program_enter(struct program *g, unsigned op, char result, bool loop)
{
	program_op(g, op);
	put_byte(g->out, program_code(result));
	g->labels[g->depth].result = loop ? 0 : result;
	g->labels[g->depth++].loop = loop;
}

static inline void program_leave(struct program *g)
{
	program_op(g, OP_END);
	g->depth--;
}

static inline void program_value(struct program *g, char type, int depth);
static inline void program_statements(struct program *g, int depth);

static inline void program_constant(struct program *g, char type)
{
	switch (type) {
	case 'i':
		program_i32(g, (int32_t)program_random(g, 1 << program_random(g, 31)) - 3);
		return;
	case 'I':
		put_byte(g->out, OP_I64_CONST);
		put_s64(g->out, (int64_t)program_random(g, 1u << 30) << program_random(g, 34));
		return;
	case 'f': {
		float value = (float)program_random(g, 1000) / 8;
		uint32_t bits;
		memcpy(&bits, &value, 4);
		put_byte(g->out, OP_F32_CONST);
		put_fixed32(g->out, bits);
		return;
	}
	case 'F': {
		double value = program_random(g, 100000) / 16.0;
		uint64_t bits;
		memcpy(&bits, &value, 8);
		put_byte(g->out, OP_F64_CONST);
		put_fixed64(g->out, bits);
		return;
	}
	default:
		program_op(g, OP_V128_CONST);
		for (int i = 0; i < 4; i++)
			put_fixed32(g->out, program_random(g, 1u << 30));
	}
}

static inline void program_leaf(struct program *g, char type)
{
	static const char globals[PROGRAM_GLOBALS + 1] = "iiiIFv";
	uint32_t local = program_any_local(g, type);
	uint32_t global = 2 + program_random(g, PROGRAM_GLOBALS - 2);
	if (program_chance(g, 10) && globals[global] == type)
		program_index(g, OP_GLOBAL_GET, global);
	else if (program_chance(g, 75) && local < PROGRAM_LOCALS)
		program_index(g, OP_LOCAL_GET, local);
	else
		program_constant(g, type);
}

static inline void program_address(struct program *g, int depth)
{
	program_value(g, 'i', depth - 1);
	program_i32(g, PROGRAM_DATA - 64);
	program_op(g, 0x71); /* and */
}

static inline void program_memory(struct program *g, unsigned op)
{
	program_op(g, op);
	put_u32(g->out, 0);
	put_u32(g->out, program_random(g, 32));
}

static inline void program_unary(struct program *g, char type, int depth)
{
	static const struct {
		char to, from;
		uint16_t op;
	} ops[] = {
		{'i', 'i', 0x45},
		{'i', 'i', 0x69},
		{'i', 'I', 0xa7},
		{'i', 'f', 0xbc},
		{'i', 'f', OP_PAGE_MISC},
		{'i', 'F', OP_PAGE_MISC + 2},
		{'i', 'v', OP_PAGE_SIMD + 99},
		{'I', 'i', 0xac},
		{'I', 'i', 0xad},
		{'I', 'F', 0xbd},
		{'I', 'F', OP_PAGE_MISC + 6},
		{'I', 'I', 0x7a},
		{'f', 'i', 0xb2},
		{'f', 'f', 0x8c},
		{'f', 'F', 0xb6},
		{'f', 'f', 0x91},
		{'F', 'i', 0xb7},
		{'F', 'f', 0xbb},
		{'F', 'I', 0xb9},
		{'F', 'F', 0x9f},
		{'v', 'i', OP_PAGE_SIMD + 17},
		{'v', 'I', OP_PAGE_SIMD + 18},
		{'v', 'f', OP_PAGE_SIMD + 19},
		{'v', 'v', OP_PAGE_SIMD + 96},
		{'v', 'F', OP_PAGE_SIMD + 20},
	};
	unsigned pick;
	do {
		pick = program_random(g, sizeof(ops) / sizeof(*ops));
	} while (ops[pick].to != type);
	program_value(g, ops[pick].from, depth - 1);
	program_op(g, ops[pick].op);
}

static inline void program_binary(struct program *g, char type, int depth)
{
	static const struct {
		char type;
		uint16_t ops[5];
	} ops[] = {
		{'i', {0x6a, 0x6b, 0x6c, 0x73, 0x48}},
		{'I', {0x7c, 0x7d, 0x7e, 0x85, 0x89}},
		{'f', {0x92, 0x93, 0x94, 0x96, 0x97}},
		{'F', {0xa0, 0xa1, 0xa2, 0xa4, 0xa5}},
		{'v',
		 {OP_PAGE_SIMD + 174, OP_PAGE_SIMD + 81, OP_PAGE_SIMD + 110, OP_PAGE_SIMD + 206,
		  OP_PAGE_SIMD + 78}},
	};
	for (unsigned i = 0; i < 5; i++) {
		if (ops[i].type != type)
			continue;
		unsigned op = ops[i].ops[program_random(g, 5)];
		program_value(g, type, depth - 1);
		if (op == 0x48)
			program_value(g, 'i', depth - 1);
		else
			program_value(g, type, depth - 1);
		program_op(g, op);
	}
}

/* Calls a function of this type: directly, or through the table. */
static inline void program_call(struct program *g, unsigned type, int depth)
{
	bool pure = type >= PROGRAM_TYPES / 2;
	unsigned first = pure ? PROGRAM_PURE : 0;
	unsigned count = (pure ? PROGRAM_FUNCTIONS : PROGRAM_PURE) - first;
	/* Function number n has type n % 5 of its set. */
	unsigned number = first + program_random(g, count);
	number += (type % 5 + 5 - number % 5) % 5;
	while (number >= first + count)
		number -= 5;
	for (const char *p = g->parameters[type]; *p; p++)
		program_value(g, *p, depth - 1);
	if (program_chance(g, 30)) {
		program_i32(g, (int32_t)number);
		program_index(g, OP_CALL_INDIRECT, type);
		put_u32(g->out, 0);
	} else {
		program_index(g, OP_CALL, PROGRAM_IMPORTS + number);
	}
}

/* Functions of the first set may call all, those of the second only their own. */
static inline unsigned program_any_type(struct program *g)
{
	unsigned half = PROGRAM_TYPES / 2;
	if (g->function >= PROGRAM_PURE)
		return half + program_random(g, half);
	return program_random(g, 4) ? program_random(g, half) : half + program_random(g, half);
}

static inline void program_call_for(struct program *g, char type, int depth)
{
	for (unsigned tries = 0; tries < 6; tries++) {
		unsigned called = program_any_type(g);
		const char *results = g->results[called];
		if (results[0] == type) {
			program_call(g, called, depth);
			if (results[1])
				program_op(g, OP_DROP);
			return;
		}
	}
	if (g->function >= PROGRAM_PURE) {
		program_leaf(g, type);
		return;
	}
	if (program_chance(g, 50)) {
		program_index(g, OP_CALL, PROGRAM_IMPORT_FORK);
	} else {
		program_value(g, 'i', depth - 1);
		program_index(g, OP_CALL, PROGRAM_IMPORT_CHECKPOINT);
	}
	switch (type) {
	case 'i':
		program_op(g, 0xa7);
		return;
	case 'f':
		program_op(g, 0xb4);
		return;
	case 'F':
		program_op(g, 0xb9);
		return;
	case 'v':
		program_op(g, OP_PAGE_SIMD + 18);
		return;
	default:
		return;
	}
}

static inline void program_block_value(struct program *g, char type, int depth)
{
	bool is_if = program_chance(g, 50);
	if (g->depth + 4 >= PROGRAM_DEPTH) {
		program_leaf(g, type);
		return;
	}
	if (is_if)
		program_value(g, 'i', depth - 1);
	program_enter(g, is_if ? OP_IF : OP_BLOCK, type, false);
	program_statements(g, depth - 1);
	program_value(g, type, depth - 1);
	if (program_chance(g, 30)) {
		program_value(g, 'i', depth - 1);
		program_index(g, OP_BR_IF, 0);
	}
	if (is_if) {
		program_op(g, OP_ELSE);
		program_statements(g, depth - 1);
		program_value(g, type, depth - 1);
	}
	program_leave(g);
}

/* Code that leaves one value. */
static inline void program_value(struct program *g, char type, int depth)
{
	static const uint16_t loads[128] = {['i'] = OP_I32_LOAD,
					    ['I'] = OP_I64_LOAD,
					    ['f'] = OP_F32_LOAD,
					    ['F'] = OP_F64_LOAD,
					    ['v'] = OP_V128_LOAD};
	uint32_t local;
	if (depth <= 0 || g->budget-- <= 0 || program_chance(g, 25)) {
		program_leaf(g, type);
		return;
	}
	switch (program_random(g, 11)) {
	case 0:
	case 1:
		program_unary(g, type, depth);
		return;
	case 2:
	case 3:
	case 4:
		program_binary(g, type, depth);
		return;
	case 5:
		/* What was written as a float is not read as one: it may be a NaN of any form. */
		if (type == 'f' || type == 'F') {
			program_leaf(g, type);
			return;
		}
		program_address(g, depth);
		program_memory(g, loads[type & 127]);
		return;
	case 6:
		program_block_value(g, type, depth);
		return;
	case 7:
		program_value(g, type, depth - 1);
		program_value(g, type, depth - 1);
		program_value(g, 'i', depth - 1);
		program_op(g, OP_SELECT);
		return;
	case 8:
		local = program_any_local(g, type);
		program_value(g, type, depth - 1);
		if (local < PROGRAM_LOCALS)
			program_index(g, OP_LOCAL_TEE, local);
		return;
	default:
		program_call_for(g, type, depth);
	}
}

#endif
