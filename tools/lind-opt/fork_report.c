/*
 * --report: what the fork transformer did, function by function.
 */
#include <stdio.h>
#include <stdlib.h>

#include "code.h"
#include "fork.h"

/* The size that a function's body has in the output. */
static uint64_t body_bytes(const struct function *f)
{
	struct buffer b = {0};
	body_write(f->body, &b, NULL);
	uint64_t size = b.size;
	buffer_free(&b);
	return size;
}

void report_fork(const struct module *m)
{
	uint64_t before = 0, hot = 0, clones = 0, sites = 0;
	if (!m->suspends)
		return;
	puts("  may be suspended (sites; bytes of code before, after, of the clone):");
	for (uint32_t i = 0; i < m->suspended_count; i++) {
		const struct suspended *s = &m->suspended[i];
		uint64_t now = m->functions[s->function].edited ? body_bytes(&m->functions[s->function])
								: m->functions[s->function].raw.size;
		uint64_t clone = body_bytes(&m->clones[s->id]);
		struct span name = m->function_names[s->function];
		printf("    %5u %7zu %7llu %7llu  function %u %.*s\n", s->site_count,
		       m->functions[s->function].raw.size, (unsigned long long)now, (unsigned long long)clone,
		       s->function, (int)name.size, (const char *)name.data);
		sites += s->site_count;
		before += m->functions[s->function].raw.size;
		hot += now;
		clones += clone;
	}
	printf("  in all           %u functions of %u, %llu sites, %llu bytes of code before, %llu after, "
	       "%llu of clones\n",
	       m->suspended_count, m->function_count_read - m->imported_function_count,
	       (unsigned long long)sites, (unsigned long long)before, (unsigned long long)hot,
	       (unsigned long long)clones);
	if (m->debug_dropped)
		puts("  debug information dropped: it would not fit the code any more");
}
