/*
 * Takes a function apart into tokens. What can't be reached is dropped. At a site the stack holds just the
 * operands of the call, and where a block begins that holds a site it is empty: operands below are moved to
 * locals and come back after.
 */
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "fork_stack.h"

/* A block that we are in. */
struct control {
	uint16_t op;
	uint32_t label, height;
	const struct valtype *results;
	const struct valtype *operands; /* parameters that lie on the stack where it begins */
	uint32_t result_count, operand_count;
	struct moved below;      /* operands that wait in locals for its end */
	struct moved parameters; /* its own, that wait there for its beginning */
};

#define SITES_MAX 65535u /* a site has 16 bits of a record's first word */

struct reading {
	struct fork *f;
	struct module *m;
	struct line *l;
	struct stack stack;
	const struct code *code;
	uint32_t at;
	bool *holds_site; /* of instructions that open a block */
	struct control *controls;
	uint32_t depth, room;
};

void fork_refuse(const struct fork *f, uint32_t function, const char *text)
{
	struct span name = f->m->function_names[function];
	problem(f->p, "function %u (%.*s), which may be on the stack at a fork: %s", function, (int)name.size,
		(const char *)name.data, text);
}

uint32_t line_add_local(struct line *l, struct valtype type)
{
	if (l->local_count == l->local_room) {
		l->local_room = l->local_room ? l->local_room * 2 : 32;
		l->locals = memory_resize(l->locals, l->local_room, sizeof(*l->locals));
	}
	l->locals[l->local_count] = type;
	return l->local_count++;
}

void line_free(struct line *l)
{
	tokens_free(&l->tokens);
	free(l->locals);
	free(l->sites);
	arena_free(&l->arena);
}

/* The type of what an instruction calls, if that may be suspended; else FORK_NONE. */
static uint32_t site_type(const struct fork *f, const struct instr *in)
{
	switch (in->op) {
	case OP_CALL:
	case OP_RETURN_CALL:
		return fork_calls(f, in->index) ? f->m->functions[in->index].type : FORK_NONE;
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL_INDIRECT:
		return fork_calls_type(f, in->pair[0]) ? in->pair[0] : FORK_NONE;
	case OP_CALL_REF:
	case OP_RETURN_CALL_REF:
		return fork_calls_type(f, in->index) ? in->index : FORK_NONE;
	default:
		return FORK_NONE;
	}
}

static void find_blocks_with_sites(struct reading *r)
{
	uint32_t *open = ARENA_NEW(&r->l->arena, uint32_t, (size_t)r->code->count + 1), depth = 0;
	r->holds_site = ARENA_NEW(&r->l->arena, bool, r->code->count);
	for (uint32_t i = 0; i < r->code->count; i++) {
		const struct instr *in = &r->code->instrs[i];
		if (opens_block(in->op)) {
			open[depth++] = i;
		} else if (in->op == OP_END && depth) {
			uint32_t inner = open[--depth];
			if (depth && r->holds_site[inner])
				r->holds_site[open[depth - 1]] = true;
		} else if (depth && site_type(r->f, in) != FORK_NONE) {
			r->holds_site[open[depth - 1]] = true;
		}
	}
}

static struct control *push_control(struct reading *r, uint16_t op, uint32_t label)
{
	if (r->depth == r->room) {
		r->room = r->room ? r->room * 2 : 64;
		r->controls = memory_resize(r->controls, r->room, sizeof(*r->controls));
	}
	struct control *c = &r->controls[r->depth++];
	*c = (struct control){.op = op, .label = label};
	return c;
}

static const struct control *target(const struct reading *r, uint32_t depth)
{
	return &r->controls[r->depth - 1 - depth];
}

/* A block's type in the form of a function's. */
static struct functype block_functype(struct reading *r, struct valtype type)
{
	if (type.code == TYPE_INDEX)
		return r->m->types[type.heap];
	if (type.code == TYPE_EMPTY)
		return (struct functype){0};
	struct valtype *result = ARENA_NEW(&r->l->arena, struct valtype, 1);
	*result = type;
	return (struct functype){.result_count = 1, .results = result};
}

