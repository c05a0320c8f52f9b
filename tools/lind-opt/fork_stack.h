/*
 * The types of operands while a function is taken apart, and the locals that operands move to.
 */
#ifndef LIND_OPT_FORK_STACK_H
#define LIND_OPT_FORK_STACK_H

#include "fork.h"

/* Operands that were moved from the stack to locals, the lowest first. */
struct moved {
	uint32_t count;
	uint32_t *locals;
};

struct stack {
	struct line *l;
	const struct fork *f;
	struct valtype *types;
	uint32_t count, room;
	uint32_t *unused; /* locals that operands moved to and came back from */
	uint32_t unused_count, unused_room;
	bool failed; /* the problem has been told */
};

void stack_free(struct stack *s);

/* What an instruction does to the operands. Failing is told once, and sticks. */
void stack_push(struct stack *s, struct valtype type);
void stack_push_all(struct stack *s, const struct valtype *types, uint32_t count);
struct valtype stack_pop(struct stack *s);
void stack_pop_type(struct stack *s, struct valtype type);
void stack_pop_all(struct stack *s, const struct valtype *types, uint32_t count);
void stack_apply(struct stack *s, const struct signature *signature);

/* Appends the moving of all operands but the topmost `kept` to locals; below these is nothing then. */
struct moved stack_move(struct stack *s, uint32_t kept);

/* Appends the moving back, below the topmost `kept` operands, which are all that is there. */
void stack_restore(struct stack *s, struct moved moved, uint32_t kept);

void stack_fail(struct stack *s, const char *text);

#endif
