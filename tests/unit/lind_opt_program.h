/*
 * A random program (lind_opt_program_values.h) as a module.
 */
#ifndef LIND_OPT_PROGRAM_H
#define LIND_OPT_PROGRAM_H

#include "lind_opt_program_code.h"

/* Appends locals and code of a body whose code is in `code`. */
static inline void program_finish(struct program *g, struct buffer *section, struct buffer *code,
				  unsigned parameters)
{
	struct buffer body = {0};
	put_u32(&body, g->local_count - parameters);
	for (unsigned i = parameters; i < g->local_count; i++) {
		put_byte(&body, 1);
		put_byte(&body, g->locals[i] == '#' ? TYPE_I32 : program_code(g->locals[i]));
	}
	put_bytes(&body, code->data, code->size);
	put_size(section, body.size);
	put_bytes(section, body.data, body.size);
	buffer_free(&body);
	buffer_free(code);
}

static inline void program_zero(struct program *g, char type)
{
	static const uint16_t ops[128] = {['i'] = OP_I32_CONST,
					  ['I'] = OP_I64_CONST,
					  ['f'] = OP_F32_CONST,
					  ['F'] = OP_F64_CONST,
					  ['v'] = OP_V128_CONST};
	static const uint8_t zeros[16], sizes[128] = {['i'] = 1, ['I'] = 1, ['f'] = 4, ['F'] = 8, ['v'] = 16};
	program_op(g, ops[type & 127]);
	put_bytes(g->out, zeros, sizes[type & 127]);
}

static inline void program_function(struct program *g, unsigned number, struct buffer *section)
{
	struct buffer code = {0};
	unsigned type = number % 5 + (number < PROGRAM_PURE ? 0 : PROGRAM_TYPES / 2);
	const char *results = g->results[type];
	g->out = &code;
	g->function = number;
	g->budget = 10 + (int)program_random(g, 70);
	g->depth = 1;
	g->labels[0].result = 0;
	g->labels[0].loop = results[0] != 0; /* no target, if there are results */
	strcpy(g->locals, g->parameters[type]);
	g->local_count = (unsigned)strlen(g->locals);
	for (unsigned i = 0; i < 10; i++)
		program_local(g, program_type(g));
	program_spend(g);
	program_op(g, OP_IF);
	put_byte(&code, TYPE_EMPTY);
	for (const char *p = results; *p; p++)
		program_zero(g, *p);
	program_op(g, OP_RETURN);
	program_op(g, OP_END);
	for (int i = 0; i < 6; i++)
		program_statements(g, 5);
	for (const char *p = results; *p; p++)
		program_value(g, *p, 4);
	program_op(g, OP_END);
	program_finish(g, section, &code, (unsigned)strlen(g->parameters[type]));
}

/* Calls functions with an argument's value about, and notes what they threw. */
static inline void program_entry(struct program *g, unsigned number, struct buffer *section)
{
	struct buffer code = {0};
	g->out = &code;
	g->function = 0;
	g->budget = 60;
	g->depth = 3;
	for (unsigned i = 0; i < 3; i++)
		g->labels[i].loop = true;
	strcpy(g->locals, "iIFvf");
	g->local_count = 5;
	put_bytes(&code, (const uint8_t[]){OP_BLOCK, TYPE_EMPTY, OP_TRY_TABLE, TYPE_EMPTY, 1, 2, 0}, 7);
	for (int i = 0; i < 4; i++)
		program_statement(g, 4);
	program_call(g, program_random(g, PROGRAM_TYPES / 2), 3);
	program_index(g, OP_BR, 0); /* over whatever the call left */
	program_op(g, OP_END);
	program_op(g, OP_END);
	program_index(g, OP_LOCAL_GET, 1);
	program_index(g, OP_CALL, PROGRAM_IMPORT_TRACE);
	if (number == 1)
		program_index(g, OP_LOCAL_GET, 0);
	else if (number == 2)
		program_index(g, OP_LOCAL_GET, 1);
	program_op(g, OP_END);
	program_finish(g, section, &code, 1);
}

static inline void program_valtypes(struct buffer *out, const char *types)
{
	put_size(out, strlen(types));
	for (; *types; types++)
		put_byte(out, program_code(*types));
}

static inline void program_type_section(struct program *g, struct buffer *c)
{
	static const char *const fixed[][2] = {{"", "I"},  {"i", "I"}, {"I", ""},  {"i", ""},
					       {"Ii", ""}, {"i", "i"}, {"i", "I"}, {"", "IiE"}};
	put_u32(c, PT_COUNT);
	for (unsigned t = 0; t < PROGRAM_TYPES; t++) {
		unsigned parameters = program_random(g, 5),
			 results = t % 5 == 4 ? 0 : 1 + program_chance(g, 25);
		if (t % 5 == 4 && program_chance(g, 30))
			results = 2;
		for (unsigned i = 0; i < parameters; i++)
			g->parameters[t][i] = program_type(g);
		for (unsigned i = 0; i < results; i++)
			g->results[t][i] = program_type(g);
		put_byte(c, 0x60);
		program_valtypes(c, g->parameters[t]);
		program_valtypes(c, g->results[t]);
	}
	for (unsigned i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
		put_byte(c, 0x60);
		program_valtypes(c, fixed[i][0]);
		program_valtypes(c, fixed[i][1]);
	}
}

