/*
 * The section lind.clones (docs/abi.md): the clones that the fork transformer made, apart from the program's
 * code. The runtime makes modules of those that it needs; each imports what clones use of the program by the
 * names under which that exports it. So things have other indices in clones.
 *
 * Functions of the program are not imported one by one: thousands would have to be linked in each instance,
 * and the engine makes an entry of its own for each function that may be called from elsewhere. There is a
 * function for each type, reached through a table, which calls the one that a variable tells.
 */
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "emit.h"
#include "pass.h"

#define NONE UINT32_MAX

struct moving {
	struct module *m;
	struct problems *p;
	struct module part;               /* what the modules import */
	uint32_t *places[EXTERNAL_COUNT]; /* of each thing of the program: its index among the imports; of
					     functions: among those of their type; NONE: not used yet */
	struct callees {
		uint32_t slot, count, room; /* NONE: not used yet */
		uint32_t *functions;
	} *callees; /* of each type: functions that clones call */
	uint32_t type_count, slot_count;
	uint32_t table, callee; /* of the functions that lead to others, and the variable */
	uint32_t id;            /* of the clone at hand */
	bool *types;            /* those that it uses */
};

static void refuse(struct moving *v, const char *what)
{
	problem(v->p, "a function that may be on the stack at a fork (number %u of them) uses %s", v->id,
		what);
}

static struct span text(const char *s)
{
	return (struct span){(const uint8_t *)s, strlen(s), 0};
}

/* The name under which the program exports something, made up where it has none. */
static struct span name_of(struct moving *v, enum external kind, uint32_t index)
{
	static const char *const kinds[] = {"function", "table", "memory", "global", "tag"};
	for (uint32_t i = 0; i < v->m->export_count; i++)
		if (v->m->exports[i].kind == kind && v->m->exports[i].index == index)
			return v->m->exports[i].name;
	struct span name = module_text(v->m, "__lind_%s_%u", kinds[kind], index);
	module_add_export(v->m, name, kind, index);
	return name;
}

/* The index among the imports. */
static uint32_t import(struct moving *v, enum external kind, uint32_t index)
{
	struct module *part = &v->part;
	uint32_t *place = &v->places[kind][index];
	if (*place != NONE)
		return *place;
	switch (kind) {
	case EXTERNAL_TABLE:
		*place = part->table_count;
		part->tables[part->table_count++] = v->m->tables[index];
		break;
	case EXTERNAL_MEMORY:
		*place = part->memory_count;
		part->memories[part->memory_count++] = v->m->memories[index];
		break;
	case EXTERNAL_GLOBAL:
		*place = part->global_count;
		part->globals[part->global_count++] = v->m->globals[index];
		break;
	case EXTERNAL_TAG:
		*place = part->tag_count;
		part->tags[part->tag_count++] = v->m->tags[index];
		break;
	case EXTERNAL_FUNCTION:
	case EXTERNAL_COUNT:
		break;
	}
	part->imports[part->import_count++] =
		(struct import){.name = name_of(v, kind, index), .kind = (uint8_t)kind, .index = *place};
	return *place;
}

/* The number of a function among those of its type. */
static uint32_t callee_number(struct moving *v, uint32_t function)
{
	struct callees *c = &v->callees[v->m->functions[function].type];
	uint32_t *place = &v->places[EXTERNAL_FUNCTION][function];
	if (*place != NONE)
		return *place;
	if (c->slot == NONE)
		c->slot = v->slot_count++;
	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 16;
		c->functions = memory_resize(c->functions, c->room, sizeof(*c->functions));
	}
	c->functions[c->count] = function;
	return *place = c->count++;
}

