/*
 * Casts of function pointers: how the values of a call reach a function of another type. It goes as on
 * x86-64: whole numbers and pointers in six registers, floating-point numbers in eight others, each kind
 * counted for itself, and what is left on the stack, in words of 64 bits. Between caller and callee a value
 * is in a place's own type: i64, or f64 in a floating-point register, with a narrower number in the low bits.
 */
#ifndef LIND_OPT_CASTS_H
#define LIND_OPT_CASTS_H

#include "emit.h"

enum place_kind { PLACE_INTEGER, PLACE_FLOAT, PLACE_STACK, PLACE_KINDS };

/* How many places of each kind the parameters of a type take. */
struct places {
	uint32_t count[PLACE_KINDS];
};

/* True if functions of the type can be called with values of others, and by them: numbers only, one result at
 * most. */
bool cast_possible(const struct functype *type);

/* Takes the next place for a value of this type; returns its number among those of its `kind`. */
uint32_t place_next(struct places *places, uint8_t type_code, enum place_kind *kind);

/* From a value's type to its place's, and back. */
void emit_into_place(struct emitter *e, uint8_t type_code, enum place_kind kind);
void emit_out_of_place(struct emitter *e, uint8_t type_code, enum place_kind kind);

/*
 * From the result of a call, of type `from`, to what the caller expects, by the registers in which results
 * are: a missing one is zero, a needless one is dropped. TYPE_EMPTY for none.
 */
void emit_result(struct emitter *e, uint8_t from, uint8_t to);

/* Finds the table that function pointers index. */
bool casts_table(const struct module *m, uint32_t *table);

/* The type of a call's operands with the function pointer, which a cast function has. */
uint32_t casts_function_type(struct module *m, uint32_t type);

/* Pushes what is in a place when a function of this type is called: the parameter that belongs there, or
 * zero. */
void emit_place(struct emitter *e, const struct functype *type, enum place_kind kind, uint32_t number);

/* Makes functions of those that the linker put in the place of others with another type. */
void casts_adapt_stubs(struct module *m);

static inline uint8_t place_type(enum place_kind kind)
{
	return kind == PLACE_FLOAT ? TYPE_F64 : TYPE_I64;
}

static inline uint8_t result_code(const struct functype *type)
{
	return type->result_count ? type->results[0].code : (uint8_t)TYPE_EMPTY;
}

#endif
