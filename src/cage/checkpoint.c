#include "cage/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Newest first. */
struct checkpoint {
	struct checkpoint *next;
	uint32_t env;   /* the guest's jmp_buf */
	unsigned entry; /* how many entries of the thread lay below it */
	struct engine_frames frames;
	uint32_t size;
	uint8_t records[];
};

/* What longjmp throws points to this, which lies in the jmp_buf (glibc's bits/setjmp.h). */
struct guest_thrown {
	uint32_t env;
	int32_t value;
};
#define THROWN_IN_ENV 8

enum engine_action checkpoint_call(void *context, struct engine_value values[1])
{
	struct thread *thread = context;

	thread->jumps.env = (uint32_t)values[0].i64;
	values[0].i64 = 0;
	return engine_module_layout(thread->cage->module)->suspends ? ENGINE_SUSPEND : ENGINE_CONTINUE;
}

void checkpoint_enter(struct thread *thread)
{
	thread->jumps.entry++;
}

void checkpoint_leave(struct thread *thread)
{
	thread->jumps.entry--;
}

static void remove_at(struct thread *thread, struct checkpoint **link)
{
	struct checkpoint *gone = *link;

	*link = gone->next;
	thread->jumps.count--;
	thread->jumps.bytes -= gone->size;
	if (thread->jumps.target == gone)
		thread->jumps.target = NULL;
	free(gone);
}

static bool same_stack(const struct thread *thread, uint32_t a, uint32_t b)
{
	return signal_on_stack_at(thread, a) == signal_on_stack_at(thread, b);
}

/* What a new checkpoint of the same entry replaces: the same env, and frames that have returned since, which
 * lay deeper in the stack. */
static void prune(struct thread *thread, uint32_t env, uint32_t stack)
{
	struct checkpoint **link = &thread->jumps.newest;

	while (*link) {
		const struct checkpoint *old = *link;

		if (old->env == env ||
		    (old->entry == thread->jumps.entry && old->frames.stack_pointer < stack &&
		     same_stack(thread, old->frames.stack_pointer, stack)))
			remove_at(thread, link);
		else
			link = &(*link)->next;
	}
}

/* Makes room by what is oldest but for the very first, which a program's main loop may have set. */
static void make_room(struct thread *thread, uint32_t size)
{
	while (thread->jumps.count > 1 && (thread->jumps.count >= LIMIT_CHECKPOINTS ||
					   thread->jumps.bytes + size > LIMIT_CHECKPOINT_BYTES)) {
		struct checkpoint **link = &thread->jumps.newest;

		while ((*link)->next && (*link)->next->next)
			link = &(*link)->next;
		remove_at(thread, link);
	}
}

static void add(struct thread *thread, struct checkpoint *fresh)
{
	fresh->next = thread->jumps.newest;
	thread->jumps.newest = fresh;
	thread->jumps.count++;
	thread->jumps.bytes += fresh->size;
}

void checkpoint_keep(struct thread *thread, const struct engine_frames *frames)
{
	const uint32_t size = frames->end - frames->start;
	struct checkpoint *fresh;

	prune(thread, thread->jumps.env, frames->stack_pointer);
	/* Exceptions in frames are not part of the records: they are gone when the frames go on. */
	if (frames->end < frames->start || size > LIMIT_CHECKPOINT_BYTES ||
	    engine_frames_hold_exceptions(thread->instance))
		return;
	make_room(thread, size);
	fresh = malloc(sizeof *fresh + size);
	if (!fresh)
		return;
	*fresh = (struct checkpoint){
		.env = thread->jumps.env, .entry = thread->jumps.entry, .frames = *frames, .size = size};
	if (guest_read(&thread->cage->memory->guest, fresh->records, frames->start, size) < 0)
		free(fresh);
	else
		add(thread, fresh);
}

bool checkpoint_jump(struct thread *thread, uint32_t thrown)
{
	struct guest_thrown what;

	if (guest_read(&thread->cage->memory->guest, &what, thrown, sizeof what) < 0 ||
	    what.env + THROWN_IN_ENV != thrown)
		return false;
	for (struct checkpoint *each = thread->jumps.newest; each; each = each->next)
		if (each->env == what.env && each->entry <= thread->jumps.entry) {
			thread->jumps.target = each;
			thread->jumps.value = what.value;
			return true;
		}
	return false;
}

bool checkpoint_land(struct thread *thread, struct engine_frames *frames, int64_t *value)
{
	const struct checkpoint *target = thread->jumps.target;

	if (!target || target->entry != thread->jumps.entry)
		return false;
	thread->jumps.target = NULL;
	*frames = target->frames;
	*value = thread->jumps.value;
	/* The stack below belongs to frames that are gone. */
	return guest_write(&thread->cage->memory->guest, frames->start, target->records, target->size) == 0;
}

void checkpoint_drop(struct thread *thread)
{
	struct checkpoint **link = &thread->jumps.newest;

	while (*link)
		if ((*link)->entry >= thread->jumps.entry)
			remove_at(thread, link);
		else
			link = &(*link)->next;
}

void checkpoint_drop_all(struct thread *thread)
{
	while (thread->jumps.newest)
		remove_at(thread, &thread->jumps.newest);
}

void checkpoint_inherit(struct thread *child, const struct thread *parent)
{
	struct checkpoint *last = NULL, *copy;

	for (const struct checkpoint *each = parent->jumps.newest; each; each = each->next) {
		if (each->entry != parent->jumps.entry)
			continue;
		copy = malloc(sizeof *copy + each->size);
		if (!copy)
			return;
		memcpy(copy, each, sizeof *copy + each->size);
		copy->entry = 0;
		copy->next = NULL;
		if (last)
			last->next = copy;
		else
			child->jumps.newest = copy;
		last = copy;
		child->jumps.count++;
		child->jumps.bytes += copy->size;
	}
}
