/*
 * The function itself, which now looks after each site whether it is to save its frame:
 *
 *	block $exit
 *	 block $shared (result i32)
 *	  block $handler1
 *	   block $handler0
 *	    ... call $f; global.get $unwinding; br_if $handler0 ...
 *	    return
 *	   end
 *	   (id, site 0) br $shared
 *	  end
 *	  (id, site 1) br $shared
 *	 end
 *	 (locals live behind both sites) call $save; br $exit
 *	 ...
 *	end
 *	zeros
 *
 * A site that shares its live locals with no other saves them in its handler.
 * The test is hinted to fail, so that handlers are laid out apart from the code around it.
 */
#include "fork.h"

void frame_begin(struct line *l, struct frame *frame, struct tokens *out)
{
	const struct valtype empty = {TYPE_EMPTY, 0};
	frame->exit = line_add_label(l);
	frame->handlers = ARENA_NEW(&l->arena, uint32_t, l->site_count);
	frame->shared = l->label_count;
	l->label_count += l->group_count;
	put_block(out, OP_BLOCK, frame->exit, empty);
	for (uint32_t i = l->group_count; i > 0; i--)
		if (l->groups[i - 1].count > 1)
			put_block(out, OP_BLOCK, frame->shared + i - 1, (struct valtype){TYPE_I32, 0});
	for (uint32_t i = l->site_count; i > 0; i--) {
		frame->handlers[i - 1] = line_add_label(l);
		put_block(out, OP_BLOCK, frame->handlers[i - 1], empty);
	}
}

void frame_check(const struct fork *f, const struct frame *frame, uint32_t site, struct tokens *out)
{
	put_index(out, OP_GLOBAL_GET, f->unwinding);
	put_token(out, (struct token){{.op = OP_BR_IF, .hint = HINT_UNLIKELY, .index = frame->handlers[site]},
				      0,
				      FORK_NONE});
}

void frame_end(struct fork *f, const struct line *l, const struct frame *frame, struct tokens *out)
{
	put_op(out, OP_RETURN);
	for (uint32_t i = 0; i < l->site_count; i++) {
		uint32_t group = l->sites[i].group;
		put_end(out, frame->handlers[i]);
		put_i32(out, l->id << 16 | i);
		if (l->groups[group].count > 1) {
			put_index(out, OP_BR, frame->shared + group);
		} else {
			fork_save(f, l, i, out);
			put_index(out, OP_BR, frame->exit);
		}
	}
	for (uint32_t i = 0; i < l->group_count; i++) {
		if (l->groups[i].count == 1)
			continue;
		put_end(out, frame->shared + i);
		fork_save(f, l, l->groups[i].site, out);
		put_index(out, OP_BR, frame->exit);
	}
	put_end(out, frame->exit);
	for (uint32_t i = 0; i < l->type.result_count; i++)
		put_zero(out, l->type.results[i]);
	put_end(out, 0);
}

struct body *fork_hot(struct fork *f, struct line *l)
{
	struct tokens out = {0};
	struct frame frame;
	frame_begin(l, &frame, &out);
	for (uint32_t i = 0; i + 1 < l->tokens.count; i++) {
		const struct token *t = &l->tokens.list[i];
		put_token(&out, *t);
		if (t->site != FORK_NONE)
			frame_check(f, &frame, t->site, &out);
	}
	frame_end(f, l, &frame, &out);
	return tokens_body(f->m, &out, l->label_count, l->locals + l->type.parameter_count,
			   l->local_count - l->type.parameter_count);
}
