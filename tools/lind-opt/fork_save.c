/*
 * Records: what a frame leaves in memory. The first word holds the function's id and the site's number, the
 * second the record's size in bytes; above them lie the live locals, ordered by type. A reference to an
 * exception is kept in a table, and its index in the record.
 *
 * A record is written from its highest address to its lowest, and without gaps, so that the stack's guard
 * page is met before anything behind it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "fork.h"

#define RECORD_HEAD 8u   /* bytes of the two words */
#define VALUES_MAX  999u /* parameters of a saver, but for the first word; what engines allow less 1 */

static const struct save_type {
	uint8_t code, size;
	uint16_t load, store;
	char letter;
} save_types[SAVE_TYPES] = {
	{TYPE_I32, 4, OP_I32_LOAD, OP_I32_STORE, 'i'},     {TYPE_F32, 4, OP_F32_LOAD, OP_F32_STORE, 'f'},
	{TYPE_I64, 8, OP_I64_LOAD, OP_I64_STORE, 'I'},     {TYPE_F64, 8, OP_F64_LOAD, OP_F64_STORE, 'F'},
	{TYPE_V128, 16, OP_V128_LOAD, OP_V128_STORE, 'v'},
};

#define HEAP_EXN (-0x17)

static bool is_exception(struct valtype type)
{
	return type.code == TYPE_EXNREF || (type.code == TYPE_REF_NULL && type.heap == HEAP_EXN);
}

/* The index of a type in `save_types`, or SAVE_TYPES. */
static unsigned save_type(struct valtype type)
{
	if (is_exception(type))
		return 0;
	unsigned i = 0;
	while (i < SAVE_TYPES && save_types[i].code != type.code)
		i++;
	return i;
}

static bool order_site(struct fork *f, struct line *l, struct site *site)
{
	uint32_t *sorted = ARENA_NEW(&l->arena, uint32_t, site->live_count), count = 0;
	if (site->live_count > VALUES_MAX) {
		fork_refuse(f, l->function, "too many values are live across a call that may fork");
		return false;
	}
	for (unsigned type = 0; type < SAVE_TYPES; type++)
		for (uint32_t i = 0; i < site->live_count; i++)
			if (save_type(l->locals[site->live[i]]) == type)
				sorted[count++] = site->live[i];
	if (count < site->live_count) {
		fork_refuse(f, l->function, "a reference is live across a call that may fork");
		return false;
	}
	site->live = sorted;
	return true;
}

static bool same_record(const struct line *l, uint32_t a, uint32_t b)
{
	const struct site *x = &l->sites[a], *y = &l->sites[b];
	return x->live_count == y->live_count &&
	       (!x->live_count || memcmp(x->live, y->live, x->live_count * sizeof(*x->live)) == 0);
}

#define BUCKETS 256

static unsigned record_hash(const struct site *s)
{
	uint32_t hash = s->live_count;
	for (uint32_t i = 0; i < s->live_count; i++)
		hash = hash * 31 + s->live[i];
	return hash % BUCKETS;
}

/* Sites with the same locals in their records share the code that saves and the code that loads them. */
static void group_sites(struct line *l)
{
	struct group *buckets[BUCKETS] = {0};
	l->groups = ARENA_NEW(&l->arena, struct group, l->site_count);
	for (uint32_t i = 0; i < l->site_count; i++) {
		unsigned hash = record_hash(&l->sites[i]);
		struct group *g = buckets[hash];
		while (g && !same_record(l, g->site, i))
			g = g->next;
		if (!g) {
			g = &l->groups[l->group_count++];
			*g = (struct group){.next = buckets[hash], .site = i};
			buckets[hash] = g;
		}
		g->count++;
		l->sites[i].group = (uint32_t)(g - l->groups);
	}
}

bool fork_records(struct fork *f, struct line *l)
{
	for (uint32_t i = 0; i < l->site_count; i++) {
		if (!order_site(f, l, &l->sites[i]))
			return false;
		for (uint32_t k = 0; k < l->sites[i].live_count; k++)
			if (is_exception(l->locals[l->sites[i].live[k]]))
				fork_need_exceptions(f);
	}
	group_sites(l);
	return true;
}