static struct try_table *named_catches(struct reading *r, const struct try_table *try_table,
				       struct valtype type)
{
	size_t size = sizeof(*try_table) + try_table->count * sizeof(struct catch);
	struct try_table *t = arena_alloc(&r->l->arena, 1, size);
	memcpy(t, try_table, size);
	t->type = type;
	for (uint32_t i = 0; i < t->count; i++)
		t->catches[i].label = target(r, t->catches[i].label)->label;
	return t;
}

static void get_parameters(struct reading *r, const struct control *c)
{
	for (uint32_t i = 0; i < c->parameters.count; i++)
		put_index(&r->l->tokens, OP_LOCAL_GET, c->parameters.locals[i]);
}

/*
 * The beginning of a block. One that holds a site has no parameters any more: they wait in locals, and are
 * the first operands inside.
 */
static void read_block(struct reading *r, const struct instr *in)
{
	struct stack *s = &r->stack;
	struct valtype written = in->op == OP_TRY_TABLE ? in->try_table->type : in->type;
	struct functype type = block_functype(r, written);
	struct moved below = {0}, parameters = {0};
	if (in->op == OP_IF)
		stack_pop_type(s, (struct valtype){TYPE_I32, 0});
	if (s->count < type.parameter_count) {
		stack_fail(s, "an operand is missing");
		return;
	}
	if (r->holds_site[r->at]) {
		if (in->op == OP_LOOP && type.parameter_count) {
			stack_fail(s, "a loop with parameters holds a call that may fork");
			return;
		}
		uint32_t condition = in->op == OP_IF;
		if (condition)
			stack_push(s, (struct valtype){TYPE_I32, 0});
		below = stack_move(s, condition);
		if (condition)
			stack_pop(s);
		if (type.parameter_count) {
			uint32_t kept = below.count - type.parameter_count;
			parameters = (struct moved){type.parameter_count, below.locals + kept};
			below.count = kept;
			written = fork_block_type(r->m, &type);
		}
		if (s->failed)
			return;
	} else {
		stack_pop_all(s, type.parameters, type.parameter_count);
	}

	uint32_t label = line_add_label(r->l);
	struct token token = {
		.in = {.op = in->op, .hint = in->hint, .type = written}, .label = label, .site = FORK_NONE};
	if (in->op == OP_TRY_TABLE)
		token.in.try_table = named_catches(r, in->try_table, written);
	put_token(&r->l->tokens, token);
	struct control *c = push_control(r, in->op, label);
	c->height = s->count;
	c->results = type.results;
	c->result_count = type.result_count;
	c->below = below;
	c->parameters = parameters;
	if (!parameters.count) {
		c->operands = type.parameters;
		c->operand_count = type.parameter_count;
	}
	get_parameters(r, c);
	stack_push_all(s, type.parameters, type.parameter_count);
}

/* An arm's or a block's end: its results are all that lies above what was there before. */
static void check_results(struct reading *r, const struct control *c)
{
	stack_pop_all(&r->stack, c->results, c->result_count);
	if (!r->stack.failed && r->stack.count != c->height)
		stack_fail(&r->stack, "a block leaves other operands than its type says");
}

static void read_else(struct reading *r)
{
	struct control *c = &r->controls[r->depth - 1];
	c->op = OP_ELSE;
	put_token(&r->l->tokens, (struct token){{.op = OP_ELSE}, c->label, FORK_NONE});
	/* Parameters that the if had on the stack are there again. */
	stack_push_all(&r->stack, c->operands, c->operand_count);
	get_parameters(r, c);
	for (uint32_t i = 0; i < c->parameters.count; i++)
		stack_push(&r->stack, r->l->locals[c->parameters.locals[i]]);
}

static void read_end(struct reading *r)
{
	struct control c = r->controls[--r->depth];
	if (c.op == OP_IF && c.parameters.count) {
		/* An if without else passes its parameters on. */
		put_token(&r->l->tokens, (struct token){{.op = OP_ELSE}, c.label, FORK_NONE});
		get_parameters(r, &c);
	}
	put_end(&r->l->tokens, c.label);
	stack_push_all(&r->stack, c.results, c.result_count);
	if (r->depth)
		stack_restore(&r->stack, c.below, c.result_count);
}

