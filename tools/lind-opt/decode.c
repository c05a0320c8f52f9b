/*
 * Function bodies and constant expressions from bytes to instructions.
 */
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "limits.h"
#include "opcode.h"

struct decoder {
	struct module *m;
	struct reader r;
	size_t start; /* of the body */
	uint32_t local_count;
	struct instr *instrs;
	uint32_t count, room;
	uint8_t *open; /* opcodes of the blocks that we are in; [0] is the function */
	uint32_t depth, open_room;
};

static void check_index(struct decoder *d, size_t at, uint32_t index, uint32_t count, const char *what)
{
	if (index >= count)
		reader_fail_at(&d->r, at, "no such %s: %u of %u", what, index, count);
}

static uint32_t read_index(struct decoder *d, uint32_t count, const char *what)
{
	size_t at = d->r.at;
	uint32_t index = read_u32(&d->r);
	check_index(d, at, index, count, what);
	return index;
}

static struct valtype read_block_type(struct decoder *d)
{
	struct reader *r = &d->r;
	uint8_t first = r->at < r->end ? r->file[r->at] : 0;
	/* Bit 6 of a one-byte number is its sign: types are negative, indices are not. */
	if ((first & 0xc0) == 0x40) {
		if (first != TYPE_EMPTY)
			return read_valtype(d->m, r);
		read_byte(r);
		return (struct valtype){TYPE_EMPTY, 0};
	}
	size_t at = r->at;
	int64_t index = read_s33(r);
	if (index < 0 || index >= d->m->type_count)
		reader_fail_at(r, at, "no such type: %lld", (long long)index);
	return (struct valtype){TYPE_INDEX, (int32_t)index};
}

static void enter(struct decoder *d, uint16_t op)
{
	if (d->depth == LIMIT_NESTING) {
		reader_fail(&d->r, "blocks are nested too deeply");
		return;
	}
	if (d->depth == d->open_room) {
		d->open_room = d->open_room ? d->open_room * 2 : 64;
		d->open = memory_resize(d->open, d->open_room, 1);
	}
	d->open[d->depth++] = (uint8_t)op;
}

static struct labels *read_labels(struct decoder *d)
{
	uint32_t count = read_count(&d->r, LIMIT_ITEMS, "labels");
	struct labels *l = arena_alloc(&d->m->arena, 1, sizeof(*l) + ((size_t)count + 1) * sizeof(uint32_t));
	l->count = count;
	for (uint32_t i = 0; i <= count && !reader_failed(&d->r); i++)
		l->labels[i] = read_index(d, d->depth, "label");
	return l;
}

static struct types *read_types(struct decoder *d)
{
	uint32_t count = read_count(&d->r, LIMIT_SIGNATURE, "types");
	struct types *t = arena_alloc(&d->m->arena, 1, sizeof(*t) + count * sizeof(struct valtype));
	t->count = count;
	for (uint32_t i = 0; i < count && !reader_failed(&d->r); i++)
		t->types[i] = read_valtype(d->m, &d->r);
	return t;
}

/* Labels of the clauses count from outside the try_table itself. */
static struct try_table *read_try_table(struct decoder *d)
{
	struct valtype type = read_block_type(d);
	uint32_t count = read_count(&d->r, LIMIT_ITEMS, "catch clauses");
	struct try_table *t = arena_alloc(&d->m->arena, 1, sizeof(*t) + count * sizeof(struct catch));
	t->type = type;
	t->count = count;
	for (uint32_t i = 0; i < count && !reader_failed(&d->r); i++) {
		struct catch *c = &t->catches[i];
		c->kind = read_byte(&d->r);
		if (c->kind > 3)
			reader_fail(&d->r, "no such kind of catch clause: %u", c->kind);
		if (c->kind < 2)
			c->tag = read_index(d, d->m->tag_count, "tag");
		c->label = read_index(d, d->depth, "label");
	}
	return t;
}

static const struct cast *read_cast(struct decoder *d)
{
	struct cast *c = ARENA_NEW(&d->m->arena, struct cast, 1);
	c->flags = read_byte(&d->r);
	if (c->flags > (CAST_FROM_NULL | CAST_TO_NULL))
		reader_fail(&d->r, "no such kind of cast: %u", c->flags);
	c->label = read_index(d, d->depth, "label");
	c->from = read_heaptype(d->m, &d->r);
	c->to = read_heaptype(d->m, &d->r);
	return c;
}

