/* Inside the cage room: guest threads and their end. */
#ifndef LIND_CAGE_THREAD_H
#define LIND_CAGE_THREAD_H

#include "cage/cage.h"

/* A thread of `cage`, not yet in its list: id 0 asks for the cage's own. NULL: out of memory. */
struct thread *thread_new(struct cage *cage, uint32_t id);
/* Frees what never ran, or has left. */
void thread_free(struct thread *thread);
/* Enters it into the cage. False: the cage is ending. */
bool thread_enter(struct thread *thread);
/* The same for the first thread of a cage that others may know already: what they sent waits for it, even the
 * cage's end. */
void thread_enter_first(struct thread *thread);
/* Gives a thread that has entered its cage a host thread, on which it runs. 0, or -EAGAIN: then it is no
 * longer in the cage, and the caller frees it. */
int thread_launch(struct thread *thread);
/* `parent` sleeps until `child` no longer uses its forker's memory, or until it must leave itself. */
void thread_wait_for_release(struct thread *parent, struct cage *child);
/* With cage_tree_lock held: takes it out again. True: it was the last. */
bool thread_withdraw(struct thread *thread);
/* Runs it on the calling host thread until it leaves; afterwards it is freed, and its cage finished if it was
 * the last. */
void thread_run(void *thread);

/* True if the calling thread has to unwind: its cage ends or executes, or it exits. */
static inline bool thread_must_leave(const struct thread *thread)
{
	return thread->leave != THREAD_STAYS ||
	       (atomic_load_explicit(&thread->attention, memory_order_acquire) & ATTENTION_LEAVE);
}

/* What clone's flags ask to be written: the id of the new thread into its parent's memory and into its own.
 */
void thread_tell_ids(const struct cage_clone *request, const struct cage *parent, const struct cage *child,
		     uint32_t id);

/* With cage_tree_lock held: whether the cage has threads that run on other host threads than this one. */
bool thread_others_locked(const struct cage *cage);

/* With cage_tree_lock held: sets attention bits of `thread`, and of whoever serves it, and kicks its host
 * thread. */
void thread_attend(struct thread *thread, uint32_t bits);

/* With cage_tree_lock held: ATTENTION_STOP goes, and whoever is parked for it goes on. */
void thread_release(struct thread *thread);

/* A child has something to tell: wakes who waits in wait4. */
void cage_child_event(struct cage *parent);

/* Waits until nobody is in the cage but `except`, kicking whoever is. */
void cage_clear_out(struct cage *cage, const struct thread *except);
/* All threads have left: the cage ends. */
void cage_finish(struct cage *cage);
/* The cage no longer uses its forker's memory. */
void cage_release_forker(struct cage *cage);

/* Tells the hooks that the program of `cage` is gone, though the cage lives on: exec. */
void cage_program_ends(struct cage *cage);

/* Host accounting. */
/* For how many nanoseconds a cage's threads have run, or the one with this id if not 0; INT64_MIN: there is
 * none. *running: how many are there. */
int64_t usage_cpu(struct cage *cage, uint32_t thread_id, unsigned *running);
void usage_thread_starts(struct thread *thread); /* on the host thread that takes it up */
void usage_thread_ends(struct cage *cage);
void usage_child_ends(struct cage *cage, const struct cage *child);
/* With cage_tree_lock held: of its ended threads and the children that it has waited for. */
void usage_all(struct rusage *usage, const struct cage *cage);

#endif
