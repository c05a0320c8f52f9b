/*
 * Tokens: code under construction, whose branches name the block that they lead to. At the end the names
 * become depths.
 */
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "fork.h"

void put_token(struct tokens *t, struct token token)
{
	if (t->count == t->room) {
		t->room = t->room ? t->room * 2 : 256;
		t->list = memory_resize(t->list, t->room, sizeof(*t->list));
	}
	t->list[t->count++] = token;
}

static void put_instr(struct tokens *t, struct instr in)
{
	put_token(t, (struct token){.in = in, .site = FORK_NONE});
}

void put_op(struct tokens *t, uint16_t op)
{
	put_instr(t, (struct instr){.op = op});
}

void put_index(struct tokens *t, uint16_t op, uint32_t index)
{
	put_instr(t, (struct instr){.op = op, .index = index});
}

void put_i32(struct tokens *t, uint32_t value)
{
	put_instr(t, (struct instr){.op = OP_I32_CONST, .i32 = (int32_t)value});
}

void put_memory(struct tokens *t, uint16_t op, uint32_t offset)
{
	put_instr(t, (struct instr){.op = op,
				    .memarg = {.offset = offset, .align = op == OP_I32_LOAD16_U ? 1 : 2}});
}

void put_block(struct tokens *t, uint16_t op, uint32_t label, struct valtype type)
{
	put_token(t, (struct token){{.op = op, .type = type}, label, FORK_NONE});
}

void put_end(struct tokens *t, uint32_t label)
{
	put_token(t, (struct token){{.op = OP_END}, label, FORK_NONE});
}

void put_branches(struct tokens *t, struct arena *arena, const uint32_t *labels, uint32_t count,
		  uint32_t otherwise)
{
	struct labels *l = arena_alloc(arena, 1, sizeof(*l) + ((size_t)count + 1) * sizeof(uint32_t));
	l->count = count;
	memcpy(l->labels, labels, count * sizeof(*labels));
	l->labels[count] = otherwise;
	put_instr(t, (struct instr){.op = OP_BR_TABLE, .labels = l});
}

void put_zero(struct tokens *t, struct valtype type)
{
	static const uint8_t zeros[16];
	switch (type.code) {
	case TYPE_I32:
		return put_i32(t, 0);
	case TYPE_I64:
		return put_instr(t, (struct instr){.op = OP_I64_CONST, .i64 = 0});
	case TYPE_F32:
		return put_instr(t, (struct instr){.op = OP_F32_CONST, .f32 = 0});
	case TYPE_F64:
		return put_instr(t, (struct instr){.op = OP_F64_CONST, .f64 = 0});
	case TYPE_V128:
		return put_instr(t, (struct instr){.op = OP_V128_CONST, .bytes16 = zeros});
	default: {
		/* A code of a reference is its heap type as a signed number of 7 bits. */
		int32_t heap = type.code == TYPE_REF_NULL ? type.heap : (int32_t)type.code - 0x80;
		return put_instr(t, (struct instr){.op = OP_REF_NULL, .type = {0, heap}});
	}
	}
}

struct valtype fork_block_type(struct module *m, const struct functype *type)
{
	if (type->result_count == 0)
		return (struct valtype){TYPE_EMPTY, 0};
	if (type->result_count == 1)
		return type->results[0];
	struct functype results = {.result_count = type->result_count, .results = type->results};
	return (struct valtype){TYPE_INDEX, (int32_t)module_add_type(m, results)};
}

/* Names of blocks to depths, while code is walked from its beginning to its end. */
struct depths {
	struct arena *arena;
	uint32_t *places; /* of each name: how many blocks were open before it */
	uint32_t open;
};

static uint32_t depth(const struct depths *d, uint32_t label)
{
	return d->open - 1 - d->places[label];
}

static void open_block(struct depths *d, uint32_t label)
{
	d->places[label] = d->open++;
}

static struct labels *branch_depths(const struct depths *d, const struct labels *names)
{
	size_t size = sizeof(*names) + ((size_t)names->count + 1) * sizeof(uint32_t);
	struct labels *l = arena_alloc(d->arena, 1, size);
	l->count = names->count;
	for (uint32_t i = 0; i <= l->count; i++)
		l->labels[i] = depth(d, names->labels[i]);
	return l;
}

static struct try_table *catch_depths(const struct depths *d, const struct try_table *names)
{
	size_t size = sizeof(*names) + names->count * sizeof(struct catch);
	struct try_table *t = arena_alloc(d->arena, 1, size);
	memcpy(t, names, size);
	for (uint32_t i = 0; i < t->count; i++)
		t->catches[i].label = depth(d, names->catches[i].label);
	return t;
}

static struct instr resolve(struct depths *d, const struct token *t)
{
	struct instr in = t->in;
	switch (in.op) {
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
		open_block(d, t->label);
		break;
	case OP_TRY_TABLE: /* its clauses count from outside */
		in.try_table = catch_depths(d, in.try_table);
		open_block(d, t->label);
		break;
	case OP_END:
		d->open--;
		break;
	case OP_BR:
	case OP_BR_IF:
		in.index = depth(d, in.index);
		break;
	case OP_BR_TABLE:
		in.labels = branch_depths(d, in.labels);
		break;
	default:
		break;
	}
	return in;
}

static void set_locals(struct module *m, struct body *body, const struct valtype *locals, uint32_t count)
{
	body->runs = ARENA_NEW(&m->arena, struct local_run, count);
	for (uint32_t i = 0; i < count; i++) {
		struct local_run *last = body->run_count ? &body->runs[body->run_count - 1] : NULL;
		if (last && last->type.code == locals[i].code && last->type.heap == locals[i].heap)
			last->count++;
		else
			body->runs[body->run_count++] = (struct local_run){1, locals[i]};
	}
}

struct body *tokens_body(struct module *m, struct tokens *t, uint32_t label_count,
			 const struct valtype *locals, uint32_t local_count)
{
	struct body *body = ARENA_NEW(&m->arena, struct body, 1);
	struct depths d = {.arena = &m->arena};
	d.places = memory_resize(NULL, label_count, sizeof(*d.places));
	open_block(&d, 0);
	body->code.count = t->count;
	body->code.instrs = ARENA_NEW(&m->arena, struct instr, t->count);
	for (uint32_t i = 0; i < t->count; i++)
		body->code.instrs[i] = resolve(&d, &t->list[i]);
	free(d.places);
	tokens_free(t);
	set_locals(m, body, locals, local_count);
	return body;
}

void tokens_free(struct tokens *t)
{
	free(t->list);
	*t = (struct tokens){0};
}
