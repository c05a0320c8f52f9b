/*
 * The reader's frame: header, order of the sections, and those that declare things: types, imports,
 * functions, tables, memories, globals, tags, exports, start. Segments and code are in read_segments.c.
 */
#include <inttypes.h>
#include <string.h>

#include "code.h"
#include "limits.h"
#include "read.h"

const uint8_t section_order[SECTION_ORDER_COUNT] = {
	SECTION_TYPE,       SECTION_IMPORT, SECTION_FUNCTION, SECTION_TABLE, SECTION_MEMORY,
	SECTION_TAG,        SECTION_GLOBAL, SECTION_EXPORT,   SECTION_START, SECTION_ELEMENT,
	SECTION_DATA_COUNT, SECTION_CODE,   SECTION_DATA,
};

/* Makes room for `more` items behind those of an array in the arena. */
static void *extend(struct module *m, void *old, uint32_t count, uint32_t more, size_t size)
{
	void *all = arena_alloc(&m->arena, (size_t)count + more, size);
	if (count)
		memcpy(all, old, count * size);
	return all;
}
#define EXTEND(m, array, count, more) ((array) = extend((m), (array), (count), (more), sizeof(*(array))))

static uint32_t read_type_index(struct module *m, struct reader *r)
{
	size_t at = r->at;
	uint32_t index = read_u32(r);
	if (index >= m->type_count)
		reader_fail_at(r, at, "no such type: %u of %u", index, m->type_count);
	return index;
}

static struct valtype *read_valtypes(struct module *m, struct reader *r, uint32_t *count)
{
	*count = read_count(r, LIMIT_SIGNATURE, "values in a function type");
	struct valtype *types = ARENA_NEW(&m->arena, struct valtype, *count);
	for (uint32_t i = 0; i < *count && !reader_failed(r); i++)
		types[i] = read_valtype(m, r);
	return types;
}

static void read_types(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_TYPES, "types");
	m->types = ARENA_NEW(&m->arena, struct functype, count);
	m->type_count = count;
	for (uint32_t i = 0; i < count && !reader_failed(r); i++) {
		size_t at = r->at;
		uint8_t form = read_byte(r);
		if (form != 0x60) {
			reader_fail_at(r, at, "type %u is not a function type (form 0x%02x)", i, form);
			return;
		}
		struct functype *t = &m->types[i];
		t->parameters = read_valtypes(m, r, &t->parameter_count);
		t->results = read_valtypes(m, r, &t->result_count);
	}
}

static struct limits read_limits(struct reader *r)
{
	size_t at = r->at;
	uint8_t flags = read_byte(r);
	if (flags > 3)
		reader_fail_at(r, at, "limits of an unknown form: 0x%02x", flags);
	struct limits l = {.has_maximum = flags & 1, .shared = flags & 2};
	l.minimum = read_u32(r);
	if (l.has_maximum)
		l.maximum = read_u32(r);
	return l;
}

static struct memory read_memory_type(struct reader *r)
{
	size_t at = r->at;
	struct memory memory = {.limits = read_limits(r)};
	const struct limits *l = &memory.limits;
	if (l->minimum > 65536 || (l->has_maximum && (l->maximum > 65536 || l->maximum < l->minimum)))
		reader_fail_at(r, at, "memory of an impossible size");
	return memory;
}

static struct table read_table_type(struct module *m, struct reader *r)
{
	struct table table = {.type = read_reftype(m, r)};
	table.limits = read_limits(r);
	return table;
}

static struct global read_global_type(struct module *m, struct reader *r)
{
	struct global global = {.type = read_valtype(m, r)};
	uint8_t mutable = read_byte(r);
	if (mutable > 1)
		reader_fail(r, "no such mutability: %u", mutable);
	global.is_mutable = mutable;
	return global;
}

