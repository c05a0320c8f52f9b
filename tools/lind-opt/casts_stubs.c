/*
 * Direct calls of functions that are declared otherwise where they are called, as old C does. Compiler and
 * linker leave a function in the place of the real one that traps, and tell by its name which that is:
 * `signature_mismatch:NAME`, where the other declaration is in another file, `.LNAME_bitcast_invalid` in the
 * same. Here it becomes one that converts the values and calls the real one.
 *
 * The linker drops functions that nothing refers to, and so the real one where all calls are such. Then it is
 * noted as missing, and the driver links again, with exports that keep it.
 */
#include <string.h>

#include "casts.h"
#include "code.h"

#define NOT_FOUND UINT32_MAX

/* Returns what lies between a beginning and an end; empty where the name is another. */
static struct span between(struct span name, const char *first, const char *last)
{
	size_t begin = strlen(first), end = strlen(last);
	if (name.size <= begin + end || memcmp(name.data, first, begin) != 0 ||
	    memcmp(name.data + name.size - end, last, end) != 0)
		return (struct span){0};
	return (struct span){name.data + begin, name.size - begin - end, 0};
}

static struct span real_name(struct span name)
{
	struct span real = between(name, "signature_mismatch:", "");
	return real.size ? real : between(name, ".L", "_bitcast_invalid");
}

static bool same_name(struct span a, struct span b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* An export tells which function has the name; without one, it must be the only one: static functions may
 * share it. */
static uint32_t find_function(const struct module *m, struct span name)
{
	uint32_t found = NOT_FOUND;
	for (uint32_t i = 0; i < m->export_count; i++)
		if (m->exports[i].kind == EXTERNAL_FUNCTION && same_name(m->exports[i].name, name))
			return m->exports[i].index;
	for (uint32_t i = 0; i < m->function_count; i++) {
		if (!same_name(m->function_names[i], name))
			continue;
		if (found != NOT_FOUND)
			return NOT_FOUND;
		found = i;
	}
	return found;
}

/* The export was made for this; without it the program is as it would have been. */
static void drop_export(struct module *m, struct span name)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < m->export_count; i++)
		if (!same_name(m->exports[i].name, name))
			m->exports[kept++] = m->exports[i];
	m->export_count = kept;
}

static void note_missing(struct module *m, struct span name)
{
	struct span *all = ARENA_NEW(&m->arena, struct span, m->cast_missing_count + 1);
	if (m->cast_missing_count)
		memcpy(all, m->cast_missing, m->cast_missing_count * sizeof(*all));
	all[m->cast_missing_count++] = name;
	m->cast_missing = all;
}

static bool is_trap(struct module *m, struct function *f)
{
	const struct body *body = f->imported ? NULL : function_decode(m, f);
	return body && body->code.count == 2 && body->code.instrs[0].op == OP_UNREACHABLE;
}

static void become_adapter(struct module *m, struct function *stub, uint32_t real)
{
	struct emitter e = {.arena = &m->arena};
	const struct functype *from = &m->types[stub->type], *to = &m->types[m->functions[real].type];
	struct places places = {0};
	for (uint32_t i = 0; i < to->parameter_count; i++) {
		enum place_kind kind;
		uint32_t number = place_next(&places, to->parameters[i].code, &kind);
		emit_place(&e, from, kind, number);
		emit_out_of_place(&e, to->parameters[i].code, kind);
	}
	emit_index(&e, OP_CALL, real);
	emit_result(&e, result_code(to), result_code(from));
	emit_op(&e, OP_END);
	stub->body->code = emit_finish(&e);
	stub->edited = true;
}

void casts_adapt_stubs(struct module *m)
{
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++) {
		struct span name = real_name(m->function_names[i]);
		if (!name.size || !is_trap(m, &m->functions[i]))
			continue;
		uint32_t real = find_function(m, name);
		if (real != NOT_FOUND && cast_possible(&m->types[m->functions[i].type]) &&
		    cast_possible(&m->types[m->functions[real].type])) {
			become_adapter(m, &m->functions[i], real);
			m->cast_stubs++;
			drop_export(m, name);
		} else {
			note_missing(m, name);
		}
	}
}