/* Goes to the end or else of the block that we are in, over what can't be reached. */
static void skip_unreachable(struct reading *r)
{
	uint32_t depth = 0;
	for (;; r->at++) {
		uint16_t op = r->code->instrs[r->at + 1].op;
		if (opens_block(op))
			depth++;
		else if (op == OP_END && depth-- == 0)
			break;
		else if (op == OP_ELSE && depth == 0)
			break;
	}
	r->stack.count = r->controls[r->depth - 1].height;
	r->at++;
	if (r->code->instrs[r->at].op == OP_ELSE)
		read_else(r);
	else
		read_end(r);
}

static void read_branch(struct reading *r, const struct instr *in)
{
	put_token(&r->l->tokens,
		  (struct token){{.op = in->op, .hint = in->hint, .index = target(r, in->index)->label},
				 0,
				 FORK_NONE});
}

static void read_branch_table(struct reading *r, const struct instr *in)
{
	const struct labels *depths = in->labels;
	uint32_t *labels = ARENA_NEW(&r->l->arena, uint32_t, (size_t)depths->count + 1);
	for (uint32_t i = 0; i <= depths->count; i++)
		labels[i] = target(r, depths->labels[i])->label;
	put_branches(&r->l->tokens, &r->l->arena, labels, depths->count, labels[depths->count]);
}

static uint32_t add_site(struct line *l, const struct instr *in, uint32_t type)
{
	if (l->site_count == l->site_room) {
		l->site_room = l->site_room ? l->site_room * 2 : 16;
		l->sites = memory_resize(l->sites, l->site_room, sizeof(*l->sites));
	}
	l->sites[l->site_count] = (struct site){.call = *in, .type = type};
	return l->site_count++;
}

static void read_site(struct reading *r, const struct instr *in, uint32_t type)
{
	struct stack *s = &r->stack;
	const struct functype *t = &r->m->types[type];
	bool indirect = in->op != OP_CALL;
	struct moved below = stack_move(s, t->parameter_count + indirect);
	struct token token = {.in = *in, .site = add_site(r->l, in, type)};
	put_token(&r->l->tokens, token);
	if (indirect)
		stack_pop(s);
	stack_pop_all(s, t->parameters, t->parameter_count);
	stack_push_all(s, t->results, t->result_count);
	stack_restore(s, below, t->result_count);
}

static void read_call(struct reading *r, const struct instr *in)
{
	uint32_t type = site_type(r->f, in);
	if (type != FORK_NONE) {
		read_site(r, in, type);
		return;
	}
	type = in->op == OP_CALL            ? r->m->functions[in->index].type
	       : in->op == OP_CALL_INDIRECT ? in->pair[0]
					    : in->index;
	const struct functype *t = &r->m->types[type];
	if (in->op == OP_CALL_INDIRECT)
		stack_pop_type(&r->stack, (struct valtype){TYPE_I32, 0});
	else if (in->op == OP_CALL_REF)
		stack_pop(&r->stack);
	stack_pop_all(&r->stack, t->parameters, t->parameter_count);
	stack_push_all(&r->stack, t->results, t->result_count);
	put_token(&r->l->tokens, (struct token){.in = *in, .site = FORK_NONE});
}

static void read_select(struct reading *r, const struct instr *in)
{
	struct stack *s = &r->stack;
	stack_pop_type(s, (struct valtype){TYPE_I32, 0});
	struct valtype type = stack_pop(s);
	stack_pop_type(s, type);
	stack_push(s, in->op == OP_SELECT_TYPED && in->types->count ? in->types->types[0] : type);
}

