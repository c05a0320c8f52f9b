/*
 * Where x86-64 has the values of a call, and the conversions that follow from it.
 */
#include "casts.h"

#define INTEGER_REGISTERS 6
#define FLOAT_REGISTERS   8

/* More than any C function has; it bounds what a dispatcher takes. */
#define PARAMETERS_MOST 64

static bool is_float(uint8_t type_code)
{
	return type_code == TYPE_F32 || type_code == TYPE_F64;
}

static bool are_numbers(const struct valtype *types, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (types[i].code < TYPE_F64 || types[i].code > TYPE_I32)
			return false;
	return true;
}

bool cast_possible(const struct functype *type)
{
	return type->parameter_count <= PARAMETERS_MOST && type->result_count <= 1 &&
	       are_numbers(type->parameters, type->parameter_count) &&
	       are_numbers(type->results, type->result_count);
}

uint32_t place_next(struct places *places, uint8_t type_code, enum place_kind *kind)
{
	if (is_float(type_code))
		*kind = places->count[PLACE_FLOAT] < FLOAT_REGISTERS ? PLACE_FLOAT : PLACE_STACK;
	else
		*kind = places->count[PLACE_INTEGER] < INTEGER_REGISTERS ? PLACE_INTEGER : PLACE_STACK;
	return places->count[*kind]++;
}

/* Signed, since the `long` and `off_t` of a program that is cast here have one width natively. */
static void emit_widen(struct emitter *e, uint8_t type_code)
{
	if (type_code == TYPE_I32) {
		emit_op(e, OP_I64_EXTEND_I32_S);
	} else if (type_code == TYPE_F32) {
		emit_op(e, OP_I32_REINTERPRET_F32);
		emit_op(e, OP_I64_EXTEND_I32_U);
	} else if (type_code == TYPE_F64) {
		emit_op(e, OP_I64_REINTERPRET_F64);
	}
}

void emit_into_place(struct emitter *e, uint8_t type_code, enum place_kind kind)
{
	if (kind == PLACE_FLOAT && type_code == TYPE_F64)
		return;
	emit_widen(e, type_code);
	if (kind == PLACE_FLOAT)
		emit_op(e, OP_F64_REINTERPRET_I64);
}

void emit_out_of_place(struct emitter *e, uint8_t type_code, enum place_kind kind)
{
	if (type_code == (kind == PLACE_FLOAT ? TYPE_F64 : TYPE_I64))
		return;
	if (kind == PLACE_FLOAT)
		emit_op(e, OP_I64_REINTERPRET_F64);
	if (type_code == TYPE_F64)
		emit_op(e, OP_F64_REINTERPRET_I64);
	else
		emit_op(e, OP_I32_WRAP_I64);
	if (type_code == TYPE_F32)
		emit_op(e, OP_F32_REINTERPRET_I32);
}

void emit_result(struct emitter *e, uint8_t from, uint8_t to)
{
	if (from == to)
		return;
	if (from != TYPE_EMPTY && (to == TYPE_EMPTY || is_float(from) != is_float(to))) {
		emit_op(e, OP_DROP);
		from = TYPE_EMPTY;
	}
	if (to == TYPE_EMPTY)
		return;
	enum place_kind kind = is_float(to) ? PLACE_FLOAT : PLACE_INTEGER;
	if (from == TYPE_EMPTY) {
		emit_zero(e, to);
	} else {
		emit_into_place(e, from, kind);
		emit_out_of_place(e, to, kind);
	}
}

void emit_place(struct emitter *e, const struct functype *type, enum place_kind kind, uint32_t number)
{
	struct places places = {0};
	for (uint32_t i = 0; i < type->parameter_count; i++) {
		enum place_kind its_kind;
		uint32_t its_number = place_next(&places, type->parameters[i].code, &its_kind);
		if (its_kind == kind && its_number == number) {
			emit_index(e, OP_LOCAL_GET, i);
			emit_into_place(e, type->parameters[i].code, kind);
			return;
		}
	}
	emit_zero(e, place_type(kind));
}
