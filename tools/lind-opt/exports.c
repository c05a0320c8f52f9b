/*
 * Exports: what the runtime takes hold of to start a program, its threads and its handlers.
 */
#include "pass.h"

/* Says what is wrong with an export, or returns NULL. */
static const char *wrong_function(const struct module *m, const struct export *e, const char *parameters)
{
	if (e->kind != EXTERNAL_FUNCTION)
		return "is not a function";
	if (!functype_is(&m->types[m->functions[e->index].type], parameters, ""))
		return "is a function of another type than the guest interface has";
	return NULL;
}

static const char *wrong_memory(const struct module *m, const struct export *e)
{
	if (e->kind != EXTERNAL_MEMORY)
		return "is not a memory";
	return m->memories[e->index].imported ? "is imported: it must be defined" : NULL;
}

static const char *wrong_table(const struct module *m, const struct export *e)
{
	if (e->kind != EXTERNAL_TABLE)
		return "is not a table";
	return m->tables[e->index].type.code != TYPE_FUNCREF ? "is not a table of functions" : NULL;
}

static const char *wrong_stack_pointer(const struct module *m, const struct export *e)
{
	if (e->kind != EXTERNAL_GLOBAL)
		return "is not a global";
	const struct global *g = &m->globals[e->index];
	return g->type.code != TYPE_I32 || !g->is_mutable ? "is not a mutable i32" : NULL;
}

static const struct need {
	const char *name;
	enum external kind;
	const char *parameters; /* of functions; none has results */
} needs[] = {
	{"memory", EXTERNAL_MEMORY, NULL},
	{"__indirect_function_table", EXTERNAL_TABLE, NULL},
	{"__stack_pointer", EXTERNAL_GLOBAL, NULL},
	{"_start", EXTERNAL_FUNCTION, "i"},
	{"__lind_thread_start", EXTERNAL_FUNCTION, "i"},
	{"__lind_attach_thread", EXTERNAL_FUNCTION, "ii"},
};

static const char *wrong_export(const struct module *m, const struct need *need)
{
	const struct export *e = module_export(m, need->name);
	if (!e)
		return "is missing";
	switch (need->kind) {
	case EXTERNAL_FUNCTION:
		return wrong_function(m, e, need->parameters);
	case EXTERNAL_MEMORY:
		return wrong_memory(m, e);
	case EXTERNAL_TABLE:
		return wrong_table(m, e);
	case EXTERNAL_GLOBAL:
		return wrong_stack_pointer(m, e);
	case EXTERNAL_TAG:
	case EXTERNAL_COUNT:
		break;
	}
	return NULL;
}

void pass_exports(const struct module *m, struct problems *p)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		const char *wrong = wrong_export(m, &needs[i]);
		if (wrong)
			problem(p, "export %s %s", needs[i].name, wrong);
	}
}