static struct tag read_tag_type(struct module *m, struct reader *r)
{
	if (read_byte(r) != 0)
		reader_fail(r, "a tag that is no exception's");
	return (struct tag){.type = read_type_index(m, r)};
}

/* Imports precede everything defined, so the arrays that they grow hold only imports yet. */
static void read_import(struct module *m, struct reader *r, struct import *import)
{
	import->module = read_name(r);
	import->name = read_name(r);
	import->kind = read_byte(r);
	switch (import->kind) {
	case EXTERNAL_FUNCTION:
		import->index = m->function_count++;
		m->functions[import->index] =
			(struct function){.type = read_type_index(m, r), .imported = true};
		m->imported_function_count++;
		return;
	case EXTERNAL_TABLE:
		import->index = m->table_count++;
		m->tables[import->index] = read_table_type(m, r);
		m->tables[import->index].imported = true;
		return;
	case EXTERNAL_MEMORY:
		import->index = m->memory_count++;
		m->memories[import->index] = read_memory_type(r);
		m->memories[import->index].imported = true;
		return;
	case EXTERNAL_GLOBAL:
		import->index = m->global_count++;
		m->globals[import->index] = read_global_type(m, r);
		m->globals[import->index].imported = true;
		return;
	case EXTERNAL_TAG:
		import->index = m->tag_count++;
		m->tags[import->index] = read_tag_type(m, r);
		m->tags[import->index].imported = true;
		return;
	default:
		reader_fail(r, "no such kind of import: %u", import->kind);
	}
}

static void read_imports(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "imports");
	m->imports = ARENA_NEW(&m->arena, struct import, count);
	EXTEND(m, m->functions, 0, count);
	EXTEND(m, m->tables, 0, count);
	EXTEND(m, m->memories, 0, count);
	EXTEND(m, m->globals, 0, count);
	EXTEND(m, m->tags, 0, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++)
		read_import(m, r, &m->imports[i]);
	m->import_count = count;
}

static void read_functions(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "functions");
	EXTEND(m, m->functions, m->function_count, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++)
		m->functions[m->function_count++].type = read_type_index(m, r);
}

/* A table with an initial value begins with 0x40 0x00. */
static void read_tables(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "tables");
	EXTEND(m, m->tables, m->table_count, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++) {
		bool has_init = r->at < r->end && r->file[r->at] == 0x40;
		if (has_init && (read_byte(r), read_byte(r)) != 0)
			reader_fail(r, "a zero byte is expected");
		struct table *t = &m->tables[m->table_count++];
		*t = read_table_type(m, r);
		t->has_init = has_init;
		if (has_init)
			code_read_constant(m, r, &t->init);
	}
}

static void read_memories(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "memories");
	EXTEND(m, m->memories, m->memory_count, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++)
		m->memories[m->memory_count++] = read_memory_type(r);
}

static void read_globals(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "globals");
	EXTEND(m, m->globals, m->global_count, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++) {
		struct global g = read_global_type(m, r);
		code_read_constant(m, r, &g.init);
		m->globals[m->global_count++] = g;
	}
}

static void read_tags(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "tags");
	EXTEND(m, m->tags, m->tag_count, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++)
		m->tags[m->tag_count++] = read_tag_type(m, r);
}

static void read_exports(struct module *m, struct reader *r)
{
	const uint32_t counts[EXTERNAL_COUNT] = {m->function_count, m->table_count, m->memory_count,
						 m->global_count, m->tag_count};
	uint32_t count = read_count(r, LIMIT_ITEMS, "exports");
	m->exports = ARENA_NEW(&m->arena, struct export, count);
	m->export_count = count;
	for (uint32_t i = 0; i < count && !reader_failed(r); i++) {
		struct export *e = &m->exports[i];
		e->name = read_name(r);
		e->kind = read_byte(r);
		e->index = read_u32(r);
		if (e->kind >= EXTERNAL_COUNT || e->index >= counts[e->kind])
			reader_fail(r, "export of nothing: kind %u, index %u", e->kind, e->index);
	}
}

