/* Signal descriptors: files that are readable while a signal of their set is pending.
 *
 * The host's poll and epoll see a signal descriptor as the eventfd behind it, which is therefore kept at 1
 * while a signal of the set is pending in a cage that holds it, and at 0 otherwise. Holders are the cage that
 * made it, those forked from it, and those that have read from it. */
#ifndef LIND_CAGE_WATCH_H
#define LIND_CAGE_WATCH_H

#include "cage/cage.h"

struct watch;

/* For `cage`; `host` is an eventfd, borrowed until watch_free. NULL: out of memory. */
struct watch *watch_new(struct cage *cage, int host, signal_set set);
void watch_free(struct watch *watch);
signal_set watch_get(struct watch *watch);
void watch_set(struct watch *watch, signal_set set);
/* The cage holds it too. */
void watch_join(struct watch *watch, struct cage *cage);

/* What is pending in the cage has changed. The second: with cage_tree_lock and the signals' lock held. */
void watch_refresh(struct cage *cage);
void watch_refresh_locked(struct cage *cage);
/* A cage has been made of another, or ends. */
void watch_inherit(struct cage *cage, const struct cage *ancestor);
void watch_leave(const struct cage *cage);

#endif
