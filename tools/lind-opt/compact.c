/*
 * Function bodies as a whole: decoding all of them, to check them or to write them anew. The linker pads the
 * numbers that it fills in to five bytes; in their shortest form a program is a tenth smaller or more.
 */
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

void pass_compact(struct module *m, struct problems *p)
{
	if (module_has_debug(m))
		return;
	verify_code(m, p);
	for (uint32_t i = m->imported_function_count; i < m->function_count && !p->count; i++)
		m->functions[i].edited = true;
}
