/*
 * The immediates of each instruction, from the tables of the WebAssembly specification: version 3, of whose
 * garbage-collected references only tests of a type, and the threads proposal. Legacy exception handling is
 * not in it: no engine that Lind uses runs it.
 */
#include "opcode.h"

#define MISC(n)   (OP_PAGE_MISC + (n))
#define SIMD(n)   (OP_PAGE_SIMD + (n))
#define ATOMIC(n) (OP_PAGE_ATOMIC + (n))
#define CAST(n)   (OP_PAGE_CAST + (n))

/* clang-format off */
const uint8_t opcode_immediate[OP_COUNT] = {
	[0x00 ... 0x01] = IMM_NONE,
	[OP_BLOCK ... OP_IF] = IMM_BLOCK,
	[OP_ELSE] = IMM_NONE,
	[0x08] = IMM_TAG,
	[0x0a ... 0x0b] = IMM_NONE,
	[0x0c ... 0x0d] = IMM_LABEL,
	[0x0e] = IMM_LABELS,
	[0x0f] = IMM_NONE,
	[0x10] = IMM_FUNCTION,      /* call */
	[0x11] = IMM_INDIRECT,
	[0x12] = IMM_FUNCTION,      /* return_call */
	[0x13] = IMM_INDIRECT,
	[0x14 ... 0x15] = IMM_TYPE, /* call_ref, return_call_ref */
	[0x1a ... 0x1b] = IMM_NONE,
	[0x1c] = IMM_TYPES,
	[OP_TRY_TABLE] = IMM_TRY,
	[0x20 ... 0x22] = IMM_LOCAL,
	[0x23 ... 0x24] = IMM_GLOBAL,
	[0x25 ... 0x26] = IMM_TABLE,
	[0x28 ... 0x3e] = IMM_MEMARG,
	[0x3f ... 0x40] = IMM_MEMORY,
	[OP_I32_CONST] = IMM_I32,
	[OP_I64_CONST] = IMM_I64,
	[OP_F32_CONST] = IMM_F32,
	[OP_F64_CONST] = IMM_F64,
	[0x45 ... 0xc4] = IMM_NONE,
	[OP_REF_NULL] = IMM_HEAP_TYPE,
	[0xd1] = IMM_NONE,
	[OP_REF_FUNC] = IMM_FUNCTION,
	[0xd4] = IMM_NONE,           /* ref.as_non_null */
	[0xd5 ... 0xd6] = IMM_LABEL, /* br_on_null, br_on_non_null */

	[MISC(0) ... MISC(7)] = IMM_NONE,
	[OP_MEMORY_INIT] = IMM_DATA_MEMORY,
	[MISC(9)] = IMM_DATA,
	[MISC(10)] = IMM_MEMORY_MEMORY,
	[MISC(11)] = IMM_MEMORY,
	[MISC(12)] = IMM_ELEMENT_TABLE,
	[MISC(13)] = IMM_ELEMENT,
	[MISC(14)] = IMM_TABLE_TABLE,
	[MISC(15) ... MISC(17)] = IMM_TABLE,

	[SIMD(0x00) ... SIMD(0x0b)] = IMM_MEMARG,
	[OP_V128_CONST ... SIMD(0x0d)] = IMM_BYTES16,
	[SIMD(0x0e) ... SIMD(0x14)] = IMM_NONE,
	[SIMD(0x15) ... SIMD(0x22)] = IMM_LANE,
	[SIMD(0x23) ... SIMD(0x53)] = IMM_NONE,
	[SIMD(0x54) ... SIMD(0x5b)] = IMM_MEMARG_LANE,
	[SIMD(0x5c) ... SIMD(0x5d)] = IMM_MEMARG,
	[SIMD(0x5e) ... SIMD(0x99)] = IMM_NONE,
	[SIMD(0x9b) ... SIMD(0xa1)] = IMM_NONE,
	[SIMD(0xa3) ... SIMD(0xa4)] = IMM_NONE,
	[SIMD(0xa7) ... SIMD(0xae)] = IMM_NONE,
	[SIMD(0xb1)] = IMM_NONE,
	[SIMD(0xb5) ... SIMD(0xba)] = IMM_NONE,
	[SIMD(0xbc) ... SIMD(0xc1)] = IMM_NONE,
	[SIMD(0xc3) ... SIMD(0xc4)] = IMM_NONE,
	[SIMD(0xc7) ... SIMD(0xce)] = IMM_NONE,
	[SIMD(0xd1)] = IMM_NONE,
	[SIMD(0xd5) ... SIMD(0xe1)] = IMM_NONE,
	[SIMD(0xe3) ... SIMD(0xed)] = IMM_NONE,
	[SIMD(0xef) ... SIMD(0x113)] = IMM_NONE,

	[ATOMIC(0x00) ... ATOMIC(0x02)] = IMM_MEMARG,
	[ATOMIC(0x03)] = IMM_ZERO_BYTE,
	[ATOMIC(0x10) ... ATOMIC(0x4e)] = IMM_MEMARG,

	[OP_REF_TEST ... CAST(0x17)] = IMM_HEAP_TYPE, /* ref.test, ref.cast */
	[CAST(0x18) ... OP_BR_ON_CAST_FAIL] = IMM_CAST,
};
/* clang-format on */