static struct memarg read_memarg(struct decoder *d)
{
	size_t at = d->r.at;
	uint32_t align = read_u32(&d->r);
	if (align >= 32)
		reader_fail_at(&d->r, at, "no such alignment, or several memories");
	struct memarg a = {0, (uint8_t)align, 0};
	a.offset = read_u32(&d->r);
	return a;
}

static void read_immediate(struct decoder *d, struct instr *in)
{
	struct module *m = d->m;
	struct reader *r = &d->r;
	switch ((enum immediate)opcode_immediate[in->op]) {
	case IMM_INVALID:
		reader_fail_at(r, d->start + in->offset, "no such instruction");
		return;
	case IMM_NONE:
		return;
	case IMM_BLOCK:
		in->type = read_block_type(d);
		enter(d, in->op);
		return;
	case IMM_TRY:
		in->try_table = read_try_table(d);
		enter(d, in->op);
		return;
	case IMM_LABEL:
		in->index = read_index(d, d->depth, "label");
		return;
	case IMM_LABELS:
		in->labels = read_labels(d);
		return;
	case IMM_TAG:
		in->index = read_index(d, m->tag_count, "tag");
		return;
	case IMM_FUNCTION:
		in->index = read_index(d, m->function_count, "function");
		return;
	case IMM_INDIRECT:
		in->pair[0] = read_index(d, m->type_count, "type");
		in->pair[1] = read_index(d, m->table_count, "table");
		return;
	case IMM_TYPE:
		in->index = read_index(d, m->type_count, "type");
		return;
	case IMM_TYPES:
		in->types = read_types(d);
		return;
	case IMM_HEAP_TYPE:
		in->type = (struct valtype){0, read_heaptype(m, r)};
		return;
	case IMM_CAST:
		in->cast = read_cast(d);
		return;
	case IMM_LOCAL:
		in->index = read_index(d, d->local_count, "local");
		return;
	case IMM_GLOBAL:
		in->index = read_index(d, m->global_count, "global");
		return;
	case IMM_TABLE:
		in->index = read_index(d, m->table_count, "table");
		return;
	case IMM_TABLE_TABLE:
		in->pair[0] = read_index(d, m->table_count, "table");
		in->pair[1] = read_index(d, m->table_count, "table");
		return;
	case IMM_ELEMENT:
		in->index = read_index(d, m->element_count, "element segment");
		return;
	case IMM_ELEMENT_TABLE:
		in->pair[0] = read_index(d, m->element_count, "element segment");
		in->pair[1] = read_index(d, m->table_count, "table");
		return;
	case IMM_MEMARG:
		in->memarg = read_memarg(d);
		return;
	case IMM_MEMARG_LANE:
		in->memarg = read_memarg(d);
		in->memarg.lane = read_byte(r);
		return;
	case IMM_MEMORY:
		in->index = read_index(d, m->memory_count, "memory");
		return;
	case IMM_MEMORY_MEMORY:
		in->pair[0] = read_index(d, m->memory_count, "memory");
		in->pair[1] = read_index(d, m->memory_count, "memory");
		return;
	case IMM_DATA:
		in->index = read_index(d, m->data_count, "data segment");
		return;
	case IMM_DATA_MEMORY:
		in->pair[0] = read_index(d, m->data_count, "data segment");
		in->pair[1] = read_index(d, m->memory_count, "memory");
		return;
	case IMM_I32:
		in->i32 = read_s32(r);
		return;
	case IMM_I64:
		in->i64 = read_s64(r);
		return;
	case IMM_F32:
		in->f32 = read_fixed32(r);
		return;
	case IMM_F64:
		in->f64 = read_fixed64(r);
		return;
	case IMM_BYTES16:
		in->bytes16 = read_span(r, 16).data;
		return;
	case IMM_LANE:
		in->index = read_byte(r);
		return;
	case IMM_ZERO_BYTE:
		if (read_byte(r) != 0)
			reader_fail(r, "a zero byte is expected");
		return;
	}
}

/* Else may stand once, in an if; end closes a block. */
static void close_block(struct decoder *d, uint16_t op)
{
	uint8_t *top = &d->open[d->depth - 1];
	if (op == OP_END)
		d->depth--;
	else if (*top == OP_IF)
		*top = OP_ELSE;
	else
		reader_fail(&d->r, "else without if");
}

