/*
 * Additions to a module: types and functions that passes make. They stand behind all that the input has, so
 * no index changes.
 */
#include <string.h>

#include "module.h"

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
	m->types = grow(m, m->types, m->type_count, &m->type_room, sizeof(*m->types));
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
	uint32_t name_room = m->function_room;
	m->functions = grow(m, m->functions, m->function_count, &m->function_room, sizeof(*m->functions));
	m->function_names =
		grow(m, m->function_names, m->function_count, &name_room, sizeof(*m->function_names));
	m->functions[m->function_count] = (struct function){.type = type, .edited = true, .body = body};
	m->function_names[m->function_count] = name;
	m->names_changed = true;
	return m->function_count++;
}
