/*
 * A module that has something of everything: each section, each form of a segment, each instruction that
 * lind-opt knows. Tests of lind-opt change its parts before it is put together.
 */
#ifndef LIND_OPT_SAMPLE_H
#define LIND_OPT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lind-opt/code.h"
#include "lind-opt/opcode.h"
#include "lind-opt/pass.h"

enum {
	SAMPLE_ATTACH_ADDRESS = 70000,
	SAMPLE_ATTACH_SIZE = 2300,
	SAMPLE_FUNCTIONS = 8, /* with three imported */
	SAMPLE_ALL = 7,       /* the function with each instruction */
};

struct sample {
	const char *import_module, *import_name;
	const char *export_names[16]; /* NULL: as they should be */
	uint8_t start_type;           /* of _start: 0 as it should be */
	uint8_t memory_flags;         /* 0 for the linker's 3 */
	uint32_t memory_pages;        /* 0 for 3 */
	uint8_t data_flags;           /* 0 for passive */
	uint32_t attach_value;        /* 0 for the address of the constant */
	const char *custom;           /* one more section at the end */
	bool padded;                  /* calls as the linker writes them */
};

static inline void sample_text(struct buffer *out, const char *text)
{
	put_name(out, (struct span){(const uint8_t *)text, strlen(text), 0});
}

static inline void sample_section(struct buffer *out, uint8_t id, struct buffer *content)
{
	put_byte(out, id);
	put_size(out, content->size);
	put_bytes(out, content->data, content->size);
	buffer_free(content);
}

