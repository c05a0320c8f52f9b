/*
 * Which locals are live behind each site: those that may be read before they are written. One walk backwards
 * over the tokens, again and again until what is live at the heads of loops no longer grows.
 *
 * An exception may lead from any call inside a try_table to where its clauses go: what is live there is live
 * before each of the calls, and behind each site, which may throw when it is resumed.
 */
#include <stdlib.h>
#include <string.h>

#include "fork.h"

typedef uint64_t word;

/* A block that the walk is in. */
struct open {
	uint16_t op;
	word *at_label; /* live where a branch to the block goes */
	word *at_else;  /* of an if: live at the beginning of the else */
	const struct try_table *catches;
};

struct liveness {
	struct line *l;
	uint32_t words; /* of a set */
	word *live;
	word **at_loops;             /* of each label that is a loop's: live at its head */
	word **at_labels;            /* of each label of an open block */
	const struct token **begins; /* of each label */
	struct open *open;
	uint32_t depth, tries;
	word **spare; /* sets that are not in use */
	uint32_t spare_count;
	bool grown;
};

static bool add_all(word *to, const word *from, uint32_t words)
{
	word grown = 0;
	for (uint32_t i = 0; i < words; i++) {
		grown |= from[i] & ~to[i];
		to[i] |= from[i];
	}
	return grown;
}

static word *take_set(struct liveness *v)
{
	if (v->spare_count)
		return v->spare[--v->spare_count];
	return ARENA_NEW(&v->l->arena, word, v->words);
}

static void give_set(struct liveness *v, word *set)
{
	if (set)
		v->spare[v->spare_count++] = set;
}

static word *copy_set(struct liveness *v)
{
	return memcpy(take_set(v), v->live, v->words * sizeof(word));
}

static void add_local(struct liveness *v, uint32_t local)
{
	v->live[local / 64] |= (word)1 << local % 64;
}

static void remove_local(struct liveness *v, uint32_t local)
{
	v->live[local / 64] &= ~((word)1 << local % 64);
}

static void clear(struct liveness *v)
{
	memset(v->live, 0, v->words * sizeof(word));
}

static void add_label(struct liveness *v, uint32_t label)
{
	if (label)
		add_all(v->live, v->at_labels[label], v->words);
}

static void add_catches(struct liveness *v)
{
	uint32_t left = v->tries;
	for (uint32_t i = v->depth; i > 0 && left; i--) {
		const struct try_table *t = v->open[i - 1].catches;
		if (!t)
			continue;
		left--;
		for (uint32_t k = 0; k < t->count; k++)
			add_label(v, t->catches[k].label);
	}
}

/* The walk comes to a block's end. */
static void enter_block(struct liveness *v, uint32_t label)
{
	const struct token *begin = v->begins[label];
	struct open *o = &v->open[v->depth++];
	*o = (struct open){.op = begin->in.op};
	if (o->op == OP_LOOP) {
		if (!v->at_loops[label])
			v->at_loops[label] = ARENA_NEW(&v->l->arena, word, v->words);
		v->at_labels[label] = v->at_loops[label];
		return;
	}
	v->at_labels[label] = o->at_label = copy_set(v);
	if (o->op == OP_TRY_TABLE) {
		o->catches = begin->in.try_table;
		v->tries++;
	}
}

/* The walk comes to a block's beginning. */
static void leave_block(struct liveness *v, uint32_t label)
{
	struct open *o = &v->open[--v->depth];
	if (o->op == OP_LOOP)
		v->grown |= add_all(v->at_loops[label], v->live, v->words);
	else if (o->op == OP_IF) /* without else, what is live behind it */
		add_all(v->live, o->at_else ? o->at_else : o->at_label, v->words);
	if (o->catches)
		v->tries--;
	give_set(v, o->at_label);
	give_set(v, o->at_else);
}

static void enter_then(struct liveness *v)
{
	struct open *o = &v->open[v->depth - 1];
	o->at_else = copy_set(v);
	memcpy(v->live, o->at_label, v->words * sizeof(word));
}

static void note_site(struct liveness *v, struct site *site)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < v->words; i++)
		count += (uint32_t)__builtin_popcountll(v->live[i]);
	site->live_count = 0;
	site->live = ARENA_NEW(&v->l->arena, uint32_t, count);
	for (uint32_t i = 0; i < v->words; i++)
		for (word left = v->live[i]; left; left &= left - 1)
			site->live[site->live_count++] = i * 64 + (uint32_t)__builtin_ctzll(left);
}

static void step(struct liveness *v, const struct token *t, bool note)
{
	switch (t->in.op) {
	case OP_LOCAL_GET:
		add_local(v, t->in.index);
		return;
	case OP_LOCAL_SET:
	case OP_LOCAL_TEE:
		remove_local(v, t->in.index);
		return;
	case OP_END:
		if (t->label)
			enter_block(v, t->label);
		return;
	case OP_ELSE:
		enter_then(v);
		return;
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
	case OP_TRY_TABLE:
		leave_block(v, t->label);
		return;
	case OP_BR:
		clear(v);
		add_label(v, t->in.index);
		return;
	case OP_BR_IF:
		add_label(v, t->in.index);
		return;
	case OP_BR_TABLE:
		clear(v);
		for (uint32_t i = 0; i <= t->in.labels->count; i++)
			add_label(v, t->in.labels->labels[i]);
		return;
	case OP_RETURN:
	case OP_UNREACHABLE:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
	case OP_RETURN_CALL_REF:
		clear(v);
		return;
	case OP_THROW:
	case OP_THROW_REF:
		clear(v);
		add_catches(v);
		return;
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_CALL_REF:
		add_catches(v);
		if (note && t->site != FORK_NONE)
			note_site(v, &v->l->sites[t->site]);
		return;
	default:
		return;
	}
}

static void walk(struct liveness *v, bool note)
{
	const struct tokens *tokens = &v->l->tokens;
	clear(v);
	for (uint32_t i = tokens->count; i > 0; i--)
		step(v, &tokens->list[i - 1], note);
}

void line_live(struct line *l)
{
	struct liveness v = {.l = l, .words = l->local_count / 64 + 1};
	v.live = ARENA_NEW(&l->arena, word, v.words);
	v.at_loops = ARENA_NEW(&l->arena, word *, l->label_count);
	v.at_labels = ARENA_NEW(&l->arena, word *, l->label_count);
	v.begins = ARENA_NEW(&l->arena, const struct token *, l->label_count);
	v.open = ARENA_NEW(&l->arena, struct open, l->label_count);
	v.spare = ARENA_NEW(&l->arena, word *, 2 * (size_t)l->label_count);
	for (uint32_t i = 0; i < l->tokens.count; i++)
		if (opens_block(l->tokens.list[i].in.op))
			v.begins[l->tokens.list[i].label] = &l->tokens.list[i];
	do {
		v.grown = false;
		walk(&v, false);
	} while (v.grown);
	walk(&v, true);
}
