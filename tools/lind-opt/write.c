/*
 * The writer: a module's sections in their order, custom sections where they stood.
 */
#include "code.h"
#include "module.h"
#include "read.h"

static void put_limits(struct buffer *out, struct limits l)
{
	put_byte(out, (uint8_t)(l.has_maximum | l.shared << 1));
	put_u32(out, l.minimum);
	if (l.has_maximum)
		put_u32(out, l.maximum);
}

static void put_table_type(struct buffer *out, const struct table *t)
{
	put_valtype(out, t->type);
	put_limits(out, t->limits);
}

static void put_global_type(struct buffer *out, const struct global *g)
{
	put_valtype(out, g->type);
	put_byte(out, g->is_mutable);
}

static void put_tag(struct buffer *out, const struct tag *t)
{
	put_byte(out, 0);
	put_u32(out, t->type);
}

static void put_constant(struct buffer *out, const struct code *code)
{
	code_write(code, out, 0, NULL);
}

static void put_types(const struct module *m, struct buffer *out)
{
	put_u32(out, m->type_count);
	for (uint32_t i = 0; i < m->type_count; i++) {
		const struct functype *t = &m->types[i];
		put_byte(out, 0x60);
		put_u32(out, t->parameter_count);
		for (uint32_t k = 0; k < t->parameter_count; k++)
			put_valtype(out, t->parameters[k]);
		put_u32(out, t->result_count);
		for (uint32_t k = 0; k < t->result_count; k++)
			put_valtype(out, t->results[k]);
	}
}

static void put_imports(const struct module *m, struct buffer *out)
{
	put_u32(out, m->import_count);
	for (uint32_t i = 0; i < m->import_count; i++) {
		const struct import *import = &m->imports[i];
		put_name(out, import->module);
		put_name(out, import->name);
		put_byte(out, import->kind);
		switch ((enum external)import->kind) {
		case EXTERNAL_FUNCTION:
			put_u32(out, m->functions[import->index].type);
			break;
		case EXTERNAL_TABLE:
			put_table_type(out, &m->tables[import->index]);
			break;
		case EXTERNAL_MEMORY:
			put_limits(out, m->memories[import->index].limits);
			break;
		case EXTERNAL_GLOBAL:
			put_global_type(out, &m->globals[import->index]);
			break;
		case EXTERNAL_TAG:
			put_tag(out, &m->tags[import->index]);
			break;
		case EXTERNAL_COUNT:
			break;
		}
	}
}

static uint32_t count_defined(const void *items, size_t size, size_t imported, uint32_t count)
{
	uint32_t defined = 0;
	for (uint32_t i = 0; i < count; i++)
		defined += !*(const bool *)((const char *)items + i * size + imported);
	return defined;
}
#define COUNT_DEFINED(items, count)                                                                          \
	count_defined((items), sizeof(*(items)), offsetof(__typeof__(*(items)), imported), (count))

/* Writes the number of those of `count` items that are not imported, then each by the following statement. */
#define PUT_DEFINED(out, items, count, i)                                                                    \
	put_u32((out), COUNT_DEFINED((items), (count)));                                                     \
	for (uint32_t i = 0; i < (count); i++)                                                               \
		if (!(items)[i].imported)

static void put_exports(const struct module *m, struct buffer *out)
{
	put_u32(out, m->export_count);
	for (uint32_t i = 0; i < m->export_count; i++) {
		put_name(out, m->exports[i].name);
		put_byte(out, m->exports[i].kind);
		put_u32(out, m->exports[i].index);
	}
}

static void put_elements(const struct module *m, struct buffer *out)
{
	put_u32(out, m->element_count);
	for (uint32_t i = 0; i < m->element_count; i++) {
		const struct element *e = &m->elements[i];
		put_u32(out, e->flags);
		if ((e->flags & 3) == 2)
			put_u32(out, e->table);
		if (!(e->flags & 1))
			put_constant(out, &e->offset);
		if (e->flags & 3) {
			if (e->flags & 4)
				put_valtype(out, e->type);
			else
				put_byte(out, 0);
		}
		put_u32(out, e->count);
		for (uint32_t k = 0; k < e->count; k++) {
			if (e->flags & 4)
				put_constant(out, &e->expressions[k]);
			else
				put_u32(out, e->functions[k]);
		}
	}
}

static void put_data(const struct module *m, struct buffer *out)
{
	put_u32(out, m->data_count);
	for (uint32_t i = 0; i < m->data_count; i++) {
		const struct data *d = &m->data[i];
		put_u32(out, d->flags);
		if (d->flags == 2)
			put_u32(out, 0);
		if (d->flags != 1)
			put_constant(out, &d->offset);
		put_name(out, d->bytes);
	}
}

/* Writes a function's hints as the hint section has them; `count` of them are in `encoded`. */
static void put_hints_of(struct buffer *out, uint32_t index, uint32_t count, const struct buffer *encoded)
{
	put_u32(out, index);
	put_u32(out, count);
	put_bytes(out, encoded->data, encoded->size);
}

/* Collects the hints of a function whose bytes did not change. Returns how many. */
static uint32_t put_raw_hints(const struct function *f, struct buffer *hints)
{
	for (uint32_t i = 0; i < f->hint_count; i++) {
		put_u32(hints, f->hints[i].offset);
		put_u32(hints, 1);
		put_byte(hints, f->hints[i].hint == HINT_LIKELY);
	}
	return f->hint_count;
}

