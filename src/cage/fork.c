/* fork: the child that is asked for, and the child that runs. See fork.h. */
#include "cage/fork.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "base/futex.h"
#include "base/limits.h"
#include "cage/checkpoint.h"
#include "cage/thread.h"
#include "cage/tree.h"

int64_t fork_request(struct thread *parent, const struct cage_clone *request)
{
	struct cage *child;
	int error;

	if ((request->flags & CLONE_VM) && !(request->flags & CLONE_VFORK))
		return -EINVAL;
	if (!parent->fork.possible)
		return -ENOSYS;
	/* One call makes one child. */
	if (parent->fork.child)
		return -EAGAIN;
	child = cage_new(parent->cage, &error);
	if (!child)
		return error;
	child->exit_signal = (int)(request->flags & CSIGNAL);
	parent->fork.child = cage_ref(child);
	parent->fork.request = *request;
	return child->id;
}

/* The child will not run. */
static void drop(struct thread *parent)
{
	struct cage *child = parent->fork.child;

	parent->fork.child = NULL;
	cage_abandon(child);
	cage_unref(child);
	/* Another thread may be waiting for it. */
	atomic_fetch_add_explicit(&parent->cage->child_events, 1, memory_order_release);
	futex_wake(&parent->cage->child_events, FUTEX_ALL);
}

/* What a fork gives of the thread that forks to the child's only one. */
static void inherit(struct thread *thread, const struct thread *parent, const char *part)
{
	thread->resumes = true;
	thread->resumed_part = part;
	thread->start_frames = engine_frames_get(parent->instance);
	thread->signals.blocked = parent->signals.blocked;
	thread->signals.stack_base = parent->signals.stack_base;
	thread->signals.stack_size = parent->signals.stack_size;
	thread->signals.stack_flags = parent->signals.stack_flags;
	checkpoint_inherit(thread, parent);
}

/* True if nobody but the calling thread, the cage's own, can use its memory without counting it afresh. */
static bool is_alone(const struct cage *cage)
{
	bool alone;

	pthread_mutex_lock(&cage_tree_lock);
	alone = cage->thread_count == 1 && !cage->visits;
	pthread_mutex_unlock(&cage_tree_lock);
	return alone;
}

/* Makes the child's memory, instance and thread from what the parent's are now. */
static int equip(struct thread *parent, const char *part, struct thread **out)
{
	struct cage *child = parent->fork.child;
	bool shares = parent->fork.request.flags & CLONE_VM;
	struct memory *memory = shares ? memory_ref(parent->cage->memory)
				       : memory_fork(parent->cage->memory, is_alone(parent->cage));
	struct thread *thread;
	int result;

	if (!memory)
		return -ENOMEM;
	pthread_mutex_lock(&cage_tree_lock);
	child->memory = memory;
	child->shares_forker = shares;
	pthread_mutex_unlock(&cage_tree_lock);
	thread = thread_new(child, 0);
	if (!thread)
		return -ENOMEM;
	result = engine_instance_create(child->module, memory->guest.base, thread, &thread->instance);
	if (result == 0)
		result = engine_copy_state(thread->instance, parent->instance);
	if (result < 0) {
		thread_free(thread);
		return result == -ENOMEM ? result : -EAGAIN;
	}
	inherit(thread, parent, part);
	thread_tell_ids(&parent->fork.request, parent->cage, child, child->id);
	if (parent->fork.request.flags & CLONE_CHILD_CLEARTID)
		thread->clear_child_tid = parent->fork.request.child_tid;
	*out = thread;
	return 0;
}

static int start_child(struct thread *parent, const char *part)
{
	struct thread *thread;
	int error = equip(parent, part, &thread);

	if (error < 0)
		return error;
	thread_enter_first(thread);
	error = thread_launch(thread);
	if (error < 0)
		thread_free(thread);
	return error;
}

/* Carries out the fork for which `parent` was suspended. Returns what it resumes with. */
static int64_t carry_out(struct thread *parent, const char *part)
{
	int error = start_child(parent, part);

	if (error < 0) {
		drop(parent);
		return error;
	}
	if (parent->fork.request.flags & CLONE_VFORK)
		thread_wait_for_release(parent, parent->fork.child);
	cage_unref(parent->fork.child);
	parent->fork.child = NULL;
	return parent->fork.result;
}

/* The same for a child that shares the parent's memory: it goes on over the parent's stack, in whose free
 * part the parent's frames are saved. */
static int64_t carry_out_shared(struct thread *parent, const char *part, const struct engine_frames *frames)
{
	const struct guest_memory *memory = &parent->cage->memory->guest;
	const size_t size = frames->end - frames->start;
	void *kept = frames->start < frames->end && size <= LIMIT_FRAMES ? malloc(size) : NULL;
	int64_t answer;

	if (!kept || guest_read(memory, kept, frames->start, size) < 0) {
		free(kept);
		drop(parent);
		return -ENOMEM;
	}
	answer = carry_out(parent, part);
	/* Where the child has taken the stack away, to resume is a fault. */
	guest_write(memory, frames->start, kept, size);
	free(kept);
	return answer;
}

struct engine_result fork_finish_entry(struct thread *thread, struct engine_result result, const char *part,
				       int64_t *value)
{
	struct engine_frames frames;
	int64_t answer;

	while (!thread_must_leave(thread)) {
		/* What ended otherwise than by its fork forks no more. */
		if (result.outcome != ENGINE_SUSPENDED && thread->fork.child)
			drop(thread);
		if (result.outcome == ENGINE_SUSPENDED) {
			frames = engine_frames_get(thread->instance);
			answer = 0;
			if (thread->fork.child && (thread->fork.request.flags & CLONE_VM))
				answer = carry_out_shared(thread, part, &frames);
			else if (thread->fork.child)
				answer = carry_out(thread, part);
			else
				checkpoint_keep(thread, &frames);
		} else if (result.outcome != ENGINE_UNWOUND || !checkpoint_land(thread, &frames, &answer)) {
			break;
		}
		result = engine_resume(thread->instance, &frames, answer, value);
	}
	if (result.outcome == ENGINE_SUSPENDED)
		result = (struct engine_result){.outcome = ENGINE_UNWOUND};
	checkpoint_drop(thread);
	if (thread->fork.child)
		drop(thread);
	return result;
}
