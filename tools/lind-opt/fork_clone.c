/*
 * The clone of a function: () -> the function's results. It finds a record at `__lind_frames`, takes the
 * locals from there, and goes on at the site that the record names.
 *
 * WebAssembly has no jump into a block. So code is divided into regions: the body of the function, of a loop,
 * of a try_table, an arm of an if. At the head of each region stands one jump to the site, or to the block
 * with a region of its own that holds the site; blocks for its targets are opened there, and so are, since
 * they are entered with nothing on the stack, all plain blocks of the region that hold a site. `$site` tells
 * where to go on; it is -1 once that has happened.
 *
 *	block $after (results)
 *	 block $resume
 *	  (jump to $resume, if $site is this one)
 *	  ... call $f; br $after
 *	 end
 *	 $site = -1; call the clone whose record comes next
 *	end
 *	(check, as in the function itself)
 *
 * What can't be reached after any site was resumed is left out.
 */
#include <stdlib.h>
#include <string.h>

#include "fork.h"

static const struct valtype empty = {TYPE_EMPTY, 0};

struct clone {
	struct fork *f;
	struct line *l;
	struct frame frame;
	uint32_t site, address, condition; /* locals */
	bool *reached;                     /* tokens */
	uint32_t *closes;                  /* of tokens that open a block: where it ends */
	uint32_t *elses;                   /* of an if: where its else is, or its end */
	uint32_t *before;                  /* of each token: how many sites stand before it */
	const struct token **begins;       /* of each label */
	bool has_regions;                  /* besides the function's body */
};

struct region {
	struct clone *c;
	uint32_t first; /* site */
	uint32_t *targets;
	struct tokens heads; /* blocks to open at the head, the innermost first */
	struct tokens body;
};

static void write_region(struct clone *c, uint32_t begin, uint32_t end, struct tokens *out);

static bool holds_site(const struct clone *c, uint32_t at)
{
	return c->before[at] != c->before[c->closes[at]];
}

static void find_blocks(struct clone *c)
{
	const struct tokens *tokens = &c->l->tokens;
	uint32_t *open = ARENA_NEW(&c->l->arena, uint32_t, (size_t)c->l->label_count + 1), depth = 0,
		 sites = 0;
	c->closes = ARENA_NEW(&c->l->arena, uint32_t, tokens->count);
	c->elses = ARENA_NEW(&c->l->arena, uint32_t, tokens->count);
	c->before = ARENA_NEW(&c->l->arena, uint32_t, tokens->count);
	c->begins = ARENA_NEW(&c->l->arena, const struct token *, c->l->label_count);
	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct token *t = &tokens->list[i];
		c->before[i] = sites;
		if (opens_block(t->in.op)) {
			c->begins[t->label] = t;
			open[depth++] = i;
		} else if (t->in.op == OP_ELSE) {
			c->elses[open[depth - 1]] = i;
		} else if (t->in.op == OP_END && depth) {
			uint32_t begin = open[--depth];
			c->closes[begin] = i;
			if (!c->elses[begin])
				c->elses[begin] = i;
			c->has_regions |= tokens->list[begin].in.op != OP_BLOCK && holds_site(c, begin);
		} else if (t->site != FORK_NONE) {
			sites++;
		}
	}
}

/* Ends a block that the region's head opens, here. */
static void end_head(struct region *r, uint32_t label, struct valtype type)
{
	put_block(&r->heads, OP_BLOCK, label, type);
	put_end(&r->body, label);
}

/* Makes a place that the region's head jumps to for these sites. */
static void put_target(struct region *r, uint32_t first, uint32_t end)
{
	uint32_t label = line_add_label(r->c->l);
	end_head(r, label, empty);
	for (uint32_t i = first; i < end; i++)
		r->targets[i - r->first] = label;
}

/* Through the table, also where the function is known: clones are compiled one without the other. */
static void put_resuming_call(struct region *r, const struct site *site)
{
	struct fork *f = r->c->f;
	struct tokens *body = &r->body;
	const struct functype *type = &f->m->types[site->type];
	struct functype resumed = {.result_count = type->result_count, .results = type->results};
	put_index(body, OP_GLOBAL_GET, f->frames);
	put_memory(body, OP_I32_LOAD16_U, 2);
	put_token(body, (struct token){.in = {.op = OP_CALL_INDIRECT,
					      .pair = {module_add_type(f->m, resumed), f->clones}},
				       .site = FORK_NONE});
}

