/* clones_section.c — the section lind.clones, and modules made of it: types, imports, then the functions
 * that are wanted, exported by their ids, and an element segment for each that puts it into the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clones_section.h"
#include "engine/reader.h"

enum {
	SECTION_TYPE = 1,
	SECTION_IMPORT = 2,
	SECTION_FUNCTION = 3,
	SECTION_EXPORT = 7,
	SECTION_ELEMENT = 9,
	SECTION_CODE = 10
};
enum { WORDS = 8, ENTRY = 8 }; /* bytes before the entries, and of one */

static uint32_t type_of(const struct clones_section *section, uint32_t id)
{
	return reader_word(section->entries + (size_t)ENTRY * id);
}

static uint32_t end_of(const struct clones_section *section, uint32_t id)
{
	return reader_word(section->entries + (size_t)ENTRY * id + 4);
}

/* What the section has of one id. */
static struct reader body_of(const struct clones_section *section, uint32_t id)
{
	return (struct reader){section->bodies + (id ? end_of(section, id - 1) : 0),
			       section->bodies + end_of(section, id)};
}

/* Passes over the list of types that stands before a clone's code, and notes them unless `used` is NULL. */
static bool read_types(const struct clones_section *section, struct reader *body, bool *used)
{
	uint32_t count, type;
	if (!reader_u32(body, &count))
		return false;
	for (; count > 0; count--) {
		if (!reader_u32(body, &type) || type >= section->type_count)
			return false;
		if (used)
			used[type] = true;
	}
	return true;
}

/* Anything else in the head, as a start function or a memory, has no place in these modules. */
static bool read_head(struct clones_section *out, struct reader head)
{
	struct reader types, imports;
	if (!reader_section(&head, SECTION_TYPE, &types) || !reader_u32(&types, &out->type_count))
		return false;
	out->types = types.at;
	for (uint32_t i = 0; i < out->type_count; i++)
		if (!reader_function_type(&types))
			return false;
	out->types_end = types.end;
	out->imports = head.at;
	out->imports_size = (size_t)(head.end - head.at);
	return types.at == types.end && reader_section(&head, SECTION_IMPORT, &imports) &&
	       head.at == head.end;
}

bool clones_section_read(const uint8_t *bytes, size_t length, struct clones_section *out)
{
	if (length < WORDS)
		return false;
	size_t left = length - WORDS;
	uint32_t head_size = reader_word(bytes + 4), end = 0;
	*out = (struct clones_section){.count = reader_word(bytes), .entries = bytes + WORDS};
	if (out->count == 0 || out->count > UINT16_MAX + 1u || out->count > left / ENTRY)
		return false;
	left -= (size_t)ENTRY * out->count;
	const uint8_t *head = out->entries + (size_t)ENTRY * out->count;
	if (head_size > left || !read_head(out, (struct reader){head, head + head_size}))
		return false;
	left -= head_size;
	out->bodies = head + head_size;
	for (uint32_t id = 0; id < out->count; id++) {
		if (end_of(out, id) < end || end_of(out, id) > left)
			return false;
		end = end_of(out, id);
		struct reader body = body_of(out, id);
		if (!read_types(out, &body, NULL) || (id && type_of(out, id) >= out->type_count))
			return false;
	}
	return true;
}

/* Bytes that are put together, or only counted while `bytes` is NULL. */
struct writer {
	uint8_t *bytes;
	size_t size;
};

static void put(struct writer *w, const void *bytes, size_t size)
{
	if (w->bytes)
		memcpy(w->bytes + w->size, bytes, size);
	w->size += size;
}

static void put_byte(struct writer *w, uint8_t byte)
{
	put(w, &byte, 1);
}

static void put_number(struct writer *w, uint64_t number)
{
	while (number > 0x7f) {
		put_byte(w, (uint8_t)(number | 0x80));
		number >>= 7;
	}
	put_byte(w, (uint8_t)number);
}

