/*
 * Imports: module `lind` offers four functions, and nothing else may be asked for. What the linker could
 * not resolve would stand here too.
 */
#include "pass.h"

static const struct offer {
	const char *name, *parameters, *results;
} offers[] = {
	{"syscall", "IIIIIII", "I"},
	{"fork", "", "I"},
	{"checkpoint", "i", "I"},
	{"threei_call", "IIIIIIIIIIIIIII", "I"},
};

static const struct offer *find_offer(const struct import *import)
{
	if (!span_is(import->module, "lind"))
		return NULL;
	for (size_t i = 0; i < sizeof(offers) / sizeof(*offers); i++)
		if (span_is(import->name, offers[i].name))
			return &offers[i];
	return NULL;
}

void pass_imports(const struct module *m, struct problems *p)
{
	for (uint32_t i = 0; i < m->import_count; i++) {
		const struct import *import = &m->imports[i];
		const struct offer *offer = find_offer(import);
		if (!offer) {
			problem(p, "import %.*s.%.*s is not offered to guests", (int)import->module.size,
				(const char *)import->module.data, (int)import->name.size,
				(const char *)import->name.data);
			continue;
		}
		if (import->kind != EXTERNAL_FUNCTION ||
		    !functype_is(&m->types[m->functions[import->index].type], offer->parameters,
				 offer->results))
			problem(p, "import lind.%s is of another type than the guest interface has",
				offer->name);
	}
}
