/*
 * Casts of function pointers, first pass: for each type of calls through pointers a function that makes the
 * call where the function pointed to has another type.
 *
 * C programs call functions through pointers of types that are not theirs: a callback that ignores its last
 * arguments, one without the result that nobody looks at. Natively that works, since a call's values lie in
 * registers, whoever looks at them; call_indirect compares types and traps. So for each type T of such calls
 * there is a function cast_T, with T's parameters and the function pointer. It puts the values in their
 * places (casts.h) and calls a dispatcher, which takes them out again as the function pointed to wants them.
 * There are two dispatchers, one for each kind of register that a result may be in.
 *
 * All types that the table has functions of can be reached from all: what a program casts to what is nowhere
 * written down. Code that is made here is plain, so that other passes can work on it. The second pass,
 * casts_calls.c, lets the calls come here.
 */
#include <stdlib.h>
#include <string.h>

#include "casts.h"
#include "code.h"
#include "pass.h"

struct casts {
	struct module *m;
	uint32_t table;
	uint32_t type_count; /* before the first was added */
	bool *called;        /* for each type: call_indirect has it */
	uint32_t *pointed;   /* for each type: how many functions of it the table has */
	uint32_t *callees;   /* types that are `pointed` to, the most frequent first */
	uint32_t callee_count;
	struct places places; /* of the dispatchers */
	uint32_t dispatchers[2];
};

bool casts_table(const struct module *m, uint32_t *table)
{
	const struct export *e = module_export(m, "__indirect_function_table");
	if (!e || e->kind != EXTERNAL_TABLE || m->tables[e->index].type.code != TYPE_FUNCREF)
		return false;
	*table = e->index;
	return true;
}

static void count_element(struct casts *c, uint32_t function)
{
	c->pointed[c->m->functions[function].type]++;
}

static void find_pointed(struct casts *c)
{
	for (uint32_t i = 0; i < c->m->element_count; i++) {
		const struct element *e = &c->m->elements[i];
		for (uint32_t k = 0; k < e->count; k++) {
			if (!(e->flags & 4))
				count_element(c, e->functions[k]);
			else if (e->expressions[k].instrs[0].op == OP_REF_FUNC)
				count_element(c, e->expressions[k].instrs[0].index);
		}
	}
}

static bool find_called(struct casts *c)
{
	for (uint32_t i = c->m->imported_function_count; i < c->m->function_count; i++) {
		const struct body *body = function_decode(c->m, &c->m->functions[i]);
		if (!body)
			return false;
		for (uint32_t k = 0; k < body->code.count; k++) {
			const struct instr *in = &body->code.instrs[k];
			if (in->op == OP_CALL_INDIRECT && in->pair[1] == c->table)
				c->called[in->pair[0]] = true;
		}
	}
	return true;
}

static int by_frequency(const void *a, const void *b, void *casts)
{
	const struct casts *c = casts;
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	if (c->pointed[one] != c->pointed[other])
		return c->pointed[one] > c->pointed[other] ? -1 : 1;
	return one < other ? -1 : 1;
}

static void find_callees(struct casts *c)
{
	c->callees = ARENA_NEW(&c->m->arena, uint32_t, c->type_count);
	for (uint32_t i = 0; i < c->type_count; i++)
		if (c->pointed[i] && cast_possible(&c->m->types[i]))
			c->callees[c->callee_count++] = i;
	qsort_r(c->callees, c->callee_count, sizeof(*c->callees), by_frequency, c);
	for (uint32_t i = 0; i < c->callee_count; i++) {
		const struct functype *type = &c->m->types[c->callees[i]];
		struct places places = {0};
		enum place_kind kind;
		for (uint32_t k = 0; k < type->parameter_count; k++)
			place_next(&places, type->parameters[k].code, &kind);
		for (kind = 0; kind < PLACE_KINDS; kind++)
			if (places.count[kind] > c->places.count[kind])
				c->places.count[kind] = places.count[kind];
	}
}

/* A dispatcher's parameters are the places, kind by kind, and the function pointer. */
static uint32_t place_local(const struct casts *c, enum place_kind kind, uint32_t number)
{
	for (enum place_kind before = 0; before < kind; before++)
		number += c->places.count[before];
	return number;
}

static uint32_t pointer_local(const struct casts *c)
{
	return place_local(c, PLACE_KINDS, 0);
}

static uint32_t dispatcher_type(struct casts *c, uint8_t result)
{
	uint32_t count = pointer_local(c) + 1;
	struct valtype *parameters = ARENA_NEW(&c->m->arena, struct valtype, count);
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		for (uint32_t i = 0; i < c->places.count[kind]; i++)
			parameters[place_local(c, kind, i)].code = place_type(kind);
	parameters[count - 1].code = TYPE_I32;
	struct valtype results = {result, 0};
	return module_add_type(c->m, (struct functype){count, 1, parameters, &results});
}