static uint16_t read_opcode(struct decoder *d)
{
	static const struct {
		uint16_t page, size;
	} pages[5] = {
		[0] = {OP_PAGE_CAST, OP_COUNT - OP_PAGE_CAST},
		[1] = {OP_PAGE_MISC, OP_PAGE_SIMD - OP_PAGE_MISC},
		[2] = {OP_PAGE_SIMD, OP_PAGE_ATOMIC - OP_PAGE_SIMD},
		[3] = {OP_PAGE_ATOMIC, OP_PAGE_CAST - OP_PAGE_ATOMIC},
	};
	size_t at = d->r.at;
	uint8_t first = read_byte(&d->r);
	if (first < 0xfb)
		return first;
	uint32_t number = read_u32(&d->r);
	if (number >= pages[first - 0xfb].size) {
		reader_fail_at(&d->r, at, "no such instruction");
		return 0;
	}
	return (uint16_t)(pages[first - 0xfb].page + number);
}

static void read_instrs(struct decoder *d)
{
	enter(d, OP_BLOCK);
	while (d->depth && !reader_failed(&d->r)) {
		if (d->count == d->room) {
			d->room = d->room ? d->room * 2 : 256;
			d->instrs = memory_resize(d->instrs, d->room, sizeof(*d->instrs));
		}
		struct instr in = {.offset = (uint32_t)(d->r.at - d->start)};
		in.op = read_opcode(d);
		read_immediate(d, &in);
		if (in.op == OP_END || in.op == OP_ELSE)
			close_block(d, in.op);
		d->instrs[d->count++] = in;
	}
}

/* Moves what was decoded into the arena, and frees the decoder. */
static void finish(struct decoder *d, struct code *code)
{
	if (!reader_failed(&d->r)) {
		code->count = d->count;
		code->instrs = ARENA_NEW(&d->m->arena, struct instr, d->count);
		memcpy(code->instrs, d->instrs, d->count * sizeof(*d->instrs));
	}
	free(d->instrs);
	free(d->open);
}

static bool is_constant(uint16_t op)
{
	switch (op) {
	case OP_END:
	case OP_I32_CONST:
	case OP_I64_CONST:
	case OP_F32_CONST:
	case OP_F64_CONST:
	case OP_V128_CONST:
	case OP_GLOBAL_GET:
	case OP_REF_NULL:
	case OP_REF_FUNC:
		return true;
	default:
		return (op >= OP_I32_ADD && op <= OP_I32_MUL) || (op >= OP_I64_ADD && op <= OP_I64_MUL);
	}
}

void code_read_constant(struct module *m, struct reader *r, struct code *code)
{
	struct decoder d = {.m = m, .r = *r, .start = r->at};
	read_instrs(&d);
	for (uint32_t i = 0; i < d.count && !reader_failed(&d.r); i++)
		if (!is_constant(d.instrs[i].op))
			reader_fail_at(&d.r, d.start + d.instrs[i].offset, "not a constant instruction");
	finish(&d, code);
	*r = d.r;
}

static void read_locals(struct decoder *d, struct body *body)
{
	struct reader *r = &d->r;
	body->run_count = read_count(r, LIMIT_LOCALS, "locals");
	body->runs = ARENA_NEW(&d->m->arena, struct local_run, body->run_count);
	for (uint32_t i = 0; i < body->run_count && !reader_failed(r); i++) {
		uint32_t count = read_u32(r);
		if (count > LIMIT_LOCALS - d->local_count)
			reader_fail(r, "too many locals");
		else
			d->local_count += count;
		body->runs[i] = (struct local_run){count, read_valtype(d->m, r)};
	}
}

/* Hints stand in the order of their instructions, both by offset. */
static void attach_hints(const struct function *f, struct body *body)
{
	uint32_t k = 0;
	for (uint32_t i = 0; i < body->code.count && k < f->hint_count; i++) {
		while (k < f->hint_count && f->hints[k].offset < body->code.instrs[i].offset)
			k++;
		if (k < f->hint_count && f->hints[k].offset == body->code.instrs[i].offset)
			body->code.instrs[i].hint = f->hints[k].hint;
	}
}

struct body *function_decode(struct module *m, struct function *f)
{
	if (f->body)
		return f->body;
	struct body *body = ARENA_NEW(&m->arena, struct body, 1);
	struct decoder d = {.m = m, .start = f->raw.offset};
	d.r = (struct reader){m->file.data, f->raw.offset, f->raw.offset + f->raw.size, &m->fault};
	d.local_count = m->types[f->type].parameter_count;
	read_locals(&d, body);
	read_instrs(&d);
	if (!reader_failed(&d.r) && reader_left(&d.r))
		reader_fail(&d.r, "bytes after the function's end");
	finish(&d, &body->code);
	if (reader_failed(&d.r))
		return NULL;
	attach_hints(f, body);
	return f->body = body;
}
