/*
 * --fork=none: the program never suspends. In place of the imports that do stand functions of its own: `fork`
 * fails with ENOSYS, `checkpoint` returns 0. As imports come first among functions, all others get other
 * numbers.
 */
#include <string.h>

#include "code.h"
#include "emit.h"
#include "fork.h"

#define ENOSYS_RESULT (-38)

static struct body *constant_body(struct module *m, int64_t value)
{
	struct emitter e = {.arena = &m->arena};
	struct body *body = ARENA_NEW(&m->arena, struct body, 1);
	emit(&e, (struct instr){.op = OP_I64_CONST, .i64 = value});
	emit_op(&e, OP_END);
	body->code = emit_finish(&e);
	return body;
}

static void renumber_code(struct code *code, const uint32_t *numbers)
{
	for (uint32_t i = 0; i < code->count; i++)
		if (code->instrs[i].op == OP_CALL || code->instrs[i].op == OP_RETURN_CALL ||
		    code->instrs[i].op == OP_REF_FUNC)
			code->instrs[i].index = numbers[code->instrs[i].index];
}

static void renumber_element(struct element *e, const uint32_t *numbers)
{
	for (uint32_t i = 0; i < e->count; i++) {
		if (e->flags & 4)
			renumber_code(&e->expressions[i], numbers);
		else
			e->functions[i] = numbers[e->functions[i]];
	}
}

/* Whatever names a function, but for the functions themselves. */
static void renumber(struct module *m, const uint32_t *numbers)
{
	for (uint32_t i = 0; i < m->import_count; i++)
		if (m->imports[i].kind == EXTERNAL_FUNCTION)
			m->imports[i].index = numbers[m->imports[i].index];
	for (uint32_t i = 0; i < m->export_count; i++)
		if (m->exports[i].kind == EXTERNAL_FUNCTION)
			m->exports[i].index = numbers[m->exports[i].index];
	for (uint32_t i = 0; i < m->global_count; i++)
		renumber_code(&m->globals[i].init, numbers);
	for (uint32_t i = 0; i < m->table_count; i++)
		renumber_code(&m->tables[i].init, numbers);
	for (uint32_t i = 0; i < m->element_count; i++)
		renumber_element(&m->elements[i], numbers);
	for (uint32_t i = 0; i < m->cast_type_count; i++)
		if (m->cast_functions[i])
			m->cast_functions[i] = numbers[m->cast_functions[i]];
	if (m->has_start)
		m->start = numbers[m->start];
}

/* Adds a function for each import that vanishes, and takes the import away. */
static void replace_imports(struct module *m, uint32_t *replaced)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < m->import_count; i++) {
		struct import import = m->imports[i];
		if (!fork_is_root(&import)) {
			m->imports[kept++] = import;
			continue;
		}
		bool is_fork = span_is(import.name, "fork");
		replaced[import.index] = module_add_function(
			m, m->functions[import.index].type, constant_body(m, is_fork ? ENOSYS_RESULT : 0),
			module_text(m, "__lind_no_%s", is_fork ? "fork" : "checkpoint"));
	}
	m->import_count = kept;
}

/* Closes the gaps that imports leave. Fills in the new number of each function. */
static void move_functions(struct module *m, const uint32_t *replaced, uint32_t imported, uint32_t *numbers)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < m->function_count; i++) {
		if (i < imported && replaced[i]) {
			m->imported_function_count--;
			continue;
		}
		m->functions[kept] = m->functions[i];
		m->function_names[kept] = m->function_names[i];
		numbers[i] = kept++;
	}
	m->function_count = kept;
	for (uint32_t i = 0; i < imported; i++)
		if (replaced[i])
			numbers[i] = numbers[replaced[i]];
}

void pass_fork_none(struct module *m, struct problems *p)
{
	uint32_t imported = m->imported_function_count;
	uint32_t *replaced = ARENA_NEW(&m->arena, uint32_t, imported);
	if (!fork_is_wanted(m))
		return;
	verify_code(m, p);
	if (p->count)
		return;
	replace_imports(m, replaced);
	uint32_t *numbers = ARENA_NEW(&m->arena, uint32_t, m->function_count);
	move_functions(m, replaced, imported, numbers);
	renumber(m, numbers);
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++) {
		renumber_code(&m->functions[i].body->code, numbers);
		m->functions[i].edited = true;
	}
	m->functions_moved = true;
	module_drop_debug(m);
}
