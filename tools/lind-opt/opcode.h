/*
 * The instruction set: numbers of the instructions, and what immediates follow each.
 */
#ifndef LIND_OPT_OPCODE_H
#define LIND_OPT_OPCODE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * An opcode is one byte, or a prefix byte and a LEB128 number. Here both are one number: the prefixes'
 * pages follow the plain instructions, and are wide enough for all that they hold.
 */
#define OP_PAGE_MISC   0x100 /* prefix 0xfc: bulk memory, tables, saturating conversions */
#define OP_PAGE_SIMD   0x200 /* prefix 0xfd */
#define OP_PAGE_ATOMIC 0x400 /* prefix 0xfe */
#define OP_PAGE_CAST   0x500 /* prefix 0xfb: of these, tests of function references */
#define OP_COUNT       0x520

enum opcode {
	OP_UNREACHABLE = 0x00,
	OP_NOP = 0x01,
	OP_BLOCK = 0x02,
	OP_LOOP = 0x03,
	OP_IF = 0x04,
	OP_ELSE = 0x05,
	OP_THROW = 0x08,
	OP_THROW_REF = 0x0a,
	OP_END = 0x0b,
	OP_BR = 0x0c,
	OP_BR_IF = 0x0d,
	OP_BR_TABLE = 0x0e,
	OP_RETURN = 0x0f,
	OP_CALL = 0x10,
	OP_CALL_INDIRECT = 0x11,
	OP_RETURN_CALL = 0x12,
	OP_RETURN_CALL_INDIRECT = 0x13,
	OP_CALL_REF = 0x14,
	OP_RETURN_CALL_REF = 0x15,
	OP_DROP = 0x1a,
	OP_SELECT = 0x1b,
	OP_SELECT_TYPED = 0x1c,
	OP_TRY_TABLE = 0x1f,
	OP_LOCAL_GET = 0x20,
	OP_LOCAL_SET = 0x21,
	OP_LOCAL_TEE = 0x22,
	OP_GLOBAL_GET = 0x23,
	OP_GLOBAL_SET = 0x24,
	OP_TABLE_GET = 0x25,
	OP_TABLE_SET = 0x26,
	OP_I32_LOAD = 0x28,
	OP_I64_LOAD = 0x29,
	OP_F32_LOAD = 0x2a,
	OP_F64_LOAD = 0x2b,
	OP_I32_LOAD16_U = 0x2f,
	OP_I32_STORE = 0x36,
	OP_I64_STORE = 0x37,
	OP_F32_STORE = 0x38,
	OP_F64_STORE = 0x39,
	OP_I32_CONST = 0x41,
	OP_I64_CONST = 0x42,
	OP_F32_CONST = 0x43,
	OP_F64_CONST = 0x44,
	OP_I32_LT_S = 0x48,
	OP_I32_GE_S = 0x4e,
	OP_I32_GE_U = 0x4f,
	OP_I32_ADD = 0x6a,
	OP_I32_SUB = 0x6b,
	OP_I32_MUL = 0x6c,
	OP_I64_ADD = 0x7c,
	OP_I64_MUL = 0x7e,
	OP_I32_WRAP_I64 = 0xa7,
	OP_I64_EXTEND_I32_S = 0xac,
	OP_I64_EXTEND_I32_U = 0xad,
	OP_I32_REINTERPRET_F32 = 0xbc,
	OP_I64_REINTERPRET_F64 = 0xbd,
	OP_F32_REINTERPRET_I32 = 0xbe,
	OP_F64_REINTERPRET_I64 = 0xbf,
	OP_REF_NULL = 0xd0,
	OP_REF_FUNC = 0xd2,
	OP_REF_AS_NON_NULL = 0xd4,
	OP_BR_ON_NULL = 0xd5,
	OP_BR_ON_NON_NULL = 0xd6,
	OP_MEMORY_INIT = OP_PAGE_MISC + 8,
	OP_TABLE_GROW = OP_PAGE_MISC + 15,
	OP_TABLE_SIZE = OP_PAGE_MISC + 16,
	OP_V128_LOAD = OP_PAGE_SIMD + 0x00,
	OP_V128_STORE = OP_PAGE_SIMD + 0x0b,
	OP_V128_CONST = OP_PAGE_SIMD + 0x0c,
	OP_REF_TEST = OP_PAGE_CAST + 0x14,
	OP_BR_ON_CAST_FAIL = OP_PAGE_CAST + 0x19,
};

/* What follows an opcode. */
enum immediate {
	IMM_INVALID = 0, /* no such instruction, or none that a Lind program may hold */
	IMM_NONE,
	IMM_BLOCK, /* block type */
	IMM_TRY,   /* block type and catch clauses */
	IMM_LABEL,
	IMM_LABELS, /* of br_table */
	IMM_TAG,
	IMM_FUNCTION,
	IMM_INDIRECT, /* type, table */
	IMM_TYPE,
	IMM_TYPES, /* of a typed select */
	IMM_HEAP_TYPE,
	IMM_CAST, /* of br_on_cast: flags, label, two heap types */
	IMM_LOCAL,
	IMM_GLOBAL,
	IMM_TABLE,
	IMM_TABLE_TABLE,
	IMM_ELEMENT,
	IMM_ELEMENT_TABLE,
	IMM_MEMARG,
	IMM_MEMARG_LANE,
	IMM_MEMORY,
	IMM_MEMORY_MEMORY,
	IMM_DATA,
	IMM_DATA_MEMORY,
	IMM_I32,
	IMM_I64,
	IMM_F32,
	IMM_F64,
	IMM_BYTES16, /* v128.const, i8x16.shuffle */
	IMM_LANE,
	IMM_ZERO_BYTE, /* atomic.fence */
};

/* An `enum immediate` for each opcode. */
extern const uint8_t opcode_immediate[OP_COUNT];

/*
 * What an instruction takes from the stack and leaves there, a letter for each value, the topmost last:
 * i i32, I i64, f f32, F f64, v v128, R any reference.
 */
struct signature {
	const char *takes, *leaves;
};

/*
 * Returns false for instructions whose operands depend on more than their number: control, calls, locals,
 * globals, tables' elements, references, select, drop.
 */
bool opcode_signature(uint16_t op, struct signature *signature);

#endif
