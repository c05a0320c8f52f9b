/* Routes: for each call number of a cage, who serves it.
 *
 * A table is one array of pointers to immutable layers. Reading it takes one acquire load and no lock. It is
 * changed under its own lock. A layer once reachable through a table is freed with that table and all its
 * copies, never earlier: whoever calls through a table keeps its cage alive, so a route in use stays valid
 * until its calls return. What lies under a layer is what the number had before it, so that taking a handler
 * away gives the number back (3i.md, rule 4). This room knows neither cages nor grates: an owner is an opaque
 * counted object. */
#ifndef LIND_ROUTE_ROUTE_H
#define LIND_ROUTE_ROUTE_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/call.h"

/* Numbers 0 … ROUTE_NUMBERS-1 have entries: Linux's, 3i's (1001–1003) and those that grates share
 * (3000–3999). */
#define ROUTE_NUMBERS 4000

struct route_layer;

/* The microvisor's function for a number, and what carries a call to a grate's handler. Both return the
 * call's result, or -errno. */
typedef int64_t route_system(struct call *call);
typedef int64_t route_function(struct call *call, const struct route_layer *layer);

struct route_owner; /* whoever serves a layer; counted by the two functions of route_set_owner_operations */

struct route_layer {
	route_system *system;     /* the microvisor's, or NULL */
	route_function *function; /* an owner's, or NULL */
	void *argument;
	struct route_owner *owner;       /* NULL: the microvisor, which is never taken away */
	const struct route_layer *below; /* what served before; NULL: nobody */
	struct route_layer *retired;     /* the store's chain */
};

struct route_store; /* the layers that one table has made; route.c */

struct route_table {
	pthread_mutex_t lock;
	struct route_store *store; /* its own and, through that, those that it was copied from; NULL: none */
	bool owns_store;           /* false: the store is another table's, and grows no more by this one */
	/* Stored with release under the lock; loaded with acquire by route_get, so that a layer's contents
	 * are seen whole. */
	_Atomic(const struct route_layer *) entry[ROUTE_NUMBERS];
};

/* Keeps owners alive while a table holds layers of theirs. Set once at start, before any table exists. */
void route_set_owner_operations(void (*ref)(struct route_owner *), void (*unref)(struct route_owner *));

/* A table in which entry n is served by base[n] (a NULL `system`: nobody). `base` must outlive it. NULL: out
 * of memory. */
struct route_table *route_table_new(const struct route_layer *base);
/* The same routes, for a child or for copy_handler_table_to_cage. */
struct route_table *route_table_copy(struct route_table *table);
void route_table_free(struct route_table *table);

/* Puts a layer on top of `number`. If the top layer already belongs to `owner`, it is replaced. Returns 0,
 * -EINVAL for a number out of range, -ENOMEM. */
int route_set(struct route_table *table, uint64_t number, route_function *function, void *argument,
	      struct route_owner *owner);
/* Takes the layers of `owner` out of `number`. Returns 0, -EINVAL, -ENOENT if it has none there, or -ENOMEM.
 */
int route_clear(struct route_table *table, uint64_t number, struct route_owner *owner);
/* Replaces all routes of `table` by those of `from`. Returns 0 or -ENOMEM, and then nothing is changed. */
int route_table_assign(struct route_table *table, struct route_table *from);

/* The layer that serves `number` now, or NULL. */
inline const struct route_layer *route_get(struct route_table *table, uint64_t number)
{
	if (number >= ROUTE_NUMBERS)
		return NULL;
	return atomic_load_explicit(&table->entry[number], memory_order_acquire);
}

/* Carries a call to whoever serves it in `layer`; -ENOSYS where nobody does (3i.md, rule 5). */
inline int64_t route_call(const struct route_layer *layer, struct call *call)
{
	if (!layer)
		return -ENOSYS;
	return layer->system ? layer->system(call) : layer->function(call, layer);
}

#endif
