/*
 * A WebAssembly module in memory: what reader, passes and writer share.
 *
 * Everything in it lives in the module's arena or is a span of the input file, which must outlive it. Items
 * stand in index order, imported ones first, as instructions number them. Function bodies stay raw bytes
 * until a pass asks for one with `function_decode` (code.h); one that a pass changed is marked `edited`, and
 * the writer puts it together again. Passes that need the call graph or a typed stack build them from these
 * arrays.
 */
#ifndef LIND_OPT_MODULE_H
#define LIND_OPT_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "bytes.h"

enum section_id {
	SECTION_CUSTOM = 0,
	SECTION_TYPE = 1,
	SECTION_IMPORT = 2,
	SECTION_FUNCTION = 3,
	SECTION_TABLE = 4,
	SECTION_MEMORY = 5,
	SECTION_GLOBAL = 6,
	SECTION_EXPORT = 7,
	SECTION_START = 8,
	SECTION_ELEMENT = 9,
	SECTION_CODE = 10,
	SECTION_DATA = 11,
	SECTION_DATA_COUNT = 12,
	SECTION_TAG = 13,
	SECTION_ID_COUNT = 14
};

/* The order in which sections stand in a file. */
#define SECTION_ORDER_COUNT 13
extern const uint8_t section_order[SECTION_ORDER_COUNT];

/* What imports and exports may be, numbered as in the file. */
enum external {
	EXTERNAL_FUNCTION = 0,
	EXTERNAL_TABLE = 1,
	EXTERNAL_MEMORY = 2,
	EXTERNAL_GLOBAL = 3,
	EXTERNAL_TAG = 4,
	EXTERNAL_COUNT = 5
};

enum type_code {
	TYPE_INDEX = 0, /* block types only: `heap` is the index of a function type */
	TYPE_I32 = 0x7f,
	TYPE_I64 = 0x7e,
	TYPE_F32 = 0x7d,
	TYPE_F64 = 0x7c,
	TYPE_V128 = 0x7b,
	TYPE_FUNCREF = 0x70,
	TYPE_EXTERNREF = 0x6f,
	TYPE_EXNREF = 0x69,
	TYPE_REF = 0x64,      /* to `heap`, not null */
	TYPE_REF_NULL = 0x63, /* to `heap` */
	TYPE_EMPTY = 0x40,    /* block types only */
};

/* A value's type, a heap type (`heap` alone), or the type of a block. */
struct valtype {
	uint8_t code;
	int32_t heap; /* a type's index, or the negative number of an abstract heap type */
};

struct functype {
	uint32_t parameter_count, result_count;
	struct valtype *parameters, *results;
};

struct limits {
	bool shared, has_maximum;
	uint32_t minimum, maximum;
};

struct memarg {
	uint32_t offset;
	uint8_t align; /* exponent */
	uint8_t lane;
};

struct labels {
	uint32_t count; /* without the default, which stands last */
	uint32_t labels[];
};

struct types {
	uint32_t count;
	struct valtype types[];
};

struct catch
{
	uint8_t kind; /* catch, catch_ref, catch_all, catch_all_ref */
	uint32_t tag; /* of the first two kinds */
	uint32_t label;
};

struct try_table {
	struct valtype type;
	uint32_t count;
	struct catch catches[];
};

/* Of br_on_cast and br_on_cast_fail: branches with a reference, or doesn't, if it is of another type. */
struct cast {
	uint8_t flags; /* CAST_ */
	uint32_t label;
	int32_t from, to; /* heap types */
};
#define CAST_FROM_NULL 1 /* null is among the values of the type before, after */
#define CAST_TO_NULL   2

enum hint { HINT_NONE, HINT_UNLIKELY, HINT_LIKELY };

struct instr {
	uint16_t op;     /* opcode.h */
	uint8_t hint;    /* enum hint, of br_if and if */
	uint32_t offset; /* in the body it was read from */
	union {
		uint32_t index; /* label, local, function, lane ... */
		uint32_t pair[2];
		int32_t i32;
		int64_t i64;
		uint32_t f32;
		uint64_t f64;
		struct memarg memarg;
		struct valtype type;
		struct labels *labels;
		struct types *types;
		struct try_table *try_table;
		const struct cast *cast;
		const uint8_t *bytes16;
	};
};

/* Instructions, the closing `end` among them. */
struct code {
	uint32_t count;
	struct instr *instrs;
};

struct local_run {
	uint32_t count;
	struct valtype type;
};

struct body {
	uint32_t run_count;
	struct local_run *runs;
	struct code code;
};

struct branch_hint {
	uint32_t offset; /* of the instruction in the raw body */
	uint8_t hint;
};

struct function {
	uint32_t type;
	bool imported;
	bool edited; /* `body` holds the truth, not `raw` */
	bool casts;  /* made for casts of function pointers, its own calls through such are left alone */
	struct span raw;
	struct body *body; /* NULL until decoded */
	uint32_t hint_count;
	struct branch_hint *hints;
};

struct table {
	struct valtype type;
	struct limits limits;
	bool imported, has_init;
	struct code init;
};

struct memory {
	struct limits limits;
	bool imported;
};

struct global {
	struct valtype type;
	bool is_mutable, imported;
	struct code init;
};

struct tag {
	uint32_t type;
	bool imported;
};

