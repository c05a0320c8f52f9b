/*
 * Globals: the program's variables that have no name yet are exported as __lind_global_N, N being their
 * index, so that the runtime can make one instance continue where another stands: for fork, and for handlers
 * of signals in the middle of code. The linker's __tls_base is one of them.
 */
#include <stdio.h>
#include <string.h>

#include "pass.h"

static bool is_exported(const struct module *m, uint32_t global)
{
	for (uint32_t i = 0; i < m->export_count; i++)
		if (m->exports[i].kind == EXTERNAL_GLOBAL && m->exports[i].index == global)
			return true;
	return false;
}

/* References, which C has not, cannot go from one instance to another. */
static bool is_number(struct valtype type)
{
	return type.code == TYPE_I32 || type.code == TYPE_I64 || type.code == TYPE_F32 ||
	       type.code == TYPE_F64 || type.code == TYPE_V128;
}

static struct span number_name(struct module *m, uint32_t number)
{
	const size_t room = sizeof("__lind_global_4294967295");
	char *text = arena_alloc(&m->arena, room, 1);
	snprintf(text, room, "__lind_global_%u", number);
	return (struct span){(const uint8_t *)text, strlen(text), 0};
}

void pass_globals(struct module *m)
{
	struct export *all = ARENA_NEW(&m->arena, struct export, m->export_count + m->global_count);
	memcpy(all, m->exports, m->export_count * sizeof(*all));
	m->exports = all;
	for (uint32_t i = 0; i < m->global_count; i++)
		if (m->globals[i].is_mutable && !m->globals[i].imported && is_number(m->globals[i].type) &&
		    !is_exported(m, i))
			all[m->export_count++] = (struct export){
				.name = number_name(m, i), .kind = EXTERNAL_GLOBAL, .index = i};
}
