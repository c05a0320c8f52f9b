/*
 * The fork transformer: makes functions that may be on the stack while `lind.fork` or `lind.checkpoint` runs
 * able to save their frames and to go on from them later. What the runtime sees of it is in docs/abi.md,
 * "Suspending and resuming frames".
 *
 * The functions that may be suspended, the set R, come from the call graph (fork_graph.c). Each is taken
 * apart into tokens (fork_line.c): instructions whose labels are names instead of depths, so that blocks can
 * be put around them. A call in it that may be suspended is a *site*. Behind each site the hot function tests
 * `__lind_unwinding`; at the end of its body stands a handler for each site, which saves the locals that are
 * live there (fork_live.c) with a function shared by all sites with the same types (fork_save.c), and returns
 * zeros (fork_hot.c). Beside it a clone without parameters is made (fork_clone.c): it reads the record, loads
 * the locals, jumps to the site, calls the clone of what was called there, and from there on runs as the
 * function itself would. Few functions are ever on the stack at a suspension. So clones are no part of the
 * program's code: they are put into a section (clones.c), and compiled when there is a frame to resume.
 */
#ifndef LIND_OPT_FORK_H
#define LIND_OPT_FORK_H

#include "opcode.h"
#include "pass.h"

#define FORK_NONE UINT32_MAX

/* An instruction of a function that is being transformed. */
struct token {
	struct instr in; /* what is a label in it is a name */
	uint32_t label;  /* the name that a block has, also at its else and its end */
	uint32_t site;   /* of a call that may be suspended; else FORK_NONE */
};

struct tokens {
	struct token *list;
	uint32_t count, room;
};

/* A call that may be suspended. */
struct site {
	struct instr call; /* call, call_indirect, call_ref */
	uint32_t type;     /* of what is called */
	uint32_t live_count;
	uint32_t *live; /* the locals that are live behind it, in the order in which they are saved */
	uint32_t group;
};

/* Sites with the same locals live. */
struct group {
	struct group *next; /* while groups are made: with the same hash */
	uint32_t site;      /* the first */
	uint32_t count;
};

/* A function of R, taken apart. All of it lives in its own arena. */
struct line {
	struct arena arena;
	uint32_t function, id;
	struct functype type;
	uint32_t local_count, local_room;
	struct valtype *locals; /* parameters, locals, then what the transformer added */
	struct tokens tokens;   /* the last is the function's end */
	uint32_t label_count;   /* names given; 0 is the function itself */
	uint32_t site_count, site_room;
	struct site *sites;
	uint32_t group_count;
	struct group *groups;
};

/* A function that saves a record: how many values of each type it takes, in this order. */
enum { SAVE_TYPES = 5 }; /* i32, f32, i64, f64, v128 */
struct saver {
	uint32_t counts[SAVE_TYPES];
	uint32_t function;
};

/* The transformation of a module. */
struct fork {
	struct module *m;
	struct problems *p;
	uint32_t function_count; /* as the input has them */
	uint32_t *ids;           /* of each function of the input: 0 the imports, FORK_NONE not in R */
	uint32_t count;          /* ids given, 0 among them */
	uint32_t *members;       /* the function of each id but 0 */
	uint32_t type_count;
	bool *type_suspends; /* whether an indirect call of this type is a site */
	uint32_t unwinding, frames, result;
	uint32_t clones; /* the table: the clone of id n in slot n */
	/* Where a reference to an exception is live at a site: its table, its global, a function that puts
	 * one there and returns its index. FORK_NONE until needed. */
	uint32_t exceptions, exception_count, save_exception;
	uint32_t saver_count, saver_room;
	struct saver *savers;
};

/* Says what keeps a function from being transformed. */
void fork_refuse(const struct fork *f, uint32_t function, const char *text);

/* True for the imports that suspend. */
bool fork_is_root(const struct import *import);

/* True for modules that have one of them. */
bool fork_is_wanted(const struct module *m);

