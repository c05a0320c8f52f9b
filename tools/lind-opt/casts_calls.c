/*
 * Casts of function pointers, second pass: each call through a pointer tests the type itself, and goes to the
 * cast function of casts.c where it is another one. Otherwise it does what call_indirect does, no more:
 * bounds, the table's entry, one comparison, the call.
 *
 * It comes last, since what it makes holds references on the stack.
 */
#include <string.h>

#include "casts.h"
#include "code.h"
#include "pass.h"

#define HEAP_FUNC (-16) /* the type of all functions */

struct rewriter {
	struct module *m;
	struct emitter e;
	uint32_t table;
	uint32_t local;      /* of the function at hand: keeps the pointer */
	int32_t *slow_types; /* for each type with a cast: that of the block that leads to it; 0 not made yet
			      */
};

static uint32_t cast_of(const struct module *m, const struct instr *in, uint32_t table)
{
	if (in->op != OP_CALL_INDIRECT || in->pair[1] != table || in->pair[0] >= m->cast_type_count)
		return 0;
	return m->cast_functions[in->pair[0]];
}

static uint32_t local_count(const struct module *m, const struct function *f)
{
	uint32_t count = m->types[f->type].parameter_count;
	for (uint32_t i = 0; i < f->body->run_count; i++)
		count += f->body->runs[i].count;
	return count;
}

static void add_local(struct module *m, struct body *body)
{
	struct local_run *runs = ARENA_NEW(&m->arena, struct local_run, body->run_count + 1);
	if (body->run_count)
		memcpy(runs, body->runs, body->run_count * sizeof(*runs));
	runs[body->run_count++] = (struct local_run){1, {TYPE_I32, 0}};
	body->runs = runs;
}

/* From a call's operands to the arguments and a reference to the function. */
static int32_t slow_type(struct rewriter *r, uint32_t type)
{
	if (!r->slow_types[type]) {
		struct functype t = r->m->types[casts_function_type(r->m, type)];
		struct valtype *results = ARENA_NEW(&r->m->arena, struct valtype, t.parameter_count);
		memcpy(results, t.parameters, t.parameter_count * sizeof(*results));
		results[t.parameter_count - 1] = (struct valtype){TYPE_FUNCREF, 0};
		t.results = results;
		t.result_count = t.parameter_count;
		r->slow_types[type] = (int32_t)module_add_type(r->m, t);
	}
	return r->slow_types[type];
}

static void rewrite_call(struct rewriter *r, const struct instr *call, uint32_t function)
{
	struct emitter *e = &r->e;
	uint32_t type = call->pair[0];
	struct cast *cast = ARENA_NEW(e->arena, struct cast, 1);
	*cast = (struct cast){CAST_FROM_NULL, 0, HEAP_FUNC, (int32_t)type};
	emit_block(e, OP_BLOCK, (struct valtype){TYPE_INDEX, (int32_t)r->m->functions[function].type});
	emit_block(e, OP_BLOCK, (struct valtype){TYPE_INDEX, slow_type(r, type)});
	emit_index(e, OP_LOCAL_TEE, r->local);
	emit_index(e, OP_TABLE_GET, r->table);
	emit(e, (struct instr){.op = OP_BR_ON_CAST_FAIL, .cast = cast});
	emit_index(e, OP_CALL_REF, type);
	emit_index(e, OP_BR, 1);
	emit_op(e, OP_END);
	emit_op(e, OP_DROP);
	emit_index(e, OP_LOCAL_GET, r->local);
	emit_index(e, OP_CALL, function);
	emit_op(e, OP_END);
}

static uint32_t count_calls(const struct rewriter *r, const struct code *code)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < code->count; i++)
		count += cast_of(r->m, &code->instrs[i], r->table) != 0;
	return count;
}

static void rewrite_function(struct rewriter *r, struct function *f)
{
	struct body *body = f->body;
	r->local = local_count(r->m, f);
	r->e.arena = &r->m->arena;
	for (uint32_t i = 0; i < body->code.count; i++) {
		const struct instr *in = &body->code.instrs[i];
		uint32_t function = cast_of(r->m, in, r->table);
		if (function)
			rewrite_call(r, in, function);
		else
			emit(&r->e, *in);
	}
	add_local(r->m, body);
	body->code = emit_finish(&r->e);
	f->edited = true;
}

/* False: it can't be read. */
static bool finish_function(struct rewriter *r, struct function *f)
{
	const struct body *body = function_decode(r->m, f);
	if (!body)
		return false;
	uint32_t calls = count_calls(r, &body->code);
	if (calls && !f->casts) {
		rewrite_function(r, f);
		r->m->cast_calls += calls;
	}
	return true;
}

void pass_casts_finish(struct module *m, struct problems *p)
{
	struct rewriter r = {.m = m};
	if (p->count || !casts_table(m, &r.table) || !m->cast_type_count)
		return;
	r.slow_types = ARENA_NEW(&m->arena, int32_t, m->cast_type_count);
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++)
		if (!finish_function(&r, &m->functions[i]))
			return;
	for (uint32_t id = 1; id < m->clone_count; id++)
		finish_function(&r, &m->clones[id]);
}
