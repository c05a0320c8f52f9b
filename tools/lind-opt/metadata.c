/*
 * Custom sections that the tool understands: names of functions, and branch hints. A damaged one is
 * passed on as it is and otherwise taken for absent, as engines do: neither changes what the program means.
 */
#include <string.h>

#include "module.h"
#include "read.h"

/* Parts of the section "name". */
enum { NAMES_FUNCTIONS = 1, NAMES_LOCALS = 2, NAMES_LABELS = 3 };

static struct reader reader_of(const struct module *m, struct span s, struct fault *fault)
{
	return (struct reader){m->file.data, s.offset, s.offset + s.size, fault};
}

static void read_function_names(struct module *m, struct reader *r)
{
	uint32_t count = read_u32(r);
	while (count-- && !reader_failed(r)) {
		uint32_t index = read_u32(r);
		struct span name = read_name(r);
		if (index < m->function_count && !reader_failed(r))
			m->function_names[index] = name;
	}
}

static void read_names(struct module *m, struct reader *r)
{
	while (reader_left(r) && !reader_failed(r)) {
		uint8_t id = read_byte(r);
		struct reader part = read_part(r, read_u32(r));
		if (id == NAMES_FUNCTIONS)
			read_function_names(m, &part);
	}
}

static void put_function_names(const struct module *m, struct buffer *out)
{
	struct buffer part = {0};
	uint32_t count = 0;
	for (uint32_t i = 0; i < m->function_count; i++)
		count += m->function_names[i].size != 0;
	put_u32(&part, count);
	for (uint32_t i = 0; i < m->function_count; i++)
		if (m->function_names[i].size) {
			put_u32(&part, i);
			put_name(&part, m->function_names[i]);
		}
	put_byte(out, NAMES_FUNCTIONS);
	put_size(out, part.size);
	put_bytes(out, part.data, part.size);
	buffer_free(&part);
}

/* All subsections as they stood, but for the names of functions, and of what is in them if these got other
 * numbers. */
bool metadata_write_names(const struct module *m, struct span content, struct buffer *out)
{
	struct fault fault = {0};
	struct reader r = reader_of(m, content, &fault);
	size_t start = out->size;
	while (reader_left(&r) && !reader_failed(&r)) {
		size_t at = r.at;
		uint8_t id = read_byte(&r);
		read_span(&r, read_u32(&r));
		if (reader_failed(&r))
			break;
		bool by_function = id == NAMES_LOCALS || id == NAMES_LABELS;
		if (id == NAMES_FUNCTIONS)
			put_function_names(m, out);
		else if (!by_function || !m->functions_moved)
			put_bytes(out, m->file.data + at, r.at - at);
	}
	if (reader_failed(&r))
		out->size = start;
	return !reader_failed(&r);
}

/* Returns a function's hints, sorted by offset as they stand, or NULL where they don't hold together. */
static struct branch_hint *read_hints_of(struct module *m, struct reader *r, uint32_t count)
{
	struct branch_hint *hints = ARENA_NEW(&m->arena, struct branch_hint, count);
	for (uint32_t i = 0; i < count; i++) {
		hints[i].offset = read_u32(r);
		uint32_t size = read_u32(r);
		uint8_t value = read_byte(r);
		hints[i].hint = value ? HINT_LIKELY : HINT_UNLIKELY;
		if (reader_failed(r) || size != 1 || value > 1 ||
		    (i && hints[i].offset <= hints[i - 1].offset))
			return NULL;
	}
	return hints;
}

static bool read_hints(struct module *m, struct reader *r)
{
	uint32_t count = read_u32(r);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = read_u32(r);
		uint32_t hint_count = read_count(r, UINT32_MAX, "hints");
		struct branch_hint *hints = read_hints_of(m, r, hint_count);
		if (reader_failed(r) || !hints || index >= m->function_count || m->functions[index].imported)
			return false;
		m->functions[index].hints = hints;
		m->functions[index].hint_count = hint_count;
	}
	return !reader_left(r);
}

static void drop_hints(struct module *m)
{
	for (uint32_t i = 0; i < m->function_count; i++) {
		m->functions[i].hints = NULL;
		m->functions[i].hint_count = 0;
	}
}

void metadata_read(struct module *m)
{
	m->function_names = ARENA_NEW(&m->arena, struct span, m->function_count);
	for (uint32_t i = 0; i < m->custom_count; i++) {
		struct custom *c = &m->customs[i];
		struct fault fault = {0};
		struct reader r = reader_of(m, c->content, &fault);
		if (span_is(c->name, "name")) {
			read_names(m, &r);
		} else if (span_is(c->name, "metadata.code.branch_hint")) {
			c->is_branch_hints = read_hints(m, &r);
			if (!c->is_branch_hints)
				drop_hints(m);
		}
	}
}

const struct export *module_export(const struct module *m, const char *name)
{
	for (uint32_t i = 0; i < m->export_count; i++)
		if (span_is(m->exports[i].name, name))
			return &m->exports[i];
	return NULL;
}

struct custom *module_custom(const struct module *m, const char *name)
{
	for (uint32_t i = 0; i < m->custom_count; i++)
		if (span_is(m->customs[i].name, name))
			return &m->customs[i];
	return NULL;
}

void module_add_custom(struct module *m, const char *name, struct span content)
{
	struct custom *all = ARENA_NEW(&m->arena, struct custom, m->custom_count + 1);
	if (m->custom_count)
		memcpy(all, m->customs, m->custom_count * sizeof(*all));
	all[m->custom_count++] = (struct custom){
		.name = {(const uint8_t *)name, strlen(name), 0},
		.content = content,
		.after = SECTION_DATA,
	};
	m->customs = all;
}

static bool is_debug(const struct custom *c)
{
	static const char prefix[] = ".debug_";
	return c->name.size >= strlen(prefix) && memcmp(c->name.data, prefix, strlen(prefix)) == 0;
}

bool module_has_debug(const struct module *m)
{
	for (uint32_t i = 0; i < m->custom_count; i++)
		if (is_debug(&m->customs[i]))
			return true;
	return false;
}

void module_drop_debug(struct module *m)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < m->custom_count; i++)
		if (!is_debug(&m->customs[i]))
			m->customs[kept++] = m->customs[i];
	m->debug_dropped |= kept < m->custom_count;
	m->custom_count = kept;
}
