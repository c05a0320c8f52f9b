/*
 * The fork transformer's frame: goes over the functions that may be suspended, and gives the module what the
 * runtime needs to suspend and resume them.
 */
#include "fork.h"

#include <stdlib.h>

#include "emit.h"

static const char *const resume_names[] = {"__lind_resume", "__lind_resume_i32", "__lind_resume_i64"};
static const uint8_t resume_results[] = {0, TYPE_I32, TYPE_I64};

static struct span text(const char *s)
{
	return (struct span){(const uint8_t *)s, __builtin_strlen(s), 0};
}

/* The type () -> the results of another. */
static uint32_t clone_type(struct fork *f, uint32_t type)
{
	const struct functype *t = &f->m->types[type];
	return module_add_type(f->m,
			       (struct functype){.result_count = t->result_count, .results = t->results});
}

/* The clone of the imports, which is an ordinary function; room for all others, in the order of their ids. */
static void add_clones(struct fork *f)
{
	struct valtype i64 = {TYPE_I64, 0};
	struct module *m = f->m;
	uint32_t *first = ARENA_NEW(&m->arena, uint32_t, 1);
	*first = module_add_function(m, module_add_type(m, (struct functype){0, 1, NULL, &i64}),
				     fork_import_clone(f), text("__lind_resume_import"));
	module_add_element(m, f->clones, first, 1);
	m->clones = ARENA_NEW(&m->arena, struct function, f->count);
	m->clone_count = f->count;
	m->clone_table = f->clones;
	for (uint32_t id = 1; id < f->count; id++)
		m->clones[id] = (struct function){.type = clone_type(f, m->functions[f->members[id]].type),
						  .edited = true};
}

/* call_indirect (() -> result) clones[id of the record at frames] */
static struct body *resume_body(struct fork *f, uint32_t type)
{
	struct emitter e = {.arena = &f->m->arena};
	emit_index(&e, OP_GLOBAL_GET, f->frames);
	emit(&e, (struct instr){.op = OP_I32_LOAD16_U, .memarg = {.offset = 2, .align = 1}});
	emit_pair(&e, OP_CALL_INDIRECT, type, f->clones);
	emit_op(&e, OP_END);
	struct body *body = ARENA_NEW(&f->m->arena, struct body, 1);
	body->code = emit_finish(&e);
	return body;
}

static void add_resume_exports(struct fork *f)
{
	for (unsigned i = 0; i < 3; i++) {
		struct valtype result = {resume_results[i], 0};
		struct functype t = {.result_count = i != 0, .results = &result};
		uint32_t type = module_add_type(f->m, t);
		uint32_t function =
			module_add_function(f->m, type, resume_body(f, type), text(resume_names[i]));
		module_add_export(f->m, text(resume_names[i]), EXTERNAL_FUNCTION, function);
	}
}

static bool is_exported(const struct module *m, const char *name, uint32_t global)
{
	const struct export *e = module_export(m, name);
	return e && e->kind == EXTERNAL_GLOBAL && e->index == global;
}

/* What an instance has besides its memory, and what is thrown in it. */
static void add_state_exports(struct fork *f, uint32_t global_count)
{
	struct module *m = f->m;
	for (uint32_t i = 0; i < global_count; i++)
		if (m->globals[i].is_mutable && !m->globals[i].imported &&
		    !is_exported(m, "__stack_pointer", i))
			module_add_export(m, module_text(m, "__lind_global_%u", i), EXTERNAL_GLOBAL, i);
	if (f->save_exception == FORK_NONE)
		return;
	module_add_export(m, text("__lind_exceptions"), EXTERNAL_TABLE, f->exceptions);
	module_add_export(m, text("__lind_exception_count"), EXTERNAL_GLOBAL, f->exception_count);
	for (uint32_t i = 0; i < m->tag_count; i++)
		module_add_export(m, module_text(m, "__lind_tag_%u", i), EXTERNAL_TAG, i);
}

static void add_variables(struct fork *f)
{
	struct module *m = f->m;
	f->unwinding = module_add_variable(m, TYPE_I32);
	f->frames = module_add_variable(m, TYPE_I32);
	f->result = module_add_variable(m, TYPE_I64);
	module_add_export(m, text("__lind_unwinding"), EXTERNAL_GLOBAL, f->unwinding);
	module_add_export(m, text("__lind_frames"), EXTERNAL_GLOBAL, f->frames);
	module_add_export(m, text("__lind_result"), EXTERNAL_GLOBAL, f->result);
	f->clones = module_add_table(m, (struct valtype){TYPE_FUNCREF, 0}, f->count);
	module_add_export(m, text("__lind_clones"), EXTERNAL_TABLE, f->clones);
	f->save_exception = FORK_NONE;
}

/* A function whose sites can't be reached is never on the stack: a record of it is wrong. */
static struct body *trap_body(struct fork *f)
{
	struct tokens t = {0};
	put_op(&t, OP_UNREACHABLE);
	put_end(&t, 0);
	return tokens_body(f->m, &t, 1, NULL, 0);
}

static void note(struct fork *f, const struct line *l)
{
	struct module *m = f->m;
	m->suspended[m->suspended_count++] = (struct suspended){l->function, l->id, l->site_count};
}

static bool transform(struct fork *f, uint32_t id)
{
	struct module *m = f->m;
	struct line l;
	uint32_t function = f->members[id];
	bool done = line_read(f, &l, function);
	if (done && !l.site_count) {
		m->clones[id].body = trap_body(f);
	} else if (done) {
		line_live(&l);
		done = fork_records(f, &l);
	}
	if (done && l.site_count) {
		struct body *body = fork_hot(f, &l); /* the functions may move meanwhile */
		m->functions[function].body = body;
		m->functions[function].edited = true;
		m->clones[id].body = fork_clone(f, &l);
	}
	if (done)
		note(f, &l);
	line_free(&l);
	return done;
}

bool fork_is_wanted(const struct module *m)
{
	for (uint32_t i = 0; i < m->import_count; i++)
		if (fork_is_root(&m->imports[i]))
			return true;
	return false;
}

void pass_fork(struct module *m, struct problems *p)
{
	struct fork f = {.m = m, .p = p};
	uint32_t global_count = m->global_count;
	if (!fork_is_wanted(m) || !fork_graph(&f))
		return;
	m->function_count_read = m->function_count;
	m->suspended = ARENA_NEW(&m->arena, struct suspended, f.count);
	add_variables(&f);
	add_clones(&f);
	bool done = true;
	for (uint32_t id = 1; id < f.count && done; id++)
		done = transform(&f, id);
	free(f.savers);
	if (!done)
		return;
	add_resume_exports(&f);
	add_state_exports(&f, global_count);
	module_add_hints(m);
	module_drop_debug(m);
	m->suspends = true;
}