static inline void program_text(struct buffer *out, const char *text)
{
	put_name(out, (struct span){(const uint8_t *)text, strlen(text), 0});
}

static inline void program_import_section(struct buffer *c)
{
	static const char *const names[][2] = {{"lind", "fork"}, {"lind", "checkpoint"}, {"test", "trace"}};
	put_byte(c, PROGRAM_IMPORTS);
	for (unsigned i = 0; i < PROGRAM_IMPORTS; i++) {
		program_text(c, names[i][0]);
		program_text(c, names[i][1]);
		put_byte(c, EXTERNAL_FUNCTION);
		put_u32(c, PT_FORK + i);
	}
}

static inline void program_function_section(struct buffer *c)
{
	static const uint8_t entries[] = {PT_TAG_I32, PT_ENTRY_I32, PT_ENTRY_I64};
	put_u32(c, PROGRAM_FUNCTIONS + PROGRAM_ENTRIES);
	for (unsigned i = 0; i < PROGRAM_FUNCTIONS; i++)
		put_u32(c, i % 5 + (i < PROGRAM_PURE ? 0 : PROGRAM_TYPES / 2));
	put_bytes(c, entries, sizeof(entries));
}

static inline void program_global_section(struct program *g, struct buffer *c)
{
	static const char types[] = "iiiIFv";
	const int32_t values[] = {PROGRAM_STACK, 150, 5};
	g->out = c;
	put_byte(c, PROGRAM_GLOBALS);
	for (unsigned i = 0; i < PROGRAM_GLOBALS; i++) {
		put_byte(c, program_code(types[i]));
		put_byte(c, 1);
		if (i < 3)
			program_i32(g, values[i]);
		else
			program_zero(g, types[i]);
		put_byte(c, OP_END);
	}
}

static inline void program_export(struct buffer *c, const char *name, enum external kind, uint32_t index)
{
	program_text(c, name);
	put_byte(c, (uint8_t)kind);
	put_u32(c, index);
}

static inline void program_export_section(struct buffer *c)
{
	char name[3] = "g0";
	put_byte(c, 2 + PROGRAM_GLOBALS + PROGRAM_ENTRIES);
	program_export(c, "memory", EXTERNAL_MEMORY, 0);
	program_export(c, "__stack_pointer", EXTERNAL_GLOBAL, 0);
	for (unsigned i = 0; i < PROGRAM_GLOBALS; i++) {
		name[1] = (char)('0' + i);
		program_export(c, name, EXTERNAL_GLOBAL, i);
	}
	for (unsigned i = 0; i < PROGRAM_ENTRIES; i++) {
		memcpy(name, (char[]){'e', (char)('0' + i)}, 2);
		program_export(c, name, EXTERNAL_FUNCTION, PROGRAM_IMPORTS + PROGRAM_FUNCTIONS + i);
	}
}

static inline void program_section(struct buffer *out, uint8_t id, struct buffer *content)
{
	put_byte(out, id);
	put_size(out, content->size);
	put_bytes(out, content->data, content->size);
	content->size = 0;
}

/* Makes the program of a seed; buffer_free frees it. */
static inline struct buffer program_build(uint64_t seed)
{
	struct program g = {.state = seed};
	struct buffer out = {0}, c = {0};
	put_bytes(&out, "\0asm\1\0\0", 8);
	program_type_section(&g, &c);
	program_section(&out, SECTION_TYPE, &c);
	program_import_section(&c);
	program_section(&out, SECTION_IMPORT, &c);
	program_function_section(&c);
	program_section(&out, SECTION_FUNCTION, &c);
	put_bytes(&c, (const uint8_t[]){1, TYPE_FUNCREF, 0, PROGRAM_FUNCTIONS}, 4);
	program_section(&out, SECTION_TABLE, &c);
	put_bytes(&c, (const uint8_t[]){1, 0, PROGRAM_STACK / 65536}, 3);
	program_section(&out, SECTION_MEMORY, &c);
	put_bytes(&c, (const uint8_t[]){2, 0, PT_TAG_I32, 0, PT_TAG_PAIR}, 5);
	program_section(&out, SECTION_TAG, &c);
	program_global_section(&g, &c);
	program_section(&out, SECTION_GLOBAL, &c);
	program_export_section(&c);
	program_section(&out, SECTION_EXPORT, &c);
	put_bytes(&c, (const uint8_t[]){1, 0, OP_I32_CONST, 0, OP_END, PROGRAM_FUNCTIONS}, 6);
	for (unsigned i = 0; i < PROGRAM_FUNCTIONS; i++)
		put_u32(&c, PROGRAM_IMPORTS + i);
	program_section(&out, SECTION_ELEMENT, &c);
	put_u32(&c, PROGRAM_FUNCTIONS + PROGRAM_ENTRIES);
	for (unsigned i = 0; i < PROGRAM_FUNCTIONS; i++)
		program_function(&g, i, &c);
	for (unsigned i = 0; i < PROGRAM_ENTRIES; i++)
		program_entry(&g, i, &c);
	program_section(&out, SECTION_CODE, &c);
	buffer_free(&c);
	return out;
}

#endif
