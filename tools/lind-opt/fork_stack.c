/*
 * The types of operands. Modules come from a linker and hold valid code; what does not fit is told all the
 * same, since what is made of it would be wrong in silence.
 */
#include "fork_stack.h"

#include <stdlib.h>
#include <string.h>

void stack_fail(struct stack *s, const char *text)
{
	if (!s->failed)
		fork_refuse(s->f, s->l->function, text);
	s->failed = true;
}

void stack_free(struct stack *s)
{
	free(s->types);
	free(s->unused);
}

void stack_push(struct stack *s, struct valtype type)
{
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		s->types = memory_resize(s->types, s->room, sizeof(*s->types));
	}
	s->types[s->count++] = type;
}

void stack_push_all(struct stack *s, const struct valtype *types, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		stack_push(s, types[i]);
}

struct valtype stack_pop(struct stack *s)
{
	if (s->count)
		return s->types[--s->count];
	stack_fail(s, "an operand is missing");
	return (struct valtype){0};
}

/* References have subtypes, which are the engine's to compare. */
void stack_pop_type(struct stack *s, struct valtype type)
{
	struct valtype found = stack_pop(s);
	if (found.code != type.code && (found.code >= TYPE_V128 || type.code >= TYPE_V128))
		stack_fail(s, "an operand is of another type than its instruction takes");
}

void stack_pop_all(struct stack *s, const struct valtype *types, uint32_t count)
{
	while (count)
		stack_pop_type(s, types[--count]);
}

static struct valtype type_of(char letter)
{
	static const uint8_t codes[128] = {
		['i'] = TYPE_I32, ['I'] = TYPE_I64,  ['f'] = TYPE_F32,
		['F'] = TYPE_F64, ['v'] = TYPE_V128, ['R'] = TYPE_FUNCREF,
	};
	return (struct valtype){codes[letter & 0x7f], 0};
}

void stack_apply(struct stack *s, const struct signature *signature)
{
	for (size_t i = strlen(signature->takes); i > 0; i--)
		stack_pop_type(s, type_of(signature->takes[i - 1]));
	for (const char *p = signature->leaves; *p; p++)
		stack_push(s, type_of(*p));
}

static uint32_t take_local(struct stack *s, struct valtype type)
{
	for (uint32_t i = s->unused_count; i > 0; i--) {
		uint32_t local = s->unused[i - 1];
		struct valtype found = s->l->locals[local];
		if (found.code != type.code || found.heap != type.heap)
			continue;
		s->unused[i - 1] = s->unused[--s->unused_count];
		return local;
	}
	return line_add_local(s->l, type);
}

static void give_locals(struct stack *s, struct moved moved)
{
	for (uint32_t i = 0; i < moved.count; i++) {
		if (s->unused_count == s->unused_room) {
			s->unused_room = s->unused_room ? s->unused_room * 2 : 64;
			s->unused = memory_resize(s->unused, s->unused_room, sizeof(*s->unused));
		}
		s->unused[s->unused_count++] = moved.locals[i];
	}
}

/* Moves the topmost operands to locals. */
static struct moved move_top(struct stack *s, uint32_t count)
{
	struct moved moved = {count, ARENA_NEW(&s->l->arena, uint32_t, count)};
	while (count) {
		uint32_t local = take_local(s, stack_pop(s));
		moved.locals[--count] = local;
		put_index(&s->l->tokens, OP_LOCAL_SET, local);
	}
	return moved;
}

static void move_back(struct stack *s, struct moved moved)
{
	for (uint32_t i = 0; i < moved.count; i++) {
		put_index(&s->l->tokens, OP_LOCAL_GET, moved.locals[i]);
		stack_push(s, s->l->locals[moved.locals[i]]);
	}
}

struct moved stack_move(struct stack *s, uint32_t kept)
{
	if (s->failed || s->count < kept) {
		stack_fail(s, "an operand is missing");
		return (struct moved){0};
	}
	if (s->count == kept)
		return (struct moved){0};
	uint32_t below = s->count - kept;
	struct moved top = move_top(s, kept);
	struct moved moved = move_top(s, below);
	move_back(s, top);
	give_locals(s, top);
	return moved;
}

void stack_restore(struct stack *s, struct moved moved, uint32_t kept)
{
	if (!moved.count || s->failed)
		return;
	struct moved top = move_top(s, kept);
	move_back(s, moved);
	move_back(s, top);
	give_locals(s, top);
	give_locals(s, moved);
}
