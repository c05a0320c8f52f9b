/*
 * Function bodies as a whole: decoding all of them, to check them or to write them anew. The linker pads the
 * numbers that it fills in to five bytes; in their shortest form a program is a tenth smaller or more.
 */
#include <string.h>

#include "code.h"
#include "pass.h"

void verify_code(struct module *m, struct problems *p)
{
	for (uint32_t i = m->imported_function_count; i < m->function_count; i++) {
		if (function_decode(m, &m->functions[i]))
			continue;
		problem(p, "offset 0x%zx: function %u: %s", m->fault.offset, i, m->fault.text);
		m->fault.found = false;
	}
}

static bool has_debug_information(const struct module *m)
{
	static const char prefix[] = ".debug_";
	for (uint32_t i = 0; i < m->custom_count; i++)
		if (m->customs[i].name.size >= strlen(prefix) &&
		    memcmp(m->customs[i].name.data, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

void pass_compact(struct module *m, struct problems *p)
{
	if (has_debug_information(m))
		return;
	verify_code(m, p);
	for (uint32_t i = m->imported_function_count; i < m->function_count && !p->count; i++)
		m->functions[i].edited = true;
}
