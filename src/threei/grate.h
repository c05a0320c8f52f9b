/* Grates: a cage's part as a handler of other cages' calls.
 *
 * A handler runs on the calling host thread, in an instance of the grate's program taken from a pool that
 * belongs to the grate. Each entry of the pool has its own store, guest stack, TLS and thread id in the
 * grate's memory; a calling thread keeps the entry that it used last, so the common path is one
 * compare-and-swap. The pool grows by an entry when all are busy: recursion and any number of callers work. A
 * grate is counted: tables that route to it and its cage hold it. */
#ifndef LIND_THREEI_GRATE_H
#define LIND_THREEI_GRATE_H

#include "route/route.h"
#include "threei/threei.h"

struct grate;
struct grate_handler;

/* Sets the route room's owner operations and the cage room's hooks. */
void grate_start(void);

/* The cage's grate, made when it has none; counted. NULL: out of memory, or the cage is ending. */
struct grate *grate_of(struct cage *cage);
void grate_unref(struct grate *grate);

/* Puts function pointer `function` of the grate on number `number` of `table`. Returns 0, -EINVAL (no such
 * function, or not of a handler's type), -ENOMEM. */
int grate_register(struct grate *grate, struct route_table *table, uint64_t number, uint32_t function,
		   enum grate_exit on_exit);
int grate_deregister(struct grate *grate, struct route_table *table, uint64_t number);

#endif