static void read_start(struct module *m, struct reader *r)
{
	m->has_start = true;
	m->start = read_u32(r);
	if (m->start >= m->function_count)
		reader_fail(r, "no such function: %u of %u", m->start, m->function_count);
}

static void read_custom(struct module *m, struct reader *r, uint8_t after)
{
	/* Room for a power of two of them, doubled where it is full. */
	if ((m->custom_count & (m->custom_count - 1)) == 0)
		EXTEND(m, m->customs, m->custom_count, m->custom_count ? m->custom_count : 1);
	struct custom *c = &m->customs[m->custom_count++];
	c->name = read_name(r);
	c->content = read_span(r, reader_left(r));
	c->after = after;
}

static void read_section(struct module *m, struct reader *r, uint8_t id)
{
	switch ((enum section_id)id) {
	case SECTION_TYPE:
		return read_types(m, r);
	case SECTION_IMPORT:
		return read_imports(m, r);
	case SECTION_FUNCTION:
		return read_functions(m, r);
	case SECTION_TABLE:
		return read_tables(m, r);
	case SECTION_MEMORY:
		return read_memories(m, r);
	case SECTION_TAG:
		return read_tags(m, r);
	case SECTION_GLOBAL:
		return read_globals(m, r);
	case SECTION_EXPORT:
		return read_exports(m, r);
	case SECTION_START:
		return read_start(m, r);
	case SECTION_ELEMENT:
		return read_elements(m, r);
	case SECTION_DATA_COUNT:
		return read_data_count(m, r);
	case SECTION_CODE:
		return read_code(m, r);
	case SECTION_DATA:
		return read_data(m, r);
	case SECTION_CUSTOM:
	case SECTION_ID_COUNT:
		return;
	}
}

/* Returns where a section stands in the order; 0 for custom ones, which stand anywhere. */
static unsigned section_rank(uint8_t id)
{
	for (unsigned i = 0; i < SECTION_ORDER_COUNT; i++)
		if (section_order[i] == id)
			return i + 1;
	return 0;
}

static void read_sections(struct module *m, struct reader *r)
{
	uint8_t last = SECTION_CUSTOM;
	while (reader_left(r) && !reader_failed(r)) {
		size_t at = r->at;
		uint8_t id = read_byte(r);
		struct reader part = read_part(r, read_u32(r));
		if (reader_failed(r))
			return;
		if (id == SECTION_CUSTOM) {
			read_custom(m, &part, last);
			continue;
		}
		if (id >= SECTION_ID_COUNT) {
			reader_fail_at(r, at, "no such section: %u", id);
			return;
		}
		if (section_rank(id) <= section_rank(last)) {
			reader_fail_at(r, at, "section %u is out of order", id);
			return;
		}
		m->present[id] = true;
		read_section(m, &part, id);
		if (!reader_failed(r) && reader_left(&part))
			reader_fail(&part, "bytes left over in section %u", id);
		last = id;
	}
}

bool module_read(struct module *m, struct span file)
{
	static const uint8_t header[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
	*m = (struct module){.file = file};
	struct reader r = {file.data, 0, file.size, &m->fault};
	if (file.size > LIMIT_MODULE_BYTES)
		reader_fail(&r, "the file is too large");
	else if (file.size < 4 || memcmp(file.data, header, 4) != 0)
		reader_fail(&r, "not a WebAssembly file");
	else if (file.size < 8 || memcmp(file.data, header, 8) != 0)
		reader_fail_at(&r, 4, "not a WebAssembly module of version 1");
	r.at += reader_failed(&r) ? 0 : sizeof(header);
	read_sections(m, &r);
	if (!reader_failed(&r))
		check_counts(m, &r);
	if (!reader_failed(&r))
		metadata_read(m);
	return !m->fault.found;
}

void module_free(struct module *m)
{
	arena_free(&m->arena);
}
