/*
 * Which functions may be on the stack at a suspension: those from which one of the two imports can be
 * reached. An indirect call reaches every function of its type whose address is taken anywhere.
 */
#include <stdlib.h>

#include "code.h"
#include "fork.h"

#define IDS_MAX 65535u /* an id has 16 bits of a record's first word */

struct edge {
	struct edge *next;
	uint32_t from;
};

struct graph {
	struct fork *f;
	struct module *m;
	struct arena arena;
	struct edge **callers;          /* of each function, directly */
	struct edge **indirect_callers; /* of each type, of equal ones the first */
	uint32_t *same;                 /* of each type the first that equals it */
	bool *referenced;               /* functions whose address is taken */
	uint32_t *work, work_count;     /* functions whose callers were not looked at */
};

static void add_edge(struct graph *g, struct edge **list, uint32_t from)
{
	if (*list && (*list)->from == from)
		return;
	struct edge *edge = ARENA_NEW(&g->arena, struct edge, 1);
	*edge = (struct edge){*list, from};
	*list = edge;
}

static bool types_equal(const struct valtype *a, const struct valtype *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (a[i].code != b[i].code || a[i].heap != b[i].heap)
			return false;
	return true;
}

static void find_equal_types(struct graph *g)
{
	const struct functype *types = g->m->types;
	for (uint32_t i = 0; i < g->m->type_count; i++) {
		g->same[i] = i;
		for (uint32_t k = 0; k < i; k++) {
			if (types[k].parameter_count != types[i].parameter_count ||
			    types[k].result_count != types[i].result_count ||
			    !types_equal(types[k].parameters, types[i].parameters,
					 types[i].parameter_count) ||
			    !types_equal(types[k].results, types[i].results, types[i].result_count))
				continue;
			g->same[i] = k;
			break;
		}
	}
}

static void note_references(struct graph *g, const struct code *code)
{
	for (uint32_t i = 0; i < code->count; i++)
		if (code->instrs[i].op == OP_REF_FUNC)
			g->referenced[code->instrs[i].index] = true;
}

static void read_function(struct graph *g, uint32_t index, const struct code *code)
{
	note_references(g, code);
	for (uint32_t i = 0; i < code->count; i++) {
		const struct instr *in = &code->instrs[i];
		switch (in->op) {
		case OP_CALL:
		case OP_RETURN_CALL:
			add_edge(g, &g->callers[in->index], index);
			break;
		case OP_CALL_INDIRECT:
		case OP_RETURN_CALL_INDIRECT:
			add_edge(g, &g->indirect_callers[g->same[in->pair[0]]], index);
			break;
		case OP_CALL_REF:
		case OP_RETURN_CALL_REF:
			add_edge(g, &g->indirect_callers[g->same[in->index]], index);
			break;
		default:
			break;
		}
	}
}

static bool read_module(struct graph *g)
{
	struct module *m = g->m;
	for (uint32_t i = 0; i < m->global_count; i++)
		note_references(g, &m->globals[i].init);
	for (uint32_t i = 0; i < m->table_count; i++)
		note_references(g, &m->tables[i].init);
	for (uint32_t i = 0; i < m->element_count; i++) {
		const struct element *e = &m->elements[i];
		for (uint32_t k = 0; k < e->count; k++) {
			if (e->flags & 4)
				note_references(g, &e->expressions[k]);
			else
				g->referenced[e->functions[k]] = true;
		}
	}
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++) {
		const struct body *body = function_decode(m, &m->functions[i]);
		if (!body)
			return false;
		read_function(g, i, &body->code);
	}
	return true;
}

static void add_function(struct graph *g, uint32_t function)
{
	if (g->f->ids[function] != FORK_NONE)
		return;
	g->f->ids[function] = 0;
	g->work[g->work_count++] = function;
}

static void add_callers(struct graph *g, const struct edge *list)
{
	for (; list; list = list->next)
		add_function(g, list->from);
}

static void add_type(struct graph *g, uint32_t type)
{
	type = g->same[type];
	if (g->f->type_suspends[type])
		return;
	g->f->type_suspends[type] = true;
	add_callers(g, g->indirect_callers[type]);
}

static void spread(struct graph *g)
{
	const struct module *m = g->m;
	while (g->work_count) {
		uint32_t function = g->work[--g->work_count];
		add_callers(g, g->callers[function]);
		if (g->referenced[function])
			add_type(g, m->functions[function].type);
		for (uint32_t i = 0; i < m->cast_type_count; i++)
			if (m->cast_functions[i] && m->cast_functions[i] == function)
				add_type(g, i);
	}
	for (uint32_t i = 0; i < m->type_count; i++)
		g->f->type_suspends[i] = g->f->type_suspends[g->same[i]];
}

static void add_roots(struct graph *g)
{
	for (uint32_t i = 0; i < g->m->import_count; i++)
		if (fork_is_root(&g->m->imports[i]))
			add_function(g, g->m->imports[i].index);
}

static bool give_ids(struct fork *f)
{
	const struct module *m = f->m;
	f->count = 1;
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++) {
		if (f->ids[i] == FORK_NONE)
			continue;
		if (f->count > IDS_MAX) {
			problem(f->p, "more than %u functions may be on the stack at a fork", IDS_MAX);
			return false;
		}
		f->members[f->count] = i;
		f->ids[i] = f->count++;
	}
	if (m->has_start && f->ids[m->start] != FORK_NONE) {
		problem(f->p, "the start function may fork");
		return false;
	}
	return true;
}

bool fork_is_root(const struct import *import)
{
	return import->kind == EXTERNAL_FUNCTION && span_is(import->module, "lind") &&
	       (span_is(import->name, "fork") || span_is(import->name, "checkpoint"));
}

bool fork_graph(struct fork *f)
{
	struct module *m = f->m;
	struct graph g = {.f = f, .m = m};
	f->function_count = m->function_count;
	f->type_count = m->type_count;
	f->ids = ARENA_NEW(&m->arena, uint32_t, m->function_count);
	f->members = ARENA_NEW(&m->arena, uint32_t, (size_t)m->function_count + 1);
	f->type_suspends = ARENA_NEW(&m->arena, bool, m->type_count);
	for (uint32_t i = 0; i < m->function_count; i++)
		f->ids[i] = FORK_NONE;
	g.callers = ARENA_NEW(&g.arena, struct edge *, m->function_count);
	g.indirect_callers = ARENA_NEW(&g.arena, struct edge *, m->type_count);
	g.same = ARENA_NEW(&g.arena, uint32_t, m->type_count);
	g.referenced = ARENA_NEW(&g.arena, bool, m->function_count);
	g.work = ARENA_NEW(&g.arena, uint32_t, m->function_count);
	find_equal_types(&g);
	bool done = read_module(&g);
	if (done) {
		add_roots(&g);
		spread(&g);
		done = give_ids(f);
	}
	arena_free(&g.arena);
	return done;
}