static void move_call(struct moving *v, struct emitter *e, const struct instr *in)
{
	uint32_t type = v->m->functions[in->index].type, number = callee_number(v, in->index);
	emit(e, (struct instr){.op = OP_I32_CONST, .i32 = (int32_t)number});
	emit_index(e, OP_GLOBAL_SET, import(v, EXTERNAL_GLOBAL, v->callee));
	emit(e, (struct instr){.op = OP_I32_CONST, .i32 = (int32_t)v->callees[type].slot});
	emit_pair(e, in->op == OP_CALL ? OP_CALL_INDIRECT : OP_RETURN_CALL_INDIRECT, type,
		  import(v, EXTERNAL_TABLE, v->table));
}

static void move_global(struct moving *v, struct emitter *e, struct instr in)
{
	const struct global *g = &v->m->globals[in.index];
	if (g->is_mutable) {
		in.index = import(v, EXTERNAL_GLOBAL, in.index);
		emit(e, in);
	} else if (!g->imported && g->init.count == 2 && g->init.instrs[0].op != OP_GLOBAL_GET &&
		   g->init.instrs[0].op != OP_REF_FUNC) {
		emit(e, g->init.instrs[0]); /* a constant */
	} else {
		refuse(v, "a constant that is not known before the program starts");
	}
}

static struct try_table *move_catches(struct moving *v, const struct try_table *from)
{
	size_t size = sizeof(*from) + from->count * sizeof(struct catch);
	struct try_table *t = arena_alloc(&v->m->arena, 1, size);
	memcpy(t, from, size);
	for (uint32_t i = 0; i < t->count; i++)
		if (t->catches[i].kind < 2)
			t->catches[i].tag = import(v, EXTERNAL_TAG, t->catches[i].tag);
	return t;
}

static void move_instr(struct moving *v, struct emitter *e, struct instr in)
{
	switch ((enum immediate)opcode_immediate[in.op]) {
	case IMM_FUNCTION:
		if (in.op == OP_REF_FUNC)
			refuse(v, "a reference to a function that it names");
		else
			move_call(v, e, &in);
		return;
	case IMM_GLOBAL:
		move_global(v, e, in);
		return;
	case IMM_TABLE:
		in.index = import(v, EXTERNAL_TABLE, in.index);
		break;
	case IMM_TABLE_TABLE:
		in.pair[0] = import(v, EXTERNAL_TABLE, in.pair[0]);
		in.pair[1] = import(v, EXTERNAL_TABLE, in.pair[1]);
		break;
	case IMM_INDIRECT:
		in.pair[1] = import(v, EXTERNAL_TABLE, in.pair[1]);
		break;
	case IMM_TAG:
		in.index = import(v, EXTERNAL_TAG, in.index);
		break;
	case IMM_TRY:
		in.try_table = move_catches(v, in.try_table);
		break;
	case IMM_ELEMENT:
	case IMM_ELEMENT_TABLE:
	case IMM_DATA:
	case IMM_DATA_MEMORY:
		refuse(v, "a segment of data or of a table");
		return;
	default:
		break;
	}
	emit(e, in);
}

static void move_body(struct moving *v, struct body *body)
{
	struct emitter e = {.arena = &v->m->arena};
	for (uint32_t i = 0; i < body->code.count; i++)
		move_instr(v, &e, body->code.instrs[i]);
	body->code = emit_finish(&e);
}

static void begin(struct moving *v)
{
	const struct module *m = v->m;
	const uint32_t counts[EXTERNAL_COUNT] = {m->function_count, m->table_count, m->memory_count,
						 m->global_count, m->tag_count};
	struct arena *arena = &v->m->arena;
	uint32_t all = 0;
	for (unsigned kind = 0; kind < EXTERNAL_COUNT; kind++) {
		v->places[kind] = ARENA_NEW(arena, uint32_t, counts[kind]);
		memset(v->places[kind], 0xff, counts[kind] * sizeof(uint32_t));
		all += kind == EXTERNAL_FUNCTION ? 0 : counts[kind];
	}
	v->callees = ARENA_NEW(arena, struct callees, m->type_count);
	for (uint32_t i = 0; i < m->type_count; i++)
		v->callees[i].slot = NONE;
	v->type_count = m->type_count;
	v->types = ARENA_NEW(arena, bool, m->type_count);
	v->part.tables = ARENA_NEW(arena, struct table, m->table_count);
	v->part.memories = ARENA_NEW(arena, struct memory, m->memory_count);
	v->part.globals = ARENA_NEW(arena, struct global, m->global_count);
	v->part.tags = ARENA_NEW(arena, struct tag, m->tag_count);
	v->part.imports = ARENA_NEW(arena, struct import, all);
}