static void emit_callee(struct casts *c, struct emitter *e, uint32_t callee, uint8_t result)
{
	const struct functype *type = &c->m->types[callee];
	struct places places = {0};
	for (uint32_t i = 0; i < type->parameter_count; i++) {
		enum place_kind kind;
		uint32_t number = place_next(&places, type->parameters[i].code, &kind);
		emit_index(e, OP_LOCAL_GET, place_local(c, kind, number));
		emit_out_of_place(e, type->parameters[i].code, kind);
	}
	emit_index(e, OP_LOCAL_GET, pointer_local(c));
	emit_pair(e, OP_CALL_INDIRECT, callee, c->table);
	emit_result(e, result_code(type), result);
}

static uint32_t add_function(struct casts *c, uint32_t type, struct emitter *e, struct span name)
{
	emit_op(e, OP_END);
	struct body *body = ARENA_NEW(e->arena, struct body, 1);
	body->code = emit_finish(e);
	uint32_t index = module_add_function(c->m, type, body, name);
	c->m->functions[index].casts = true;
	return index;
}

/* The last type is not asked for: if it is none of them, its call_indirect traps, as for a null pointer. */
static uint32_t add_dispatcher(struct casts *c, uint8_t result)
{
	struct emitter e = {.arena = &c->m->arena};
	for (uint32_t i = 0; i + 1 < c->callee_count; i++) {
		emit_index(&e, OP_LOCAL_GET, pointer_local(c));
		emit_index(&e, OP_TABLE_GET, c->table);
		emit(&e, (struct instr){.op = OP_REF_TEST, .type = {0, (int32_t)c->callees[i]}});
		emit_block(&e, OP_IF, (struct valtype){TYPE_EMPTY, 0});
		emit_callee(c, &e, c->callees[i], result);
		emit_op(&e, OP_RETURN);
		emit_op(&e, OP_END);
	}
	emit_callee(c, &e, c->callees[c->callee_count - 1], result);
	uint32_t type = dispatcher_type(c, result);
	const char *name = result == TYPE_F64 ? "__lind_cast_float" : "__lind_cast";
	struct span text = {(const uint8_t *)name, strlen(name), 0};
	return add_function(c, type, &e, text);
}

static uint32_t dispatcher(struct casts *c, uint8_t result)
{
	uint32_t *known = &c->dispatchers[result == TYPE_F64];
	if (!*known)
		*known = add_dispatcher(c, result);
	return *known;
}

/* The type of a call's operands with the function pointer, which a cast function has. */
uint32_t casts_function_type(struct module *m, uint32_t type)
{
	struct functype t = m->types[type];
	struct valtype *parameters = ARENA_NEW(&m->arena, struct valtype, t.parameter_count + 1);
	memcpy(parameters, t.parameters, t.parameter_count * sizeof(*parameters));
	parameters[t.parameter_count++].code = TYPE_I32;
	t.parameters = parameters;
	return module_add_type(m, t);
}

static uint32_t add_cast(struct casts *c, uint32_t index)
{
	struct emitter e = {.arena = &c->m->arena};
	struct functype type = c->m->types[index];
	uint8_t wanted = result_code(&type);
	uint8_t result = wanted == TYPE_F32 || wanted == TYPE_F64 ? TYPE_F64 : TYPE_I64;
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		for (uint32_t i = 0; i < c->places.count[kind]; i++)
			emit_place(&e, &type, kind, i);
	emit_index(&e, OP_LOCAL_GET, type.parameter_count);
	emit_index(&e, OP_CALL, dispatcher(c, result));
	emit_result(&e, result, wanted);
	return add_function(c, casts_function_type(c->m, index), &e,
			    module_text(c->m, "__lind_cast_from_%u", index));
}

/* True if the table has functions that a call of this type can't reach, but a cast can. */
static bool is_needed(const struct casts *c, uint32_t type)
{
	uint32_t others = c->callee_count - (c->pointed[type] != 0);
	return c->called[type] && cast_possible(&c->m->types[type]) && others;
}

void pass_casts_prepare(struct module *m, struct problems *p)
{
	if (!p->count)
		casts_adapt_stubs(m);
	struct casts c = {.m = m, .type_count = m->type_count};
	if (p->count || !casts_table(m, &c.table))
		return;
	c.called = ARENA_NEW(&m->arena, bool, m->type_count);
	c.pointed = ARENA_NEW(&m->arena, uint32_t, m->type_count);
	find_pointed(&c);
	if (!find_called(&c))
		return;
	find_callees(&c);
	m->cast_functions = ARENA_NEW(&m->arena, uint32_t, c.type_count);
	m->cast_type_count = c.type_count;
	for (uint32_t i = 0; i < c.type_count; i++)
		if (is_needed(&c, i))
			m->cast_functions[i] = add_cast(&c, i);
}