/* Instructions that go on with the next one. False where there is no such. */
static bool read_plain(struct reading *r, const struct instr *in)
{
	struct stack *s = &r->stack;
	struct signature signature;
	switch (in->op) {
	case OP_LOCAL_GET:
		stack_push(s, r->l->locals[in->index]);
		return true;
	case OP_LOCAL_SET:
		stack_pop_type(s, r->l->locals[in->index]);
		return true;
	case OP_LOCAL_TEE:
		stack_pop_type(s, r->l->locals[in->index]);
		stack_push(s, r->l->locals[in->index]);
		return true;
	case OP_GLOBAL_GET:
		stack_push(s, r->m->globals[in->index].type);
		return true;
	case OP_GLOBAL_SET:
		stack_pop_type(s, r->m->globals[in->index].type);
		return true;
	case OP_TABLE_GET:
		stack_pop_type(s, (struct valtype){TYPE_I32, 0});
		stack_push(s, r->m->tables[in->index].type);
		return true;
	case OP_TABLE_SET:
		stack_pop(s);
		stack_pop_type(s, (struct valtype){TYPE_I32, 0});
		return true;
	case OP_REF_NULL:
		stack_push(s, in->type.heap < 0 ? (struct valtype){(uint8_t)(in->type.heap & 0x7f), 0}
						: (struct valtype){TYPE_REF_NULL, in->type.heap});
		return true;
	case OP_REF_FUNC:
		stack_push(s, (struct valtype){TYPE_REF, (int32_t)r->m->functions[in->index].type});
		return true;
	case OP_DROP:
		stack_pop(s);
		return true;
	case OP_SELECT:
	case OP_SELECT_TYPED:
		read_select(r, in);
		return true;
	default:
		if (!opcode_signature(in->op, &signature))
			return false;
		stack_apply(s, &signature);
		return true;
	}
}

static void read_instr(struct reading *r, const struct instr *in)
{
	switch (in->op) {
	case OP_NOP:
		return;
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
	case OP_TRY_TABLE:
		read_block(r, in);
		return;
	case OP_ELSE:
		check_results(r, &r->controls[r->depth - 1]);
		read_else(r);
		return;
	case OP_END:
		check_results(r, &r->controls[r->depth - 1]);
		read_end(r);
		return;
	case OP_BR_IF:
		stack_pop_type(&r->stack, (struct valtype){TYPE_I32, 0});
		read_branch(r, in);
		return;
	case OP_BR:
		read_branch(r, in);
		skip_unreachable(r);
		return;
	case OP_BR_TABLE:
		read_branch_table(r, in);
		skip_unreachable(r);
		return;
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
	case OP_RETURN_CALL_REF:
		if (site_type(r->f, in) != FORK_NONE) {
			stack_fail(&r->stack, "a tail call that may fork");
			return;
		}
		/* fall through */
	case OP_UNREACHABLE:
	case OP_RETURN:
	case OP_THROW:
	case OP_THROW_REF:
		put_token(&r->l->tokens, (struct token){.in = *in, .site = FORK_NONE});
		skip_unreachable(r);
		return;
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_CALL_REF:
		read_call(r, in);
		return;
	default:
		put_token(&r->l->tokens, (struct token){.in = *in, .site = FORK_NONE});
		if (!read_plain(r, in))
			stack_fail(&r->stack, "holds an instruction that the fork transformer does not know");
	}
}

static void add_locals(struct line *l, const struct body *body)
{
	for (uint32_t i = 0; i < l->type.parameter_count; i++)
		line_add_local(l, l->type.parameters[i]);
	for (uint32_t i = 0; i < body->run_count; i++)
		for (uint32_t k = 0; k < body->runs[i].count; k++)
			line_add_local(l, body->runs[i].type);
}

bool line_read(struct fork *f, struct line *l, uint32_t function)
{
	struct module *m = f->m;
	const struct body *body = function_decode(m, &m->functions[function]);
	*l = (struct line){
		.function = function, .id = f->ids[function], .type = m->types[m->functions[function].type]};
	if (!body)
		return false;
	add_locals(l, body);
	struct reading r = {.f = f, .m = m, .l = l, .stack = {.l = l, .f = f}, .code = &body->code};
	find_blocks_with_sites(&r);
	struct control *c = push_control(&r, OP_BLOCK, line_add_label(l));
	c->results = l->type.results;
	c->result_count = l->type.result_count;
	for (; r.at < body->code.count && r.depth && !r.stack.failed; r.at++)
		read_instr(&r, &body->code.instrs[r.at]);
	for (uint32_t i = 0; i < l->type.result_count; i++)
		if (l->site_count && l->type.results[i].code == TYPE_REF)
			stack_fail(&r.stack, "it returns a reference that can't be null");
	if (l->site_count > SITES_MAX)
		stack_fail(&r.stack, "it has too many calls that may fork");
	stack_free(&r.stack);
	free(r.controls);
	return !r.stack.failed;
}