static void put_site(struct region *r, uint32_t at)
{
	struct clone *c = r->c;
	uint32_t number = c->l->tokens.list[at].site, after = FORK_NONE;
	const struct site *site = &c->l->sites[number];
	if (c->reached[at]) {
		after = line_add_label(c->l);
		put_token(&r->body, (struct token){.in = site->call, .site = FORK_NONE});
		put_index(&r->body, OP_BR, after);
	}
	put_target(r, number, number + 1);
	if (c->has_regions) {
		put_i32(&r->body, UINT32_MAX);
		put_index(&r->body, OP_LOCAL_SET, c->site);
	}
	put_resuming_call(r, site);
	if (after != FORK_NONE)
		end_head(r, after, fork_block_type(c->f->m, &c->f->m->types[site->type]));
	frame_check(c->f, &c->frame, number, &r->body);
}

/* Tokens without sites, of a block's inside; what can't be reached must not look as if it were. */
static void copy(struct region *r, uint32_t begin, uint32_t end)
{
	if (!r->c->reached[begin]) {
		put_op(&r->body, OP_UNREACHABLE);
		return;
	}
	for (uint32_t i = begin; i < end; i++)
		put_token(&r->body, r->c->l->tokens.list[i]);
}

static void put_arm(struct region *r, uint32_t begin, uint32_t end)
{
	if (r->c->before[begin] != r->c->before[end])
		write_region(r->c, begin, end, &r->body);
	else
		copy(r, begin, end);
}

/* if (site < 0 ? condition : site < first site of the else) */
static void put_if(struct region *r, uint32_t at)
{
	struct clone *c = r->c;
	struct tokens *body = &r->body;
	uint32_t middle = c->elses[at], end = c->closes[at];
	if (c->reached[at])
		put_index(body, OP_LOCAL_SET, c->condition);
	put_target(r, c->before[at], c->before[end]);
	if (c->reached[at])
		put_index(body, OP_LOCAL_GET, c->condition);
	put_index(body, OP_LOCAL_GET, c->site);
	put_i32(body, c->before[middle]);
	put_op(body, OP_I32_LT_S);
	if (c->reached[at]) {
		put_index(body, OP_LOCAL_GET, c->site);
		put_i32(body, 0);
		put_op(body, OP_I32_LT_S);
		put_op(body, OP_SELECT);
	}
	put_token(body, c->l->tokens.list[at]);
	put_arm(r, at + 1, middle);
	if (middle != end) {
		put_token(body, c->l->tokens.list[middle]);
		put_arm(r, middle + 1, end);
	}
	put_token(body, c->l->tokens.list[end]);
}

static void put_inner_region(struct region *r, uint32_t at)
{
	struct clone *c = r->c;
	uint32_t end = c->closes[at];
	put_target(r, c->before[at], c->before[end]);
	put_token(&r->body, c->l->tokens.list[at]);
	write_region(c, at + 1, end, &r->body);
	put_token(&r->body, c->l->tokens.list[end]);
}

/* Appends one token or a whole block. Returns the index of its last token. */
static uint32_t put_piece(struct region *r, uint32_t at)
{
	struct clone *c = r->c;
	const struct token *t = &c->l->tokens.list[at];
	if (t->site != FORK_NONE) {
		put_site(r, at);
		return at;
	}
	if (t->in.op == OP_END) { /* of a block that the head opens */
		end_head(r, t->label, c->begins[t->label]->in.type);
		return at;
	}
	if (!opens_block(t->in.op)) {
		if (c->reached[at])
			put_token(&r->body, *t);
		return at;
	}
	if (!holds_site(c, at)) {
		if (c->reached[at])
			for (uint32_t i = at; i <= c->closes[at]; i++)
				put_token(&r->body, c->l->tokens.list[i]);
	} else if (t->in.op == OP_BLOCK) {
		return at;
	} else if (t->in.op == OP_IF) {
		put_if(r, at);
	} else {
		put_inner_region(r, at);
	}
	return c->closes[at];
}

/* The jump at a region's head; `falls` if there is also a way in from before. */
static void put_jump(struct region *r, uint32_t count, bool falls, struct tokens *out)
{
	struct clone *c = r->c;
	uint32_t same = 1, normal = FORK_NONE;
	while (same < count && r->targets[same] == r->targets[0])
		same++;
	if (same == count && !falls) {
		put_index(out, OP_BR, r->targets[0]);
		return;
	}
	if (same == count) {
		put_index(out, OP_LOCAL_GET, c->site);
		put_i32(out, 0);
		put_op(out, OP_I32_GE_S);
		put_index(out, OP_BR_IF, r->targets[0]);
		return;
	}
	if (falls) {
		normal = line_add_label(c->l);
		put_block(out, OP_BLOCK, normal, empty);
	}
	put_index(out, OP_LOCAL_GET, c->site);
	if (r->first) {
		put_i32(out, r->first);
		put_op(out, OP_I32_SUB);
	}
	put_branches(out, &c->l->arena, r->targets, falls ? count : count - 1,
		     falls ? normal : r->targets[count - 1]);
	if (falls)
		put_end(out, normal);
}

