/*
 * The operands of plain instructions.
 */
#include "opcode.h"

#define MISC(n)   (OP_PAGE_MISC + (n))
#define SIMD(n)   (OP_PAGE_SIMD + (n))
#define ATOMIC(n) (OP_PAGE_ATOMIC + (n))

/* Sorted by opcode. */
static const struct range {
	uint16_t first, last;
	struct signature signature;
} ranges[] = {
	{OP_NOP, OP_NOP, {"", ""}},
	/* Loads and stores. */
	{OP_I32_LOAD, OP_I32_LOAD, {"i", "i"}},
	{OP_I64_LOAD, OP_I64_LOAD, {"i", "I"}},
	{OP_F32_LOAD, OP_F32_LOAD, {"i", "f"}},
	{OP_F64_LOAD, OP_F64_LOAD, {"i", "F"}},
	{0x2c, OP_I32_LOAD16_U, {"i", "i"}},
	{0x30, 0x35, {"i", "I"}},
	{OP_I32_STORE, OP_I32_STORE, {"ii", ""}},
	{OP_I64_STORE, OP_I64_STORE, {"iI", ""}},
	{OP_F32_STORE, OP_F32_STORE, {"if", ""}},
	{OP_F64_STORE, OP_F64_STORE, {"iF", ""}},
	{0x3a, 0x3b, {"ii", ""}},
	{0x3c, 0x3e, {"iI", ""}},
	{0x3f, 0x3f, {"", "i"}},
	{0x40, 0x40, {"i", "i"}},
	/* Constants. */
	{OP_I32_CONST, OP_I32_CONST, {"", "i"}},
	{OP_I64_CONST, OP_I64_CONST, {"", "I"}},
	{OP_F32_CONST, OP_F32_CONST, {"", "f"}},
	{OP_F64_CONST, OP_F64_CONST, {"", "F"}},
	/* Comparisons. */
	{0x45, 0x45, {"i", "i"}},
	{0x46, 0x4f, {"ii", "i"}},
	{0x50, 0x50, {"I", "i"}},
	{0x51, 0x5a, {"II", "i"}},
	{0x5b, 0x60, {"ff", "i"}},
	{0x61, 0x66, {"FF", "i"}},
	/* Arithmetic. */
	{0x67, 0x69, {"i", "i"}},
	{0x6a, 0x78, {"ii", "i"}},
	{0x79, 0x7b, {"I", "I"}},
	{0x7c, 0x8a, {"II", "I"}},
	{0x8b, 0x91, {"f", "f"}},
	{0x92, 0x98, {"ff", "f"}},
	{0x99, 0x9f, {"F", "F"}},
	{0xa0, 0xa6, {"FF", "F"}},
	/* Conversions. */
	{0xa7, 0xa7, {"I", "i"}},
	{0xa8, 0xa9, {"f", "i"}},
	{0xaa, 0xab, {"F", "i"}},
	{0xac, 0xad, {"i", "I"}},
	{0xae, 0xaf, {"f", "I"}},
	{0xb0, 0xb1, {"F", "I"}},
	{0xb2, 0xb3, {"i", "f"}},
	{0xb4, 0xb5, {"I", "f"}},
	{0xb6, 0xb6, {"F", "f"}},
	{0xb7, 0xb8, {"i", "F"}},
	{0xb9, 0xba, {"I", "F"}},
	{0xbb, 0xbb, {"f", "F"}},
	{0xbc, 0xbc, {"f", "i"}},
	{0xbd, 0xbd, {"F", "I"}},
	{0xbe, 0xbe, {"i", "f"}},
	{0xbf, 0xbf, {"I", "F"}},
	{0xc0, 0xc1, {"i", "i"}},
	{0xc2, 0xc4, {"I", "I"}},
	{0xd1, 0xd1, {"R", "i"}}, /* ref.is_null */

	/* Saturating conversions. */
	{MISC(0), MISC(1), {"f", "i"}},
	{MISC(2), MISC(3), {"F", "i"}},
	{MISC(4), MISC(5), {"f", "I"}},
	{MISC(6), MISC(7), {"F", "I"}},
	/* Whole pieces of memories and tables. */
	{OP_MEMORY_INIT, OP_MEMORY_INIT, {"iii", ""}},
	{MISC(9), MISC(9), {"", ""}},
	{MISC(10), MISC(12), {"iii", ""}},
	{MISC(13), MISC(13), {"", ""}},
	{MISC(14), MISC(14), {"iii", ""}},
	{OP_TABLE_GROW, OP_TABLE_GROW, {"Ri", "i"}},
	{OP_TABLE_SIZE, OP_TABLE_SIZE, {"", "i"}},
	{MISC(17), MISC(17), {"iRi", ""}},

	/* Vectors: loads, store, constant, shuffle, swizzle, splats. */
	{SIMD(0), SIMD(10), {"i", "v"}},
	{SIMD(11), SIMD(11), {"iv", ""}},
	{SIMD(12), SIMD(12), {"", "v"}},
	{SIMD(13), SIMD(14), {"vv", "v"}},
	{SIMD(15), SIMD(17), {"i", "v"}},
	{SIMD(18), SIMD(18), {"I", "v"}},
	{SIMD(19), SIMD(19), {"f", "v"}},
	{SIMD(20), SIMD(20), {"F", "v"}},
	/* Lanes. */
	{SIMD(21), SIMD(22), {"v", "i"}},
	{SIMD(23), SIMD(23), {"vi", "v"}},
	{SIMD(24), SIMD(25), {"v", "i"}},
	{SIMD(26), SIMD(26), {"vi", "v"}},
	{SIMD(27), SIMD(27), {"v", "i"}},
	{SIMD(28), SIMD(28), {"vi", "v"}},
	{SIMD(29), SIMD(29), {"v", "I"}},
	{SIMD(30), SIMD(30), {"vI", "v"}},
	{SIMD(31), SIMD(31), {"v", "f"}},
	{SIMD(32), SIMD(32), {"vf", "v"}},
	{SIMD(33), SIMD(33), {"v", "F"}},
	{SIMD(34), SIMD(34), {"vF", "v"}},
	/* Comparisons and bits. */
	{SIMD(35), SIMD(76), {"vv", "v"}},
	{SIMD(77), SIMD(77), {"v", "v"}},
	{SIMD(78), SIMD(81), {"vv", "v"}},
	{SIMD(82), SIMD(82), {"vvv", "v"}},
	{SIMD(83), SIMD(83), {"v", "i"}},
	{SIMD(84), SIMD(87), {"iv", "v"}},
	{SIMD(88), SIMD(91), {"iv", ""}},
	{SIMD(92), SIMD(93), {"i", "v"}},
	{SIMD(94), SIMD(95), {"v", "v"}},
	/* 8 bits wide, and the roundings of floats, which stand among them. */
	{SIMD(96), SIMD(98), {"v", "v"}},
	{SIMD(99), SIMD(100), {"v", "i"}},
	{SIMD(101), SIMD(102), {"vv", "v"}},
	{SIMD(103), SIMD(106), {"v", "v"}},
	{SIMD(107), SIMD(109), {"vi", "v"}},
	{SIMD(110), SIMD(115), {"vv", "v"}},
	{SIMD(116), SIMD(117), {"v", "v"}},
	{SIMD(118), SIMD(121), {"vv", "v"}},
	{SIMD(122), SIMD(122), {"v", "v"}},
	{SIMD(123), SIMD(123), {"vv", "v"}},
	{SIMD(124), SIMD(127), {"v", "v"}},
	/* 16 bits wide. */
	{SIMD(128), SIMD(129), {"v", "v"}},
	{SIMD(130), SIMD(130), {"vv", "v"}},
	{SIMD(131), SIMD(132), {"v", "i"}},
	{SIMD(133), SIMD(134), {"vv", "v"}},
	{SIMD(135), SIMD(138), {"v", "v"}},
	{SIMD(139), SIMD(141), {"vi", "v"}},
	{SIMD(142), SIMD(147), {"vv", "v"}},
	{SIMD(148), SIMD(148), {"v", "v"}},
	{SIMD(149), SIMD(159), {"vv", "v"}},
	/* 32 bits wide. */
	{SIMD(160), SIMD(161), {"v", "v"}},
	{SIMD(163), SIMD(164), {"v", "i"}},
	{SIMD(167), SIMD(170), {"v", "v"}},
	{SIMD(171), SIMD(173), {"vi", "v"}},
	{SIMD(174), SIMD(191), {"vv", "v"}},
	/* 64 bits wide. */
	{SIMD(192), SIMD(193), {"v", "v"}},
	{SIMD(195), SIMD(196), {"v", "i"}},
	{SIMD(199), SIMD(202), {"v", "v"}},
	{SIMD(203), SIMD(205), {"vi", "v"}},
	{SIMD(206), SIMD(223), {"vv", "v"}},
	/* Floats, conversions, relaxed. */
	{SIMD(224), SIMD(227), {"v", "v"}},
	{SIMD(228), SIMD(235), {"vv", "v"}},
	{SIMD(236), SIMD(239), {"v", "v"}},
	{SIMD(240), SIMD(247), {"vv", "v"}},
	{SIMD(248), SIMD(255), {"v", "v"}},
	{SIMD(0x100), SIMD(0x100), {"vv", "v"}},
	{SIMD(0x101), SIMD(0x104), {"v", "v"}},
	{SIMD(0x105), SIMD(0x10c), {"vvv", "v"}},
	{SIMD(0x10d), SIMD(0x112), {"vv", "v"}},
	{SIMD(0x113), SIMD(0x113), {"vvv", "v"}},

	/* Atomics: notify, wait, fence, loads, stores, read-modify-write (each width after the other),
	 * exchange.
	 */
	{ATOMIC(0), ATOMIC(0), {"ii", "i"}},
	{ATOMIC(1), ATOMIC(1), {"iiI", "i"}},
	{ATOMIC(2), ATOMIC(2), {"iII", "i"}},
	{ATOMIC(3), ATOMIC(3), {"", ""}},

	{OP_REF_TEST, OP_REF_TEST + 1, {"R", "i"}},
};

/* Of atomic instructions seven widths stand in this order in each group: true where it is 64 bits. */
static const bool wide[7] = {false, true, false, false, true, true, true};

static bool atomic_signature(unsigned number, struct signature *signature)
{
	static const struct signature groups[4][2] = {
		{{"i", "i"}, {"i", "I"}},
		{{"ii", ""}, {"iI", ""}},
		{{"ii", "i"}, {"iI", "I"}},
		{{"iii", "i"}, {"iII", "I"}},
	};
	if (number < 0x10 || number > 0x4e)
		return false;
	unsigned group = (number - 0x10) / 7;
	*signature = groups[group < 2 ? group : group < 8 ? 2 : 3][wide[(number - 0x10) % 7]];
	return true;
}

bool opcode_signature(uint16_t op, struct signature *signature)
{
	unsigned low = 0, high = sizeof(ranges) / sizeof(*ranges);
	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (op > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < sizeof(ranges) / sizeof(*ranges) && op >= ranges[low].first) {
		*signature = ranges[low].signature;
		return true;
	}
	return op >= OP_PAGE_ATOMIC && op < OP_PAGE_CAST && atomic_signature(op - OP_PAGE_ATOMIC, signature);
}