struct import {
	struct span module, name;
	uint8_t kind;   /* enum external */
	uint32_t index; /* in the index space of its kind */
};

struct export
{
	struct span name;
	uint8_t kind;
	uint32_t index;
};

struct element {
	uint32_t flags; /* as in the file: bit 0 not active, bit 1 table given or declared, bit 2 expressions
			 */
	uint32_t table;
	struct code offset;
	struct valtype type; /* where the form in the file has one */
	uint32_t count;
	uint32_t *functions;      /* without bit 2 */
	struct code *expressions; /* with bit 2 */
};

struct data {
	uint32_t flags; /* 0 active, 1 passive, 2 active with a memory's index */
	struct code offset;
	struct span bytes;
};

struct custom {
	struct span name, content;
	uint8_t after;        /* the section that it follows; 0 at the file's beginning */
	bool is_branch_hints; /* content is kept in the functions */
};

struct module {
	struct arena arena;
	struct fault fault;
	struct span file;
	bool present[SECTION_ID_COUNT]; /* sections that the input has */

	uint32_t type_count, import_count, function_count, table_count, memory_count, global_count;
	uint32_t export_count, element_count, data_count, tag_count, custom_count;
	struct functype *types;
	struct import *imports;
	struct function *functions;
	struct table *tables;
	struct memory *memories;
	struct global *globals;
	struct export *exports;
	struct element *elements;
	struct data *data;
	struct tag *tags;
	struct custom *customs;

	uint32_t imported_function_count;
	struct {
		uint32_t types, functions, tables, globals, exports, elements;
	} room; /* of the arrays, where they have grown (edit.c) */
	bool has_start;
	uint32_t start;
	struct span *function_names; /* empty where unknown */
	bool names_changed;          /* so the section "name" is written anew */
	bool functions_moved;        /* functions have other numbers than in the file */
	bool suspends;               /* frames can be suspended and resumed (fork.c) */
	bool debug_dropped;          /* there was debug information */

	/*
	 * What the fork transformer made. Clones by their ids, of which the first is no function's: they
	 * use the module's types, globals, tables and functions, but stand in a section of their own
	 * (clones.c), and get into the table `clone_table` when they are needed.
	 */
	uint32_t clone_count, clone_table;
	struct function *clones;
	uint32_t function_count_read, suspended_count;
	struct suspended {
		uint32_t function, id, site_count;
	} *suspended; /* for --report */

	/*
	 * Casts of function pointers (casts.c): for each of the first `cast_type_count` types the function
	 * that a call through a pointer reaches, with the same operands, where the function pointed to has
	 * another type; 0 where there is none. Who follows calls counts it among the targets of
	 * call_indirect.
	 */
	uint32_t cast_type_count;
	uint32_t *cast_functions;
	uint32_t cast_calls;         /* calls that lead there */
	uint32_t cast_stubs;         /* direct calls of another type that were led right */
	uint32_t cast_missing_count; /* direct calls whose function was not found: their names */
	struct span *cast_missing;
};

/*
 * Reads `file`, which must outlive the module. False leaves the reason in `m->fault`; in both cases the
 * caller frees with `module_free`.
 */
bool module_read(struct module *m, struct span file);
void module_free(struct module *m);

/* Appends the module's bytes to `out`. */
void module_write(const struct module *m, struct buffer *out);

/* Appends one of its sections, but for custom ones and that of code. */
void module_write_section(const struct module *m, enum section_id id, struct buffer *out);

/* Finds by name; NULL where there is none. */
const struct export *module_export(const struct module *m, const char *name);
struct custom *module_custom(const struct module *m, const char *name);

/* True if there is debug information, which tells where code stands in the file. */
bool module_has_debug(const struct module *m);
void module_drop_debug(struct module *m);

/* Appends a custom section behind all others; `content` must live as long as the module. */
void module_add_custom(struct module *m, const char *name, struct span content);

/* Removes the custom sections of a name. */
void module_drop_custom(struct module *m, const char *name);

/* Returns the index of this function type, which is added, as a copy, where the module lacks it. */
uint32_t module_add_type(struct module *m, struct functype type);

/*
 * Adds a function with a decoded body; returns its index. The arrays of functions and names may move. `name`
 * must live as long as the module.
 */
uint32_t module_add_function(struct module *m, uint32_t type, struct body *body, struct span name);

/* Adds a table without contents; returns its index. */
uint32_t module_add_table(struct module *m, struct valtype type, uint32_t minimum);

/* Adds a mutable global of a number type that begins as zero; returns its index. */
uint32_t module_add_variable(struct module *m, uint8_t type_code);

/* Adds an export; `name` must live as long as the module. */
void module_add_export(struct module *m, struct span name, enum external kind, uint32_t index);

/* Adds a segment that fills a table of functions from its beginning; takes over `functions`. */
void module_add_element(struct module *m, uint32_t table, uint32_t *functions, uint32_t count);

/* Makes sure that there is a section for branch hints. */
void module_add_hints(struct module *m);

/* Returns a text in the module's arena, made as by printf. */
struct span module_text(struct module *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True if the function type has exactly these values, each a letter: i i32, I i64, f f32, F f64. */
bool functype_is(const struct functype *t, const char *parameters, const char *results);

#endif
