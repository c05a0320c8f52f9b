/*
 * --report: what a module consists of, for people.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pass.h"

#define LARGEST_SHOWN 5

static uint64_t code_bytes(const struct module *m)
{
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < m->function_count; i++)
		bytes += m->functions[i].raw.size;
	return bytes;
}

static uint64_t data_bytes(const struct module *m)
{
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < m->data_count; i++)
		bytes += m->data[i].bytes.size;
	return bytes;
}

static void report_stamp(const struct module *m)
{
	const struct custom *section = module_custom(m, LIND_ABI_SECTION);
	struct lind_abi_section abi;
	if (!section || !abi_section_read(section->content, &abi)) {
		puts("  guest interface  none");
		return;
	}
	printf("  guest interface  version %u%s\n", abi.version,
	       abi.flags & LIND_ABI_SUSPENDS ? ", frames can be suspended" : "");
	printf("  initial memory   %u bytes, stack from %u, heap from %u, thread block %u\n",
	       abi.initial_memory, abi.stack_pointer, abi.heap_base, abi.attach_size);
}

static void report_casts(const struct module *m)
{
	uint32_t made = 0;
	for (uint32_t i = 0; i < m->function_count; i++)
		made += m->functions[i].casts;
	if (made || m->cast_stubs)
		printf("  casts            %u calls through pointers, %u functions made, %u direct calls\n",
		       m->cast_calls, made, m->cast_stubs);
}

static void report_largest(const struct module *m)
{
	uint64_t below = UINT64_MAX; /* size and index of the one shown last, as one number */
	for (unsigned shown = 0; shown < LARGEST_SHOWN; shown++) {
		uint64_t best = 0;
		for (uint32_t i = m->imported_function_count; i < m->function_count; i++) {
			uint64_t rank = (uint64_t)m->functions[i].raw.size << 32 | i;
			if (rank < below && rank > best)
				best = rank;
		}
		if (!best)
			return;
		struct span name = m->function_names[best & UINT32_MAX];
		printf("  %-16s %u bytes: function %u %.*s\n", shown ? "" : "largest", (uint32_t)(best >> 32),
		       (uint32_t)best, (int)name.size, (const char *)name.data);
		below = best;
	}
}

void report_module(struct module *m, const char *file)
{
	printf("%s: %zu bytes\n", file, m->file.size);
	report_stamp(m);
	for (uint32_t i = 0; i < m->import_count; i++)
		printf("  %-16s %.*s.%.*s\n", i ? "" : "imports", (int)m->imports[i].module.size,
		       (const char *)m->imports[i].module.data, (int)m->imports[i].name.size,
		       (const char *)m->imports[i].name.data);
	printf("  functions        %u, %llu bytes of code\n", m->function_count - m->imported_function_count,
	       (unsigned long long)code_bytes(m));
	printf("  data             %u segments, %llu bytes\n", m->data_count,
	       (unsigned long long)data_bytes(m));
	printf("  types, globals, exports  %u, %u, %u\n", m->type_count, m->global_count, m->export_count);
	report_casts(m);
	report_largest(m);
	report_fork(m);
}