static uint32_t record_size(const uint32_t counts[SAVE_TYPES])
{
	uint32_t size = RECORD_HEAD;
	for (unsigned i = 0; i < SAVE_TYPES; i++)
		size += counts[i] * save_types[i].size;
	return size;
}

static uint32_t saver_type(struct fork *f, const uint32_t counts[SAVE_TYPES], uint32_t values)
{
	struct valtype *parameters = ARENA_NEW(&f->m->arena, struct valtype, values + 1);
	uint32_t n = 0;
	parameters[n++].code = TYPE_I32;
	for (unsigned i = 0; i < SAVE_TYPES; i++)
		for (uint32_t k = 0; k < counts[i]; k++)
			parameters[n++].code = save_types[i].code;
	return module_add_type(f->m, (struct functype){.parameter_count = n, .parameters = parameters});
}

static struct span saver_name(struct fork *f, const uint32_t counts[SAVE_TYPES])
{
	char text[SAVE_TYPES * 12 + 1] = "";
	size_t size = 0;
	for (unsigned i = 0; i < SAVE_TYPES; i++)
		if (counts[i])
			size += (size_t)snprintf(text + size, sizeof(text) - size, "%u%c", counts[i],
						 save_types[i].letter);
	return module_text(f->m, "__lind_save.%s", text);
}

/* (the first word, values) -> () */
static struct body *saver_body(struct fork *f, const uint32_t counts[SAVE_TYPES], uint32_t values)
{
	struct tokens t = {0};
	uint32_t size = record_size(counts), offset = size, record = values + 1, value = record;
	put_index(&t, OP_GLOBAL_GET, f->frames);
	put_i32(&t, size);
	put_op(&t, OP_I32_SUB);
	put_index(&t, OP_LOCAL_TEE, record);
	put_index(&t, OP_GLOBAL_SET, f->frames);
	for (unsigned i = SAVE_TYPES; i > 0; i--) {
		const struct save_type *type = &save_types[i - 1];
		for (uint32_t k = 0; k < counts[i - 1]; k++) {
			offset -= type->size;
			put_index(&t, OP_LOCAL_GET, record);
			put_index(&t, OP_LOCAL_GET, --value);
			put_memory(&t, type->store, offset);
		}
	}
	put_index(&t, OP_LOCAL_GET, record);
	put_i32(&t, size);
	put_memory(&t, OP_I32_STORE, 4);
	put_index(&t, OP_LOCAL_GET, record);
	put_index(&t, OP_LOCAL_GET, 0);
	put_memory(&t, OP_I32_STORE, 0);
	put_end(&t, 0);
	return tokens_body(f->m, &t, 1, &(struct valtype){TYPE_I32, 0}, 1);
}

static uint32_t find_saver(struct fork *f, const uint32_t counts[SAVE_TYPES], uint32_t values)
{
	for (uint32_t i = 0; i < f->saver_count; i++)
		if (memcmp(f->savers[i].counts, counts, sizeof(f->savers[i].counts)) == 0)
			return f->savers[i].function;
	if (f->saver_count == f->saver_room) {
		f->saver_room = f->saver_room ? f->saver_room * 2 : 64;
		f->savers = memory_resize(f->savers, f->saver_room, sizeof(*f->savers));
	}
	struct saver *saver = &f->savers[f->saver_count++];
	memcpy(saver->counts, counts, sizeof(saver->counts));
	saver->function = module_add_function(f->m, saver_type(f, counts, values),
					      saver_body(f, counts, values), saver_name(f, counts));
	return saver->function;
}

void fork_save(struct fork *f, const struct line *l, uint32_t site, struct tokens *out)
{
	const struct site *s = &l->sites[site];
	uint32_t counts[SAVE_TYPES] = {0};
	for (uint32_t i = 0; i < s->live_count; i++) {
		struct valtype type = l->locals[s->live[i]];
		counts[save_type(type)]++;
		put_index(out, OP_LOCAL_GET, s->live[i]);
		if (is_exception(type))
			put_index(out, OP_CALL, f->save_exception);
	}
	put_index(out, OP_CALL, find_saver(f, counts, s->live_count));
}