struct building {
	const struct clones_section *section;
	const bool *wanted;
	uint32_t count; /* of those wanted */
	bool *types;    /* those that they and the imports use */
};

/* Types keep their numbers. In the place of each that is not used stands `() -> ()`: the compiler makes code
 * for each type of a module. */
static void put_types(struct writer *w, const struct building *b)
{
	static const uint8_t unused[] = {0x60, 0, 0};
	struct reader types = {b->section->types, b->section->types_end};
	put_number(w, b->section->type_count);
	for (uint32_t i = 0; i < b->section->type_count; i++) {
		const uint8_t *start = types.at;
		reader_function_type(&types);
		if (b->types[i])
			put(w, start, (size_t)(types.at - start));
		else
			put(w, unused, sizeof unused);
	}
}

static void put_functions(struct writer *w, const struct building *b)
{
	put_number(w, b->count);
	for (uint32_t id = 1; id < b->section->count; id++)
		if (b->wanted[id])
			put_number(w, type_of(b->section, id));
}

static void put_exports(struct writer *w, const struct building *b)
{
	char name[12];
	uint32_t function = 0;
	put_number(w, b->count);
	for (uint32_t id = 1; id < b->section->count; id++) {
		if (!b->wanted[id])
			continue;
		int length = snprintf(name, sizeof name, "%u", id);
		put_number(w, (uint64_t)length);
		put(w, name, (size_t)length);
		put_byte(w, 0); /* a function */
		put_number(w, function++);
	}
}

/* Of each: into table 0, behind `i32.const id`, whose number is a signed one, one function. */
static void put_elements(struct writer *w, const struct building *b)
{
	uint32_t function = 0;
	put_number(w, b->count);
	for (uint32_t id = 1; id < b->section->count; id++) {
		if (!b->wanted[id])
			continue;
		const uint8_t constant[] = {
			0,    0x41, (uint8_t)(id | 0x80), (uint8_t)(id >> 7 | 0x80), (uint8_t)(id >> 14),
			0x0b, 1};
		put(w, constant, sizeof constant);
		put_number(w, function++);
	}
}

static void put_code(struct writer *w, const struct building *b)
{
	put_number(w, b->count);
	for (uint32_t id = 1; id < b->section->count; id++) {
		struct reader body = body_of(b->section, id);
		if (b->wanted[id] && read_types(b->section, &body, NULL))
			put(w, body.at, (size_t)(body.end - body.at));
	}
}

static void put_section(struct writer *w, uint8_t id, const struct building *b,
			void (*content)(struct writer *, const struct building *))
{
	struct writer counted = {0};
	content(&counted, b);
	put_byte(w, id);
	put_number(w, counted.size);
	content(w, b);
}

static void put_module(struct writer *w, const struct building *b)
{
	put(w, "\0asm\1\0\0", 8);
	put_section(w, SECTION_TYPE, b, put_types);
	put(w, b->section->imports, b->section->imports_size);
	put_section(w, SECTION_FUNCTION, b, put_functions);
	put_section(w, SECTION_EXPORT, b, put_exports);
	put_section(w, SECTION_ELEMENT, b, put_elements);
	put_section(w, SECTION_CODE, b, put_code);
}

uint8_t *clones_section_build(const struct clones_section *section, const bool *wanted, size_t *length)
{
	struct building b = {section, wanted, 0, calloc(section->type_count + 1u, sizeof *b.types)};
	struct writer w = {0};
	uint8_t *bytes = NULL;
	for (uint32_t id = 0; id < section->count && b.types; id++) {
		struct reader body = body_of(section, id);
		if (id == 0 || wanted[id])
			read_types(section, &body, b.types);
		b.count += id && wanted[id];
	}
	if (b.types) {
		put_module(&w, &b); /* counts */
		bytes = malloc(w.size);
	}
	if (bytes) {
		w = (struct writer){.bytes = bytes};
		put_module(&w, &b);
		*length = w.size;
	}
	free(b.types);
	return bytes;
}