/* Finds R. Fills in `ids`, `members`, `type_suspends`. False, with a problem told, where that can't be. */
bool fork_graph(struct fork *f);

/* True if a call of a function, or an indirect one of a type, is a site. */
static inline bool fork_calls(const struct fork *f, uint32_t function)
{
	return function < f->function_count && f->ids[function] != FORK_NONE;
}
static inline bool fork_calls_type(const struct fork *f, uint32_t type)
{
	return type < f->type_count && f->type_suspends[type];
}

/* Takes a function apart. False, with a problem told, where it can't be; `line_free` in any case. */
bool line_read(struct fork *f, struct line *l, uint32_t function);
void line_free(struct line *l);
uint32_t line_add_local(struct line *l, struct valtype type);
static inline uint32_t line_add_label(struct line *l)
{
	return l->label_count++;
}

/* Finds the locals that are live at each site. */
void line_live(struct line *l);

/*
 * Tells for each token whether code that was resumed at any site may come to it other than by being resumed
 * in it. The result lives in the line's arena.
 */
bool *line_reached(struct line *l);

/* Puts the locals that are live at the sites in order, and groups the sites. False, with a problem told,
 * where one can't be saved.
 */
bool fork_records(struct fork *f, struct line *l);

/* Appends what saves a site's locals; the first word of the record is on the stack. */
void fork_save(struct fork *f, const struct line *l, uint32_t site, struct tokens *out);

/* Appends what loads a site's locals; `address`, a local, points at the record, and `frames` past it then. */
void fork_load(struct fork *f, const struct line *l, uint32_t site, uint32_t address, struct tokens *out);

/* Makes the function that saves, counts and returns exceptions, if there is none yet, with what it needs. */
void fork_need_exceptions(struct fork *f);

/*
 * What hot functions and clones have in common: blocks around the body, for handlers (`handlers`, a label for
 * each site) and the common exit; the check behind a site; the handlers at the end.
 */
struct frame {
	uint32_t exit;
	uint32_t shared; /* a label for each group with several sites */
	uint32_t *handlers;
};
void frame_begin(struct line *l, struct frame *frame, struct tokens *out);
void frame_check(const struct fork *f, const struct frame *frame, uint32_t site, struct tokens *out);
void frame_end(struct fork *f, const struct line *l, const struct frame *frame, struct tokens *out);

/* Make the two versions of a function. */
struct body *fork_hot(struct fork *f, struct line *l);
struct body *fork_clone(struct fork *f, struct line *l);

/* The clone of the imports, whose record is 4 bytes. */
struct body *fork_import_clone(struct fork *f);

/* Tokens, put together. */
void put_token(struct tokens *t, struct token token);
void put_op(struct tokens *t, uint16_t op);
void put_index(struct tokens *t, uint16_t op, uint32_t index); /* labels, locals, globals, functions */
void put_i32(struct tokens *t, uint32_t value);
void put_memory(struct tokens *t, uint16_t op, uint32_t offset);
void put_block(struct tokens *t, uint16_t op, uint32_t label, struct valtype type);
void put_end(struct tokens *t, uint32_t label);
void put_branches(struct tokens *t, struct arena *arena, const uint32_t *labels, uint32_t count,
		  uint32_t otherwise);
void put_zero(struct tokens *t, struct valtype type);

/* Makes a body with these locals, parameters not among them, of tokens, which are freed. */
struct body *tokens_body(struct module *m, struct tokens *t, uint32_t label_count,
			 const struct valtype *locals, uint32_t local_count);
void tokens_free(struct tokens *t);

/* The type of a block without parameters that leaves the results of a function. */
struct valtype fork_block_type(struct module *m, const struct functype *type);

static inline bool opens_block(uint16_t op)
{
	return op == OP_BLOCK || op == OP_LOOP || op == OP_IF || op == OP_TRY_TABLE;
}

#endif