/* A table never grows that has a maximum: then compiled code knows its size. */
static void fix_size(struct table *t, uint32_t count)
{
	t->limits = (struct limits){.has_maximum = true, .minimum = count, .maximum = count};
}

/* Calls the function of this type whose number is in the variable:
 *	block $last ... block $first
 *	 br_table (callee)
 *	end
 *	call first; return
 *	...
 * It needs no record where that one is suspended: nothing is live behind the call.
 */
static struct body *leading_body(struct moving *v, uint32_t type, const struct callees *c)
{
	const struct valtype empty = {TYPE_EMPTY, 0};
	struct emitter e = {.arena = &v->m->arena};
	struct labels *labels =
		arena_alloc(e.arena, 1, sizeof(*labels) + (size_t)c->count * sizeof(uint32_t));
	for (uint32_t i = 0; i < c->count; i++) {
		emit_block(&e, OP_BLOCK, empty);
		labels->labels[i] = i;
	}
	labels->count = c->count - 1;
	emit_index(&e, OP_GLOBAL_GET, v->callee);
	emit(&e, (struct instr){.op = OP_BR_TABLE, .labels = labels});
	for (uint32_t i = 0; i < c->count; i++) {
		emit_op(&e, OP_END);
		for (uint32_t k = 0; k < v->m->types[type].parameter_count; k++)
			emit_index(&e, OP_LOCAL_GET, k);
		emit_index(&e, OP_CALL, c->functions[i]);
		if (i + 1 < c->count)
			emit_op(&e, OP_RETURN);
	}
	emit_op(&e, OP_END);
	struct body *body = ARENA_NEW(e.arena, struct body, 1);
	body->code = emit_finish(&e);
	return body;
}

static void fill_table(struct moving *v)
{
	struct module *m = v->m;
	uint32_t *slots = ARENA_NEW(&m->arena, uint32_t, v->slot_count);
	for (uint32_t type = 0; type < v->type_count; type++) {
		const struct callees *c = &v->callees[type];
		if (c->count == 1)
			slots[c->slot] = c->functions[0];
		else if (c->count)
			slots[c->slot] = module_add_function(m, type, leading_body(v, type, c),
							     module_text(m, "__lind_call_%u", c->slot));
		free(c->functions);
	}
	fix_size(&m->tables[v->table], v->slot_count);
	if (v->slot_count)
		v->part.tables[v->places[EXTERNAL_TABLE][v->table]] = m->tables[v->table];
	module_add_element(m, v->table, slots, v->slot_count);
}

/*
 * Types that a clone uses. The engine makes code for each type of a module; so the runtime leaves out those
 * that nobody has asked for.
 */

static void use_type(struct moving *v, int32_t type);

static void use_values(struct moving *v, const struct valtype *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (values[i].code == TYPE_REF || values[i].code == TYPE_REF_NULL ||
		    values[i].code == TYPE_INDEX)
			use_type(v, values[i].heap);
}

/* Abstract heap types are negative. */
static void use_type(struct moving *v, int32_t type)
{
	if (type < 0 || v->types[type])
		return;
	v->types[type] = true;
	use_values(v, v->m->types[type].parameters, v->m->types[type].parameter_count);
	use_values(v, v->m->types[type].results, v->m->types[type].result_count);
}

