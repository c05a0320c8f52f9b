/*
 * Additions to a module: what passes make. They stand behind all that the input has, so
 * no index changes.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emit.h"

static bool same_values(const struct valtype *a, uint32_t a_count, const struct valtype *b, uint32_t b_count)
{
	if (a_count != b_count)
		return false;
	for (uint32_t i = 0; i < a_count; i++)
		if (a[i].code != b[i].code || a[i].heap != b[i].heap)
			return false;
	return true;
}

static struct valtype *copy_values(struct module *m, const struct valtype *values, uint32_t count)
{
	struct valtype *copy = ARENA_NEW(&m->arena, struct valtype, count);
	if (count)
		memcpy(copy, values, count * sizeof(*copy));
	return copy;
}

/* Returns an array with room for one more item, `*room` in all: the same one while that suffices. */
static void *grow(struct module *m, void *old, uint32_t count, uint32_t *room, size_t size)
{
	if (count < *room)
		return old;
	*room = count * 2 + 64;
	void *all = arena_alloc(&m->arena, *room, size);
	if (count)
		memcpy(all, old, count * size);
	return all;
}

uint32_t module_add_type(struct module *m, struct functype type)
{
	for (uint32_t i = 0; i < m->type_count; i++) {
		const struct functype *t = &m->types[i];
		if (same_values(t->parameters, t->parameter_count, type.parameters, type.parameter_count) &&
		    same_values(t->results, t->result_count, type.results, type.result_count))
			return i;
	}
	m->types = grow(m, m->types, m->type_count, &m->room.types, sizeof(*m->types));
	m->types[m->type_count] = (struct functype){
		.parameter_count = type.parameter_count,
		.result_count = type.result_count,
		.parameters = copy_values(m, type.parameters, type.parameter_count),
		.results = copy_values(m, type.results, type.result_count),
	};
	return m->type_count++;
}

uint32_t module_add_function(struct module *m, uint32_t type, struct body *body, struct span name)
{
	uint32_t name_room = m->room.functions;
	m->functions = grow(m, m->functions, m->function_count, &m->room.functions, sizeof(*m->functions));
	m->function_names =
		grow(m, m->function_names, m->function_count, &name_room, sizeof(*m->function_names));
	m->functions[m->function_count] = (struct function){.type = type, .edited = true, .body = body};
	m->function_names[m->function_count] = name;
	m->names_changed = true;
	return m->function_count++;
}

uint32_t module_add_table(struct module *m, struct valtype type, uint32_t minimum)
{
	m->tables = grow(m, m->tables, m->table_count, &m->room.tables, sizeof(*m->tables));
	m->tables[m->table_count] = (struct table){.type = type, .limits.minimum = minimum};
	return m->table_count++;
}

static struct code zero(struct module *m, uint8_t type_code)
{
	struct emitter e = {.arena = &m->arena};
	emit_zero(&e, type_code);
	emit_op(&e, OP_END);
	return emit_finish(&e);
}

uint32_t module_add_variable(struct module *m, uint8_t type_code)
{
	m->globals = grow(m, m->globals, m->global_count, &m->room.globals, sizeof(*m->globals));
	m->globals[m->global_count] =
		(struct global){.type.code = type_code, .is_mutable = true, .init = zero(m, type_code)};
	return m->global_count++;
}

void module_add_export(struct module *m, struct span name, enum external kind, uint32_t index)
{
	m->exports = grow(m, m->exports, m->export_count, &m->room.exports, sizeof(*m->exports));
	m->exports[m->export_count++] = (struct export){.name = name, .kind = (uint8_t)kind, .index = index};
}

void module_add_element(struct module *m, uint32_t table, uint32_t *functions, uint32_t count)
{
	m->elements = grow(m, m->elements, m->element_count, &m->room.elements, sizeof(*m->elements));
	m->elements[m->element_count++] = (struct element){
		.flags = 2,
		.table = table,
		.offset = zero(m, TYPE_I32),
		.count = count,
		.functions = functions,
	};
}

void module_add_hints(struct module *m)
{
	for (uint32_t i = 0; i < m->custom_count; i++)
		if (m->customs[i].is_branch_hints)
			return;
	module_add_custom(m, "metadata.code.branch_hint", (struct span){0});
	struct custom *hints = &m->customs[m->custom_count - 1];
	hints->after = SECTION_DATA_COUNT; /* what stands before the code */
	hints->is_branch_hints = true;
}

struct span module_text(struct module *m, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size < 0)
		return (struct span){0};
	char *text = arena_alloc(&m->arena, (size_t)size + 1, 1);
	va_start(args, format);
	vsnprintf(text, (size_t)size + 1, format, args);
	va_end(args);
	return (struct span){(const uint8_t *)text, (size_t)size, 0};
}

void module_drop_custom(struct module *m, const char *name)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < m->custom_count; i++)
		if (!span_is(m->customs[i].name, name))
			m->customs[kept++] = m->customs[i];
	m->custom_count = kept;
}