/* Writes the code, and the content of the hint section that goes with it. */
static void put_code(const struct module *m, struct buffer *out, struct buffer *hint_section)
{
	struct buffer body = {0}, hints = {0}, functions = {0};
	uint32_t hinted = 0;
	PUT_DEFINED(out, m->functions, m->function_count, i)
	{
		const struct function *f = &m->functions[i];
		uint32_t hint_count;
		hints.size = 0;
		if (f->edited) {
			body.size = 0;
			hint_count = body_write(f->body, &body, &hints);
			put_size(out, body.size);
			put_bytes(out, body.data, body.size);
		} else {
			hint_count = put_raw_hints(f, &hints);
			put_name(out, f->raw);
		}
		if (hint_count) {
			put_hints_of(&functions, i, hint_count, &hints);
			hinted++;
		}
	}
	put_u32(hint_section, hinted);
	put_bytes(hint_section, functions.data, functions.size);
	buffer_free(&body);
	buffer_free(&hints);
	buffer_free(&functions);
}

/* Writes a section's content. Returns false for those that an empty module lacks. */
static bool put_section(const struct module *m, uint8_t id, struct buffer *out)
{
	switch ((enum section_id)id) {
	case SECTION_TYPE:
		put_types(m, out);
		return m->type_count;
	case SECTION_IMPORT:
		put_imports(m, out);
		return m->import_count;
	case SECTION_FUNCTION:
		PUT_DEFINED(out, m->functions, m->function_count, i)
		put_u32(out, m->functions[i].type);
		return m->function_count > m->imported_function_count;
	case SECTION_TABLE:
		PUT_DEFINED(out, m->tables, m->table_count, i)
		{
			if (m->tables[i].has_init)
				put_bytes(out, "\x40", 2);
			put_table_type(out, &m->tables[i]);
			if (m->tables[i].has_init)
				put_constant(out, &m->tables[i].init);
		}
		return COUNT_DEFINED(m->tables, m->table_count);
	case SECTION_MEMORY:
		PUT_DEFINED(out, m->memories, m->memory_count, i)
		put_limits(out, m->memories[i].limits);
		return COUNT_DEFINED(m->memories, m->memory_count);
	case SECTION_TAG:
		PUT_DEFINED(out, m->tags, m->tag_count, i)
		put_tag(out, &m->tags[i]);
		return COUNT_DEFINED(m->tags, m->tag_count);
	case SECTION_GLOBAL:
		PUT_DEFINED(out, m->globals, m->global_count, i)
		{
			put_global_type(out, &m->globals[i]);
			put_constant(out, &m->globals[i].init);
		}
		return COUNT_DEFINED(m->globals, m->global_count);
	case SECTION_EXPORT:
		put_exports(m, out);
		return m->export_count;
	case SECTION_START:
		put_u32(out, m->start);
		return m->has_start;
	case SECTION_ELEMENT:
		put_elements(m, out);
		return m->element_count;
	case SECTION_DATA_COUNT:
		put_u32(out, m->data_count);
		return false;
	case SECTION_DATA:
		put_data(m, out);
		return m->data_count;
	case SECTION_CODE:
	case SECTION_CUSTOM:
	case SECTION_ID_COUNT:
		break;
	}
	return false;
}

static void put_framed(struct buffer *out, uint8_t id, const struct buffer *content)
{
	put_byte(out, id);
	put_size(out, content->size);
	put_bytes(out, content->data, content->size);
}

void module_write_section(const struct module *m, enum section_id id, struct buffer *out)
{
	struct buffer content = {0};
	put_section(m, (uint8_t)id, &content);
	put_framed(out, (uint8_t)id, &content);
	buffer_free(&content);
}

static void put_customs(const struct module *m, struct buffer *out, uint8_t after, const struct buffer *hints)
{
	struct buffer content = {0};
	for (uint32_t i = 0; i < m->custom_count; i++) {
		const struct custom *c = &m->customs[i];
		if (c->after != after)
			continue;
		content.size = 0;
		put_name(&content, c->name);
		if (c->is_branch_hints)
			put_bytes(&content, hints->data, hints->size);
		else if (!m->names_changed || !span_is(c->name, "name") ||
			 !metadata_write_names(m, c->content, &content))
			put_span(&content, c->content);
		put_framed(out, SECTION_CUSTOM, &content);
	}
	buffer_free(&content);
}

void module_write(const struct module *m, struct buffer *out)
{
	struct buffer code = {0}, hints = {0}, section = {0};
	put_code(m, &code, &hints);
	put_bytes(out, "\0asm\1\0\0", 8);
	put_customs(m, out, SECTION_CUSTOM, &hints);
	for (unsigned i = 0; i < SECTION_ORDER_COUNT; i++) {
		uint8_t id = section_order[i];
		section.size = 0;
		if (id == SECTION_CODE) {
			if (m->function_count > m->imported_function_count || m->present[id])
				put_framed(out, id, &code);
		} else if (put_section(m, id, &section) || m->present[id]) {
			put_framed(out, id, &section);
		}
		put_customs(m, out, id, &hints);
	}
	buffer_free(&code);
	buffer_free(&hints);
	buffer_free(&section);
}