#define SAMPLE_BYTES(out, ...)                                                                               \
	put_bytes((out), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static inline void sample_i32(struct buffer *out, int32_t value)
{
	put_byte(out, OP_I32_CONST);
	put_s64(out, value);
}

static inline void sample_types(struct buffer *out)
{
	struct buffer c = {0};
	put_byte(&c, 8);
	SAMPLE_BYTES(&c, 0x60, 1, 0x7f, 0);
	SAMPLE_BYTES(&c, 0x60, 0, 1, 0x7e);
	SAMPLE_BYTES(&c, 0x60, 7, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 1, 0x7e);
	SAMPLE_BYTES(&c, 0x60, 15, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e,
		     0x7e, 0x7e, 0x7e, 1, 0x7e);
	SAMPLE_BYTES(&c, 0x60, 2, 0x7f, 0x7f, 0);
	SAMPLE_BYTES(&c, 0x60, 0, 0);
	SAMPLE_BYTES(&c, 0x60, 8, 0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f, 0x69, 2, 0x7f, 0x7e);
	SAMPLE_BYTES(&c, 0x60, 2, 0x64, 0x70, 0x63, 5, 1, 0x63,
		     0x6f); /* (ref func), (ref null 5) -> (ref null extern) */
	sample_section(out, SECTION_TYPE, &c);
}

static inline void sample_imports(const struct sample *s, struct buffer *out)
{
	static const char *const names[] = {"syscall", "fork", "threei_call"};
	static const uint8_t types[] = {2, 1, 3};
	struct buffer c = {0};
	put_byte(&c, 3);
	for (int i = 0; i < 3; i++) {
		sample_text(&c, i == 0 && s->import_module ? s->import_module : "lind");
		sample_text(&c, i == 0 && s->import_name ? s->import_name : names[i]);
		SAMPLE_BYTES(&c, EXTERNAL_FUNCTION, types[i]);
	}
	sample_section(out, SECTION_IMPORT, &c);
}

static inline void sample_globals(const struct sample *s, struct buffer *out)
{
	struct buffer c = {0};
	const int32_t values[] = {65536, 131072,
				  s->attach_value ? (int32_t)s->attach_value : SAMPLE_ATTACH_ADDRESS, 8, 4};
	put_byte(&c, 9);
	for (unsigned i = 0; i < 5; i++) {
		SAMPLE_BYTES(&c, 0x7f, i == 0);
		sample_i32(&c, values[i]);
		put_byte(&c, OP_END);
	}
	SAMPLE_BYTES(&c, 0x7f, 0, OP_I32_CONST, 1, OP_I32_CONST, 2, OP_I32_ADD, OP_END);
	SAMPLE_BYTES(&c, 0x7b, 0, 0xfd, 0x0c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, OP_END);
	SAMPLE_BYTES(&c, 0x70, 0, OP_REF_FUNC, 3, OP_END);
	SAMPLE_BYTES(&c, 0x63, 0x6f, 1, OP_REF_NULL, 0x6f, OP_END);
	sample_section(out, SECTION_GLOBAL, &c);
}

static inline void sample_exports(const struct sample *s, struct buffer *out)
{
	static const struct {
		const char *name;
		uint8_t kind, index;
	} exports[] = {
		{"memory", EXTERNAL_MEMORY, 0},
		{"__indirect_function_table", EXTERNAL_TABLE, 0},
		{"__stack_pointer", EXTERNAL_GLOBAL, 0},
		{"_start", EXTERNAL_FUNCTION, 3},
		{"__lind_thread_start", EXTERNAL_FUNCTION, 4},
		{"__lind_attach_thread", EXTERNAL_FUNCTION, 5},
		{"__heap_base", EXTERNAL_GLOBAL, 1},
		{"__lind_attach_base_size", EXTERNAL_GLOBAL, 2},
		{"__tls_size", EXTERNAL_GLOBAL, 3},
		{"__tls_align", EXTERNAL_GLOBAL, 4},
		{"own tag", EXTERNAL_TAG, 0},
	};
	enum { COUNT = sizeof(exports) / sizeof(*exports) };
	struct buffer c = {0};
	put_byte(&c, COUNT);
	for (int i = 0; i < COUNT; i++) {
		sample_text(&c, s->export_names[i] ? s->export_names[i] : exports[i].name);
		SAMPLE_BYTES(&c, exports[i].kind, exports[i].index);
	}
	sample_section(out, SECTION_EXPORT, &c);
}

static inline void sample_elements(struct buffer *out)
{
	struct buffer c = {0};
	put_byte(&c, 8);
	SAMPLE_BYTES(&c, 0, OP_I32_CONST, 1, OP_END, 2, 3, 4);
	SAMPLE_BYTES(&c, 1, 0, 1, 5);
	SAMPLE_BYTES(&c, 2, 1, OP_I32_CONST, 0, OP_END, 0, 1, 6);
	SAMPLE_BYTES(&c, 3, 0, 1, 7);
	SAMPLE_BYTES(&c, 4, OP_I32_CONST, 0, OP_END, 1, OP_REF_FUNC, 3, OP_END);
	SAMPLE_BYTES(&c, 5, 0x70, 2, OP_REF_NULL, 0x70, OP_END, OP_REF_FUNC, 4, OP_END);
	SAMPLE_BYTES(&c, 6, 1, OP_I32_CONST, 0, OP_END, 0x70, 0);
	SAMPLE_BYTES(&c, 7, 0x63, 0x70, 1, OP_REF_FUNC, 5, OP_END);
	sample_section(out, SECTION_ELEMENT, &c);
}

static inline void sample_opcode(struct buffer *out, unsigned op)
{
	if (op < OP_PAGE_MISC) {
		put_byte(out, (uint8_t)op);
		return;
	}
	if (op >= OP_PAGE_CAST) {
		put_byte(out, 0xfb);
		put_u32(out, op - OP_PAGE_CAST);
		return;
	}
	bool misc = op < OP_PAGE_SIMD, simd = op < OP_PAGE_ATOMIC;
	put_byte(out, misc ? 0xfc : simd ? 0xfd : 0xfe);
	put_u32(out, op - (misc ? OP_PAGE_MISC : simd ? OP_PAGE_SIMD : OP_PAGE_ATOMIC));
}

/* Immediates that are in range, of more than one byte where there are such. */
static inline void sample_immediate(struct buffer *out, unsigned op)
{
	switch ((enum immediate)opcode_immediate[op]) {
	case IMM_BLOCK:
		if (op == OP_IF)
			SAMPLE_BYTES(out, 0x7f, OP_ELSE, OP_END);
		else
			SAMPLE_BYTES(out, op == OP_BLOCK ? 0x40 : 6, OP_END);
		return;
	case IMM_TRY:
		SAMPLE_BYTES(out, 0x63, 0x69, 4, 0, 0, 0, 1, 0, 1, 2, 0, 3, 1, OP_END);
		return;
	case IMM_LABELS:
		SAMPLE_BYTES(out, 3, 0, 1, 0, 1);
		return;
	case IMM_TYPES:
		SAMPLE_BYTES(out, 2, 0x7b, 0x64, 5);
		return;
	case IMM_HEAP_TYPE:
		put_byte(out, 0x70);
		return;
	case IMM_CAST:
		SAMPLE_BYTES(out, 1, 1, 0x70, 5);
		return;
	case IMM_INDIRECT:
		SAMPLE_BYTES(out, 5, 1);
		return;
	case IMM_TABLE_TABLE:
		SAMPLE_BYTES(out, 0, 1);
		return;
	case IMM_ELEMENT_TABLE:
		SAMPLE_BYTES(out, 7, 1);
		return;
	case IMM_DATA_MEMORY:
	case IMM_MEMORY_MEMORY:
		SAMPLE_BYTES(out, 0, 0);
		return;
	case IMM_MEMARG:
		SAMPLE_BYTES(out, 2, 0xff, 0xff, 0xff, 0xff, 0x0f);
		return;
	case IMM_MEMARG_LANE:
		SAMPLE_BYTES(out, 0, 0x80, 1, 3);
		return;
	case IMM_I32:
		SAMPLE_BYTES(out, 0x80, 0x80, 0x80, 0x80, 0x78);
		return;
	case IMM_I64:
		SAMPLE_BYTES(out, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f);
		return;
	case IMM_F32:
		put_fixed32(out, 0x7fa00001);
		return;
	case IMM_F64:
		put_fixed64(out, 0x7ff4000000000001);
		return;
	case IMM_BYTES16:
		SAMPLE_BYTES(out, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
		return;
	case IMM_LABEL:
	case IMM_FUNCTION:
	case IMM_TYPE:
	case IMM_LOCAL:
	case IMM_GLOBAL:
	case IMM_TABLE:
	case IMM_ELEMENT:
	case IMM_DATA:
	case IMM_LANE:
		put_byte(out, 1);
		return;
	case IMM_TAG:
	case IMM_MEMORY:
	case IMM_ZERO_BYTE:
		put_byte(out, 0);
		return;
	case IMM_INVALID:
	case IMM_NONE:
		return;
	}
}

/* Function 7: a call, a hinted branch, then each instruction. Returns the branch's offset in the body. */
static inline uint32_t sample_everything(const struct sample *s, struct buffer *out)
{
	SAMPLE_BYTES(out, 2, 5, 0x7f, 1, 0x63, 0x6f);
	SAMPLE_BYTES(out, OP_BLOCK, 0x40);
	if (s->padded)
		SAMPLE_BYTES(out, 0x10, 0x86, 0x80, 0x80, 0x80, 0);
	else
		SAMPLE_BYTES(out, 0x10, 6);
	SAMPLE_BYTES(out, OP_I32_CONST, 1);
	uint32_t hinted = (uint32_t)out->size;
	SAMPLE_BYTES(out, 0x0d, 1);
	for (unsigned op = 0; op < OP_COUNT; op++) {
		if (opcode_immediate[op] == IMM_INVALID || op == OP_ELSE || op == OP_END)
			continue;
		sample_opcode(out, op);
		sample_immediate(out, op);
	}
	SAMPLE_BYTES(out, OP_END, OP_END);
	return hinted;
}

static inline void sample_body(struct buffer *out, struct buffer *body)
{
	put_size(out, body->size);
	put_bytes(out, body->data, body->size);
	buffer_free(body);
}

static inline void sample_code(const struct sample *s, struct buffer *out)
{
	struct buffer c = {0}, body = {0}, hints = {0};
	put_byte(&c, SAMPLE_FUNCTIONS - 3);
	for (int i = 0; i < 3; i++)
		SAMPLE_BYTES(&c, 2, 0, OP_END);
	put_byte(&body, 0);
	sample_i32(&body, SAMPLE_ATTACH_ADDRESS - 4);
	SAMPLE_BYTES(&body, OP_I32_CONST, 0, OP_I32_CONST, 9, 0xfc, 8, 0, 0, OP_END);
	sample_body(&c, &body);
	uint32_t hinted = sample_everything(s, &body);
	sample_body(&c, &body);
	sample_text(&hints, "metadata.code.branch_hint");
	SAMPLE_BYTES(&hints, 1, SAMPLE_ALL, 1);
	put_u32(&hints, hinted);
	SAMPLE_BYTES(&hints, 1, 0);
	sample_section(out, SECTION_CUSTOM, &hints);
	sample_section(out, SECTION_CODE, &c);
}

static inline void sample_data(const struct sample *s, struct buffer *out)
{
	struct buffer c = {0};
	SAMPLE_BYTES(&c, 2, 1, 9, 'd', 'a', 't', 'a');
	put_fixed32(&c, SAMPLE_ATTACH_SIZE);
	put_byte(&c, '!');
	put_byte(&c, s->data_flags ? 0 : 1);
	if (s->data_flags)
		SAMPLE_BYTES(&c, OP_I32_CONST, 0, OP_END);
	put_byte(&c, 0);
	sample_section(out, SECTION_DATA, &c);
}

static inline void sample_custom(struct buffer *out, const char *name, const char *content, size_t size)
{
	struct buffer c = {0};
	sample_text(&c, name);
	put_bytes(&c, content, size);
	sample_section(out, SECTION_CUSTOM, &c);
}

/* Puts the module together; buffer_free frees it. */
static inline struct buffer sample_build(const struct sample *s)
{
	struct buffer out = {0}, c = {0};
	put_bytes(&out, "\0asm\1\0\0", 8);
	sample_custom(&out, "first", "content", 7);
	sample_types(&out);
	sample_imports(s, &out);
	SAMPLE_BYTES(&c, 5, s->start_type, 0, 4, 5, 5);
	sample_section(&out, SECTION_FUNCTION, &c);
	SAMPLE_BYTES(&c, 2, 0x70, 1, 2, 10, 0x40, 0, 0x63, 0x70, 0, 1, OP_REF_NULL, 0x70, OP_END);
	sample_section(&out, SECTION_TABLE, &c);
	SAMPLE_BYTES(&c, 1, s->memory_flags ? s->memory_flags : 3);
	put_u32(&c, s->memory_pages ? s->memory_pages : 3);
	put_u32(&c, 65536);
	sample_section(&out, SECTION_MEMORY, &c);
	SAMPLE_BYTES(&c, 1, 0, 0);
	sample_section(&out, SECTION_TAG, &c);
	sample_globals(s, &out);
	sample_exports(s, &out);
	SAMPLE_BYTES(&c, 6);
	sample_section(&out, SECTION_START, &c);
	sample_elements(&out);
	SAMPLE_BYTES(&c, 2);
	sample_section(&out, SECTION_DATA_COUNT, &c);
	sample_code(s, &out);
	sample_data(s, &out);
	sample_custom(&out, "name", "\1\6\1\3\3one", 8);
	if (s->custom)
		sample_custom(&out, s->custom, "x", 1);
	return out;
}

/* A copy of exactly these bytes, so that the sanitizer sees a read past them. */
static inline struct span sample_copy(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = memory_resize(NULL, size, 1);
	if (size)
		memcpy(copy, bytes, size);
	return (struct span){copy, size, 0};
}

static inline void sample_free(struct span copy)
{
	free((void *)(uintptr_t)copy.data);
}

#endif
