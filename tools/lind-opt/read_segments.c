/*
 * The reader of element segments, function bodies (as raw bytes) and data segments.
 */
#include "code.h"
#include "limits.h"
#include "read.h"

static void read_element_functions(struct module *m, struct reader *r, struct element *e)
{
	e->functions = ARENA_NEW(&m->arena, uint32_t, e->count);
	for (uint32_t i = 0; i < e->count && !reader_failed(r); i++) {
		e->functions[i] = read_u32(r);
		if (e->functions[i] >= m->function_count)
			reader_fail(r, "no such function: %u of %u", e->functions[i], m->function_count);
	}
}

static void read_element(struct module *m, struct reader *r, struct element *e)
{
	e->flags = read_u32(r);
	if (e->flags > 7)
		reader_fail(r, "element segment of an unknown form: %u", e->flags);
	bool active = !(e->flags & 1);
	bool expressions = e->flags & 4;
	if (active && e->flags & 2)
		e->table = read_u32(r);
	if (active && e->table >= m->table_count)
		reader_fail(r, "no such table: %u of %u", e->table, m->table_count);
	if (active)
		code_read_constant(m, r, &e->offset);
	if (e->flags & 3) {
		if (expressions)
			e->type = read_reftype(m, r);
		else if (read_byte(r) != 0)
			reader_fail(r, "elements that are not functions");
	}
	e->count = read_count(r, LIMIT_ITEMS, "elements");
	if (!expressions) {
		read_element_functions(m, r, e);
		return;
	}
	e->expressions = ARENA_NEW(&m->arena, struct code, e->count);
	for (uint32_t i = 0; i < e->count && !reader_failed(r); i++)
		code_read_constant(m, r, &e->expressions[i]);
}

void read_elements(struct module *m, struct reader *r)
{
	m->element_count = read_count(r, LIMIT_ITEMS, "element segments");
	m->elements = ARENA_NEW(&m->arena, struct element, m->element_count);
	for (uint32_t i = 0; i < m->element_count && !reader_failed(r); i++)
		read_element(m, r, &m->elements[i]);
}

void read_data_count(struct module *m, struct reader *r)
{
	m->data_count = read_u32(r);
}

void read_code(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "function bodies");
	if (count != m->function_count - m->imported_function_count) {
		reader_fail(r, "%u function bodies for %u functions", count,
			    m->function_count - m->imported_function_count);
		return;
	}
	for (uint32_t i = m->imported_function_count; i < m->function_count && !reader_failed(r); i++) {
		size_t at = r->at;
		uint32_t size = read_u32(r);
		if (size > LIMIT_BODY_BYTES)
			reader_fail_at(r, at, "function %u is too large", i);
		m->functions[i].raw = read_span(r, size);
	}
}

void read_data(struct module *m, struct reader *r)
{
	uint32_t count = read_count(r, LIMIT_ITEMS, "data segments");
	if (m->present[SECTION_DATA_COUNT] && count != m->data_count) {
		reader_fail(r, "%u data segments where %u are announced", count, m->data_count);
		return;
	}
	m->data_count = count;
	m->data = ARENA_NEW(&m->arena, struct data, count);
	for (uint32_t i = 0; i < count && !reader_failed(r); i++) {
		struct data *d = &m->data[i];
		d->flags = read_u32(r);
		uint32_t memory = d->flags == 2 ? read_u32(r) : 0;
		if (d->flags > 2 || memory != 0)
			reader_fail(r, "data segment of an unknown form: %u", d->flags);
		if (d->flags != 1)
			code_read_constant(m, r, &d->offset);
		d->bytes = read_span(r, read_u32(r));
	}
}

void check_counts(struct module *m, struct reader *r)
{
	uint32_t defined = m->function_count - m->imported_function_count;
	if (defined && !m->present[SECTION_CODE])
		reader_fail(r, "no code for %u functions", defined);
	if (m->data_count && !m->present[SECTION_DATA])
		reader_fail(r, "no data where %u segments are announced", m->data_count);
}