static void write_region(struct clone *c, uint32_t begin, uint32_t end, struct tokens *out)
{
	uint32_t count = c->before[end] - c->before[begin];
	struct region r = {.c = c, .first = c->before[begin]};
	r.targets = ARENA_NEW(&c->l->arena, uint32_t, count);
	for (uint32_t i = begin; i < end; i++) {
		i = put_piece(&r, i);
		/* The results of a block behind which nothing is reached must not stay on the stack. */
		if (c->l->tokens.list[i].in.op == OP_END && !c->reached[i + 1])
			put_op(&r.body, OP_UNREACHABLE);
	}
	for (uint32_t i = r.heads.count; i > 0; i--)
		put_token(out, r.heads.list[i - 1]);
	put_jump(&r, count, c->reached[begin], out);
	for (uint32_t i = 0; i < r.body.count; i++)
		put_token(out, r.body.list[i]);
	tokens_free(&r.heads);
	tokens_free(&r.body);
}

/* Reads the record: its first word must be one of this function's. */
static void put_load(struct clone *c, struct tokens *out)
{
	struct line *l = c->l;
	uint32_t *labels = ARENA_NEW(&l->arena, uint32_t, l->site_count), count = l->group_count;
	uint32_t first = l->label_count;
	l->label_count += count;
	for (uint32_t i = 0; i < l->site_count; i++)
		labels[i] = first + l->sites[i].group;
	uint32_t done = line_add_label(l), wrong = line_add_label(l);
	put_block(out, OP_BLOCK, done, empty);
	for (uint32_t i = count; i > 0; i--)
		put_block(out, OP_BLOCK, first + i - 1, empty);
	put_block(out, OP_BLOCK, wrong, empty);
	put_index(out, OP_GLOBAL_GET, c->f->frames);
	put_index(out, OP_LOCAL_TEE, c->address);
	put_memory(out, OP_I32_LOAD, 0);
	put_i32(out, l->id << 16);
	put_op(out, OP_I32_SUB);
	put_index(out, OP_LOCAL_TEE, c->site);
	put_branches(out, &l->arena, labels, l->site_count, wrong);
	put_end(out, wrong);
	put_op(out, OP_UNREACHABLE);
	for (uint32_t i = 0; i < count; i++) {
		put_end(out, first + i);
		fork_load(c->f, l, l->groups[i].site, c->address, out);
		if (i + 1 < count)
			put_index(out, OP_BR, done);
	}
	put_end(out, done);
}

struct body *fork_clone(struct fork *f, struct line *l)
{
	const struct valtype i32 = {TYPE_I32, 0};
	struct clone c = {.f = f, .l = l};
	struct tokens out = {0};
	c.site = line_add_local(l, i32);
	c.address = line_add_local(l, i32);
	c.condition = line_add_local(l, i32);
	c.reached = line_reached(l);
	find_blocks(&c);
	frame_begin(l, &c.frame, &out);
	put_load(&c, &out);
	write_region(&c, 0, l->tokens.count - 1, &out);
	frame_end(f, l, &c.frame, &out);
	return tokens_body(f->m, &out, l->label_count, l->locals, l->local_count);
}

struct body *fork_import_clone(struct fork *f)
{
	struct tokens t = {0};
	const uint32_t wrong = 1;
	put_block(&t, OP_BLOCK, wrong, empty);
	put_index(&t, OP_GLOBAL_GET, f->frames);
	put_memory(&t, OP_I32_LOAD, 0);
	put_index(&t, OP_BR_IF, wrong);
	put_index(&t, OP_GLOBAL_GET, f->frames);
	put_i32(&t, 4);
	put_op(&t, OP_I32_ADD);
	put_index(&t, OP_GLOBAL_SET, f->frames);
	put_index(&t, OP_GLOBAL_GET, f->result);
	put_op(&t, OP_RETURN);
	put_end(&t, wrong);
	put_op(&t, OP_UNREACHABLE);
	put_end(&t, 0);
	return tokens_body(f->m, &t, 2, NULL, 0);
}
