/* Inside the cage room: making cages, ids, and the tree. */
#ifndef LIND_CAGE_TREE_H
#define LIND_CAGE_TREE_H

#include "cage/cage.h"

/* A cage without threads, counted once, with a fresh id and a place below `ancestor` (NULL: the first). It
 * has copies of the ancestor's table of routes, descriptors, view of files, dispositions, credentials and
 * limits, and no memory yet. NULL and *error = -EAGAIN (too many) or -ENOMEM. */
struct cage *cage_new(struct cage *ancestor, int *error);
/* Takes back a cage whose first thread never ran. */
void cage_abandon(struct cage *cage);

/* An id for a cage or thread; 0: none is free. */
uint32_t cage_id_take(void);
void cage_id_give(uint32_t id);
/* How many are in use: processes that are not reaped, and threads beside their first. */
uint32_t cage_id_count(void);

/* With cage_tree_lock held: the cage becomes a zombie, or vanishes if nobody will wait for it. Its children
 * get a new parent, or none; those that had ended and have none vanish. Returns the cages that vanished,
 * chained by next_sibling: the caller drops one reference of each, without the lock. */
struct cage *cage_become_zombie(struct cage *cage, bool is_waited_for);
/* With cage_tree_lock held: takes a zombie out of the tree. The caller drops the table's reference
 * afterwards, without the lock. */
void cage_reap(struct cage *cage);

/* With cage_tree_lock held: how many there are, zombies too. */
size_t cage_count_locked(void);

/* The two halves of cage_end. With cage_tree_lock held: the cage is ending, none of its threads goes on in
 * its program. True: it was not before, and the caller owes it cage_end_begun, without the lock. */
bool cage_end_locked(struct cage *cage, int wait_status);
void cage_end_begun(struct cage *cage);

#endif
