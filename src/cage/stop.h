/* Job control: a cage stops and continues as a whole. Its threads park; what it is told of its own accord is
 * that nothing happened. */
#ifndef LIND_CAGE_STOP_H
#define LIND_CAGE_STOP_H

#include <stdbool.h>

#include "cage/signal.h"

/* SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU. */
#define STOP_SIGNALS (signal_bit(19) | signal_bit(20) | signal_bit(21) | signal_bit(22))

/* What a parent is to be told as soon as no lock is held: stop_tell takes it, and then it is empty. */
struct stop_news {
	struct cage *parent; /* counted; NULL: nothing */
	struct signal_info info;
};
void stop_tell(struct stop_news *news);

/* With cage_tree_lock held: the cage begins to stop by this signal, unless it has or is ending, or the signal
 * is one of a terminal's and the cage's process group is orphaned. */
struct stop_news stop_begin_locked(struct cage *cage, int number);
/* The same without the lock. */
void stop_begin(struct cage *cage, int number);
/* With cage_tree_lock held: whoever is parked goes on. */
struct stop_news stop_continue_locked(struct cage *cage);
/* With cage_tree_lock held: the cage is ending, and is neither stopped nor was it continued. */
void stop_forget_locked(struct cage *cage);
/* With cage_tree_lock held, after a thread has parked or left: is the cage stopped now? */
struct stop_news stop_settle_locked(struct cage *cage);

/* Parks the calling host thread while ATTENTION_STOP stands, and no longer than until its cage ends. Also in
 * the handler of the kick, when it has interrupted guest code. */
void stop_park(struct thread *thread);
/* While a thread is away, busy with what no other process sees (compiling a program), the cage stops without
 * it: it parks as soon as it is back. */
void stop_away(struct thread *thread, bool away);
/* The same as stop_park for a thread that is about to serve `client` in a cage that has stopped. False: the
 * client, or one that it serves itself, is to leave. */
bool stop_park_server(struct thread *server, struct thread *client);

/* With cage_tree_lock held: no process outside of the group, but in its session, is a parent in it; `except`
 * (may be NULL) does not count. */
bool stop_group_orphaned_locked(uint32_t group, const struct cage *except);
/* With cage_tree_lock held: `parent` (NULL: nobody) kept the child's group from being an orphan. */
bool stop_holds_locked(const struct cage *parent, const struct cage *child);
/* Without locks: somebody who held this group is gone. If that made it an orphan and something in it is
 * stopped, it is sent SIGHUP and SIGCONT. */
void stop_group_left(uint32_t group);
/* With cage_tree_lock held: a cage has ended. */
void stop_cage_ended_locked(void);

/* Set once at start. `changes` is called with cage_tree_lock held when a cage begins to stop, or goes on;
 * `settled` whenever a cage has stopped as a whole or ended while the first cage is stopped, under whatever
 * locks: it may only send a signal of the host. */
void stop_set_hook(void (*changes)(struct cage *cage, bool stops));
void stop_set_first_hook(void (*settled)(void));

/* What the first cage was stopped by, 0: it runs. *all says whether nothing else runs either. */
int stop_of_first(bool *all);

#endif
