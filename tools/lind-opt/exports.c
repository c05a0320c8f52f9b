/*
 * Exports: what the runtime takes hold of to start a program, its threads and its handlers.
 */
#include <stdlib.h>
#include <string.h>

#include "pass.h"

/* Says what is wrong with an export, or returns NULL. */
static const char *wrong_function(const struct module *m, const struct export *e, const char *parameters,
				  const char *results)
{
	if (e->kind != EXTERNAL_FUNCTION)
		return "is not a function";
	if (!functype_is(&m->types[m->functions[e->index].type], parameters, results))
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

static const char *wrong_global(const struct module *m, const struct export *e, const char *results)
{
	if (e->kind != EXTERNAL_GLOBAL)
		return "is not a global";
	const struct global *g = &m->globals[e->index];
	bool wide = results[0] == 'I';
	if (g->type.code != (wide ? TYPE_I64 : TYPE_I32) || !g->is_mutable)
		return wide ? "is not a mutable i64" : "is not a mutable i32";
	return NULL;
}

static const struct need {
	const char *name;
	enum external kind;
	const char *parameters; /* of functions */
	const char *results;    /* of functions; of globals their type */
} needs[] = {
	{"memory", EXTERNAL_MEMORY, NULL, NULL},
	{"__indirect_function_table", EXTERNAL_TABLE, NULL, NULL},
	{"__stack_pointer", EXTERNAL_GLOBAL, NULL, "i"},
	{"_start", EXTERNAL_FUNCTION, "i", ""},
	{"__lind_thread_start", EXTERNAL_FUNCTION, "i", ""},
	{"__lind_attach_thread", EXTERNAL_FUNCTION, "ii", ""},
};

/* Of programs whose frames can be suspended. */
static const struct need suspending_needs[] = {
	{"__lind_unwinding", EXTERNAL_GLOBAL, NULL, "i"},  {"__lind_frames", EXTERNAL_GLOBAL, NULL, "i"},
	{"__lind_result", EXTERNAL_GLOBAL, NULL, "I"},     {"__lind_resume", EXTERNAL_FUNCTION, "", ""},
	{"__lind_clones", EXTERNAL_TABLE, NULL, NULL},     {"__lind_resume_i32", EXTERNAL_FUNCTION, "", "i"},
	{"__lind_resume_i64", EXTERNAL_FUNCTION, "", "I"},
};

static const char *wrong_export(const struct module *m, const struct need *need)
{
	const struct export *e = module_export(m, need->name);
	if (!e)
		return "is missing";
	switch (need->kind) {
	case EXTERNAL_FUNCTION:
		return wrong_function(m, e, need->parameters, need->results);
	case EXTERNAL_MEMORY:
		return wrong_memory(m, e);
	case EXTERNAL_TABLE:
		return wrong_table(m, e);
	case EXTERNAL_GLOBAL:
		return wrong_global(m, e, need->results);
	case EXTERNAL_TAG:
	case EXTERNAL_COUNT:
		break;
	}
	return NULL;
}

static void check(const struct module *m, struct problems *p, const struct need *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *wrong = wrong_export(m, &list[i]);
		if (wrong)
			problem(p, "export %s %s", list[i].name, wrong);
	}
}

void pass_exports(const struct module *m, struct problems *p)
{
	check(m, p, needs, sizeof(needs) / sizeof(*needs));
}

static bool is_numbered(struct span name)
{
	static const char prefix[] = "__lind_global_";
	return name.size > strlen(prefix) && memcmp(name.data, prefix, strlen(prefix)) == 0;
}

/* Every mutable global that the program defines is exported, so that an instance can be copied. */
static void check_globals(const struct module *m, struct problems *p)
{
	bool *exported = calloc(m->global_count, sizeof(*exported));
	for (uint32_t i = 0; exported && i < m->export_count; i++) {
		const struct export *e = &m->exports[i];
		if (e->kind == EXTERNAL_GLOBAL &&
		    (is_numbered(e->name) || span_is(e->name, "__stack_pointer") ||
		     span_is(e->name, "__lind_unwinding") || span_is(e->name, "__lind_frames") ||
		     span_is(e->name, "__lind_result") || span_is(e->name, "__lind_exception_count")))
			exported[e->index] = true;
	}
	for (uint32_t i = 0; exported && i < m->global_count; i++)
		if (m->globals[i].is_mutable && !m->globals[i].imported && !exported[i])
			problem(p, "global %u is mutable and not exported: a fork would not copy it", i);
	free(exported);
}

void verify_suspending(const struct module *m, struct problems *p)
{
	const struct custom *section = module_custom(m, LIND_ABI_SECTION);
	struct lind_abi_section abi;
	if (!section || !abi_section_read(section->content, &abi))
		return; /* told by verify_stamp */
	bool wanted = false;
	for (uint32_t i = 0; i < m->import_count; i++)
		wanted |= span_is(m->imports[i].name, "fork") || span_is(m->imports[i].name, "checkpoint");
	if (!(abi.flags & LIND_ABI_SUSPENDS)) {
		if (wanted)
			problem(p, "imports fork or checkpoint, but its frames can't be suspended");
		return;
	}
	check(m, p, suspending_needs, sizeof(suspending_needs) / sizeof(*suspending_needs));
	check_globals(m, p);
}
