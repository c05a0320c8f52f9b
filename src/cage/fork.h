/* Inside the cage room: fork, in two steps. A call of clone(2) makes the child, which has an id and parts of
 * its own, but neither memory nor thread: a grate that forwards the call knows the child before it runs. When
 * the call has returned to the thread that made it by lind.fork, its frames are suspended (docs/abi.md), the
 * child gets a copy of its memory, and both resume. */
#ifndef LIND_CAGE_FORK_H
#define LIND_CAGE_FORK_H

#include "cage/cage.h"

/* clone(2) without a stack, by `parent` or for it. With CLONE_VM and CLONE_VFORK, which go together, the
 * child has the parent's memory until it executes or ends, and its parent sleeps for so long. Returns the
 * child's id, or -errno: -ENOSYS where the frames of `parent` can't be suspended, since it called something
 * else or its program was linked without. */
int64_t fork_request(struct thread *parent, const struct cage_clone *request);

/* Goes on with an entry of thread->instance that has ended with `result`: as long as that is
 * ENGINE_SUSPENDED, does what the frames were suspended for and resumes them. All entries in which guest code
 * may fork end here. `part` says which code that is where it was called from the middle of other code, whose
 * frames the child has not; NULL: a whole program or thread. `value` as engine_resume's. */
struct engine_result fork_finish_entry(struct thread *thread, struct engine_result result, const char *part,
				       int64_t *value);
/* True if an entry that has returned left nothing for fork_finish_entry to do. */
static inline bool fork_entry_is_clean(const struct thread *thread)
{
	return !thread->fork.child && !thread->jumps.newest;
}

#endif
