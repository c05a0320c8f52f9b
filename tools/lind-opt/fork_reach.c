/*
 * What a clone needs of its function: tokens that control may come to after a site was resumed. What stands
 * before the first site, outside of loops, is for the most part not among them.
 *
 * A walk forwards, again and again until no further loop turns out to be begun anew.
 */
#include <stdlib.h>

#include "fork.h"

struct reach {
	struct line *l;
	bool live;
	bool *labels; /* branched to by what is reached */
	struct level {
		uint16_t op;
		uint32_t label;
		bool at_begin;  /* reached from before */
		bool then_ends; /* the end of an if's first arm is reached */
		const struct try_table *catches;
	} *open;
	uint32_t depth;
	bool grown;
};

static void reach_label(struct reach *v, uint32_t label)
{
	if (!v->live || v->labels[label])
		return;
	v->labels[label] = true;
	v->grown = true;
}

/* Any call may throw, to any of the clauses that enclose it. */
static void reach_catches(struct reach *v)
{
	for (uint32_t i = v->depth; i > 0; i--) {
		const struct try_table *t = v->open[i - 1].catches;
		for (uint32_t k = 0; t && k < t->count; k++)
			reach_label(v, t->catches[k].label);
	}
}

static void enter(struct reach *v, const struct token *t)
{
	struct level *o = &v->open[v->depth++];
	*o = (struct level){.op = t->in.op, .label = t->label, .at_begin = v->live};
	if (o->op == OP_LOOP)
		v->live |= v->labels[t->label];
	else if (o->op == OP_TRY_TABLE)
		o->catches = t->in.try_table;
}

static void leave(struct reach *v)
{
	const struct level *o = &v->open[--v->depth];
	if (o->op == OP_IF) /* without else */
		v->live |= o->at_begin;
	else if (o->op == OP_ELSE)
		v->live |= o->then_ends;
	if (o->op != OP_LOOP)
		v->live |= v->labels[o->label];
}

static void enter_else(struct reach *v)
{
	struct level *o = &v->open[v->depth - 1];
	o->op = OP_ELSE;
	o->then_ends = v->live;
	v->live = o->at_begin;
}

static void step(struct reach *v, const struct token *t)
{
	switch (t->in.op) {
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
	case OP_TRY_TABLE:
		enter(v, t);
		return;
	case OP_ELSE:
		enter_else(v);
		return;
	case OP_END:
		if (t->label)
			leave(v);
		return;
	case OP_BR_IF:
		reach_label(v, t->in.index);
		return;
	case OP_BR:
		reach_label(v, t->in.index);
		v->live = false;
		return;
	case OP_BR_TABLE:
		for (uint32_t i = 0; i <= t->in.labels->count; i++)
			reach_label(v, t->in.labels->labels[i]);
		v->live = false;
		return;
	case OP_RETURN:
	case OP_UNREACHABLE:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
	case OP_RETURN_CALL_REF:
		v->live = false;
		return;
	case OP_THROW:
	case OP_THROW_REF:
		reach_catches(v);
		v->live = false;
		return;
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_CALL_REF:
		v->live |= t->site != FORK_NONE;
		reach_catches(v);
		return;
	default:
		return;
	}
}

bool *line_reached(struct line *l)
{
	const struct tokens *tokens = &l->tokens;
	struct reach v = {.l = l};
	bool *reached = ARENA_NEW(&l->arena, bool, tokens->count);
	v.labels = ARENA_NEW(&l->arena, bool, l->label_count);
	v.open = ARENA_NEW(&l->arena, struct level, l->label_count);
	do {
		v.grown = false;
		v.live = false;
		for (uint32_t i = 0; i < tokens->count; i++) {
			reached[i] = v.live;
			step(&v, &tokens->list[i]);
		}
	} while (v.grown);
	return reached;
}