static void use_types_of(struct moving *v, const struct instr *in)
{
	switch ((enum immediate)opcode_immediate[in->op]) {
	case IMM_BLOCK:
		use_values(v, &in->type, 1);
		return;
	case IMM_TRY:
		use_values(v, &in->try_table->type, 1);
		return;
	case IMM_TYPES:
		use_values(v, in->types->types, in->types->count);
		return;
	case IMM_INDIRECT:
		use_type(v, (int32_t)in->pair[0]);
		return;
	case IMM_TYPE:
		use_type(v, (int32_t)in->index);
		return;
	case IMM_HEAP_TYPE:
		use_type(v, in->type.heap);
		return;
	case IMM_CAST:
		use_type(v, in->cast->from);
		use_type(v, in->cast->to);
		return;
	default:
		return;
	}
}

/* Puts the types before a clone's code; of id 0, before nothing, those of imports. */
static void put_types(struct moving *v, uint32_t id, struct buffer *out)
{
	uint32_t count = 0;
	memset(v->types, 0, v->m->type_count);
	if (id == 0) {
		for (uint32_t i = 0; i < v->part.tag_count; i++)
			use_type(v, (int32_t)v->part.tags[i].type);
		for (uint32_t i = 0; i < v->part.global_count; i++)
			use_values(v, &v->part.globals[i].type, 1);
		for (uint32_t i = 0; i < v->part.table_count; i++)
			use_values(v, &v->part.tables[i].type, 1);
	} else {
		const struct body *body = v->m->clones[id].body;
		use_type(v, (int32_t)v->m->clones[id].type);
		for (uint32_t i = 0; i < body->run_count; i++)
			use_values(v, &body->runs[i].type, 1);
		for (uint32_t i = 0; i < body->code.count; i++)
			use_types_of(v, &body->code.instrs[i]);
	}
	for (uint32_t i = 0; i < v->m->type_count; i++)
		count += v->types[i];
	put_u32(out, count);
	for (uint32_t i = 0; i < v->m->type_count; i++)
		if (v->types[i])
			put_u32(out, i);
}

static struct span section_of(struct moving *v)
{
	struct buffer head = {0}, bodies = {0}, body = {0}, out = {0};
	v->part.types = v->m->types;
	v->part.type_count = v->m->type_count;
	module_write_section(&v->part, SECTION_TYPE, &head);
	module_write_section(&v->part, SECTION_IMPORT, &head);
	put_fixed32(&out, v->m->clone_count);
	put_fixed32(&out, (uint32_t)head.size);
	for (uint32_t id = 0; id < v->m->clone_count; id++) {
		body.size = 0;
		put_types(v, id, &bodies);
		if (id) {
			body_write(v->m->clones[id].body, &body, NULL);
			put_size(&bodies, body.size);
			put_bytes(&bodies, body.data, body.size);
		}
		put_fixed32(&out, v->m->clones[id].type);
		put_fixed32(&out, (uint32_t)bodies.size);
	}
	put_bytes(&out, head.data, head.size);
	put_bytes(&out, bodies.data, bodies.size);
	uint8_t *content = arena_alloc(&v->m->arena, out.size, 1);
	memcpy(content, out.data, out.size);
	struct span section = {content, out.size, 0};
	buffer_free(&head);
	buffer_free(&bodies);
	buffer_free(&body);
	buffer_free(&out);
	return section;
}

void pass_clones(struct module *m, struct problems *p)
{
	struct moving v = {.m = m, .p = p};
	if (p->count || !m->suspends)
		return;
	v.table = module_add_table(m, (struct valtype){TYPE_FUNCREF, 0}, 0);
	v.callee = module_add_variable(m, TYPE_I32);
	module_add_export(m, text("__lind_functions"), EXTERNAL_TABLE, v.table);
	fix_size(&m->tables[m->clone_table], m->clone_count);
	begin(&v);
	import(&v, EXTERNAL_TABLE, m->clone_table);
	if (m->memory_count)
		import(&v, EXTERNAL_MEMORY, 0);
	for (v.id = 1; v.id < m->clone_count; v.id++)
		move_body(&v, m->clones[v.id].body);
	fill_table(&v);
	module_add_custom(m, LIND_ABI_CLONES, section_of(&v));
}