/* The index is on the stack. What was saved last is loaded first, so the count is the index. */
static void load_exception(const struct fork *f, uint32_t local, struct tokens *out)
{
	put_index(out, OP_GLOBAL_SET, f->exception_count);
	put_index(out, OP_GLOBAL_GET, f->exception_count);
	put_index(out, OP_TABLE_GET, f->exceptions);
	put_index(out, OP_LOCAL_SET, local);
}

void fork_load(struct fork *f, const struct line *l, uint32_t site, uint32_t address, struct tokens *out)
{
	const struct site *s = &l->sites[site];
	uint32_t counts[SAVE_TYPES] = {0};
	for (uint32_t i = 0; i < s->live_count; i++)
		counts[save_type(l->locals[s->live[i]])]++;
	uint32_t size = record_size(counts), offset = size;
	for (uint32_t i = s->live_count; i > 0; i--) {
		uint32_t local = s->live[i - 1];
		const struct save_type *type = &save_types[save_type(l->locals[local])];
		offset -= type->size;
		put_index(out, OP_LOCAL_GET, address);
		put_memory(out, type->load, offset);
		if (is_exception(l->locals[local]))
			load_exception(f, local, out);
		else
			put_index(out, OP_LOCAL_SET, local);
	}
	put_index(out, OP_LOCAL_GET, address);
	put_i32(out, size);
	put_op(out, OP_I32_ADD);
	put_index(out, OP_GLOBAL_SET, f->frames);
}

/* (exnref) -> i32 */
static struct body *save_exception_body(struct fork *f)
{
	struct emitter e = {.arena = &f->m->arena};
	const struct valtype empty = {TYPE_EMPTY, 0};
	/* Make room. */
	emit_index(&e, OP_GLOBAL_GET, f->exception_count);
	emit_index(&e, OP_TABLE_SIZE, f->exceptions);
	emit_op(&e, OP_I32_GE_U);
	emit_block(&e, OP_IF, empty);
	emit(&e, (struct instr){.op = OP_REF_NULL, .type = {0, HEAP_EXN}});
	emit(&e, (struct instr){.op = OP_I32_CONST, .i32 = 64});
	emit_index(&e, OP_TABLE_GROW, f->exceptions);
	emit(&e, (struct instr){.op = OP_I32_CONST, .i32 = 0});
	emit_op(&e, OP_I32_LT_S);
	emit_block(&e, OP_IF, empty);
	emit_op(&e, OP_UNREACHABLE);
	emit_op(&e, OP_END);
	emit_op(&e, OP_END);

	emit_index(&e, OP_GLOBAL_GET, f->exception_count);
	emit_index(&e, OP_LOCAL_GET, 0);
	emit_index(&e, OP_TABLE_SET, f->exceptions);
	emit_index(&e, OP_GLOBAL_GET, f->exception_count);
	emit_index(&e, OP_GLOBAL_GET, f->exception_count);
	emit(&e, (struct instr){.op = OP_I32_CONST, .i32 = 1});
	emit_op(&e, OP_I32_ADD);
	emit_index(&e, OP_GLOBAL_SET, f->exception_count);
	emit_op(&e, OP_END);
	struct body *body = ARENA_NEW(&f->m->arena, struct body, 1);
	body->code = emit_finish(&e);
	return body;
}

void fork_need_exceptions(struct fork *f)
{
	struct valtype exnref = {TYPE_EXNREF, 0}, i32 = {TYPE_I32, 0};
	struct functype type = {1, 1, &exnref, &i32};
	if (f->save_exception != FORK_NONE)
		return;
	f->exceptions = module_add_table(f->m, exnref, 0);
	f->exception_count = module_add_variable(f->m, TYPE_I32);
	f->save_exception = module_add_function(f->m, module_add_type(f->m, type), save_exception_body(f),
						module_text(f->m, "__lind_save_exception"));
}
