/* Inside the cage room: checkpoints, from which a handler in the middle of code is left by siglongjmp.
 *
 * A handler that runs nested in a system call leaves by an exception, which goes on through the frames below
 * it. Frames that were interrupted between two instructions can't be entered by one. So sigsetjmp calls
 * lind.checkpoint(env), which suspends all frames of the entry as fork does (docs/abi.md), keeps a copy of
 * what they saved, and resumes them with 0. When a handler in another instance is left by longjmp to such an
 * env, the entries up to the checkpoint's own are broken off, what was saved is written back, and the frames
 * resume once more, with the value. While a jump is on its way, every entry ends, and so does the one of the
 * checkpoint: there checkpoint_land() takes it up.
 *
 * Whoever ends a thread's code in another way, as cancelling a thread does, can use the same way:
 * checkpoint_jump() with an env that the thread has given to lind.checkpoint. */
#ifndef LIND_CAGE_CHECKPOINT_H
#define LIND_CAGE_CHECKPOINT_H

#include "cage/cage.h"

/* engine_callbacks.checkpoint */
enum engine_action checkpoint_call(void *context, struct engine_value values[1]);

/* An entry of the thread begins inside another one, and ends. */
void checkpoint_enter(struct thread *thread);
void checkpoint_leave(struct thread *thread);

/* The frames of the innermost entry are suspended in lind.checkpoint: notes them. */
void checkpoint_keep(struct thread *thread, const struct engine_frames *frames);

/* A handler in the middle of code has ended with `thrown` (engine_result): if that is a longjmp to a
 * checkpoint, the jump is on its way, and the interrupted entry has to be broken off. */
bool checkpoint_jump(struct thread *thread, uint32_t thrown);

/* An entry has been broken off: true if a jump ends here. Then the frames are to be resumed with *value. */
bool checkpoint_land(struct thread *thread, struct engine_frames *frames, int64_t *value);

/* The innermost entry has ended, and with it its checkpoints. */
void checkpoint_drop(struct thread *thread);
/* All of them: the thread, or its program, ends. */
void checkpoint_drop_all(struct thread *thread);
/* A forked child goes on with the parent's innermost entry, and what was noted in it. What there is no memory
 * for is missing. */
void checkpoint_inherit(struct thread *child, const struct thread *parent);

#endif
