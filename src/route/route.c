/* Tables of routes: see route.h for the rules on lifetime that make look-ups free of locks. */
#include "route/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

extern const struct route_layer *route_get(struct route_table *table, uint64_t number);
extern int64_t route_call(const struct route_layer *layer, struct call *call);

static void (*owner_ref)(struct route_owner *);
static void (*owner_unref)(struct route_owner *);

void route_set_owner_operations(void (*ref)(struct route_owner *), void (*unref)(struct route_owner *))
{
	owner_ref = ref;
	owner_unref = unref;
}

struct route_table *route_table_new(const struct route_layer *base)
{
	struct route_table *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	pthread_mutex_init(&table->lock, NULL);
	for (size_t i = 0; i < ROUTE_NUMBERS; i++)
		if (base[i].system)
			atomic_init(&table->entry[i], &base[i]);
	return table;
}

/* Everything that a table ever held. A copy of the table, which each fork makes, counts the store and uses
 * its layers as they are; what it adds goes to a store of its own. */
struct route_store {
	atomic_uint references;
	struct route_store *parent; /* of which there are layers below its own; counted; or NULL */
	struct route_layer *retired;
	size_t layers; /* in `retired`; both are changed under the lock of the table that owns the store */
};

static struct route_store *store_ref(struct route_store *store)
{
	if (store)
		atomic_fetch_add_explicit(&store->references, 1, memory_order_relaxed);
	return store;
}

static void store_unref(struct route_store *store)
{
	struct route_store *parent;

	/* acq_rel: whoever frees sees all that the others did with it. */
	for (; store && atomic_fetch_sub_explicit(&store->references, 1, memory_order_acq_rel) == 1;
	     store = parent) {
		struct route_layer *next;

		for (struct route_layer *layer = store->retired; layer; layer = next) {
			next = layer->retired;
			owner_unref(layer->owner);
			free(layer);
		}
		parent = store->parent;
		free(store);
	}
}

/* The store that the table may add to, or NULL: out of memory. */
static struct route_store *own_store(struct route_table *table)
{
	struct route_store *store;

	if (table->owns_store)
		return table->store;
	store = calloc(1, sizeof *store);
	if (!store)
		return NULL;
	atomic_init(&store->references, 1);
	store->parent = table->store;
	table->store = store;
	table->owns_store = true;
	return store;
}

/* A layer of the microvisor is static; every other one belongs to the table that made it. */
static const struct route_layer *layer_new(struct route_table *table, const struct route_layer *like,
					   const struct route_layer *below)
{
	struct route_store *store = own_store(table);
	struct route_layer *layer =
		store && store->layers < LIMIT_ROUTE_LAYERS ? malloc(sizeof *layer) : NULL;

	if (!layer)
		return NULL;
	store->layers++;
	*layer = *like;
	layer->below = below;
	layer->retired = store->retired;
	store->retired = layer;
	owner_ref(layer->owner);
	return layer;
}

/* Copies the layers from `top` down to the microvisor's into `table`, without those of `except`. Returns
 * false when out of memory. */
static bool layers_copy(struct route_table *table, const struct route_layer *top,
			const struct route_owner *except, const struct route_layer **out)
{
	const struct route_layer *below;

	if (!top || !top->owner) {
		*out = top;
		return true;
	}
	if (!layers_copy(table, top->below, except, &below))
		return false;
	*out = top->owner == except ? below : layer_new(table, top, below);
	return *out || top->owner == except;
}

struct route_table *route_table_copy(struct route_table *from)
{
	struct route_table *table = malloc(sizeof *table);

	if (!table)
		return NULL;
	pthread_mutex_init(&table->lock, NULL);
	table->owns_store = false;
	pthread_mutex_lock(&from->lock);
	memcpy(table->entry, from->entry, sizeof table->entry);
	table->store = store_ref(from->store);
	pthread_mutex_unlock(&from->lock);
	return table;
}

int route_table_assign(struct route_table *table, struct route_table *from)
{
	const struct route_layer **fresh;
	bool complete = true;

	if (table == from)
		return 0;
	fresh = calloc(ROUTE_NUMBERS, sizeof *fresh);
	if (!fresh)
		return -ENOMEM;
	/* Two copies in opposite directions must not wait for each other: the lower address goes first. */
	pthread_mutex_lock(table < from ? &table->lock : &from->lock);
	pthread_mutex_lock(table < from ? &from->lock : &table->lock);
	for (size_t i = 0; i < ROUTE_NUMBERS && complete; i++)
		complete = layers_copy(table, route_get(from, i), NULL, &fresh[i]);
	for (size_t i = 0; i < ROUTE_NUMBERS && complete; i++)
		atomic_store_explicit(&table->entry[i], fresh[i], memory_order_release);
	pthread_mutex_unlock(&from->lock);
	pthread_mutex_unlock(&table->lock);
	free(fresh);
	return complete ? 0 : -ENOMEM;
}

void route_table_free(struct route_table *table)
{
	store_unref(table->store);
	pthread_mutex_destroy(&table->lock);
	free(table);
}

int route_set(struct route_table *table, uint64_t number, route_function *function, void *argument,
	      struct route_owner *owner)
{
	const struct route_layer like = {.function = function, .argument = argument, .owner = owner};
	const struct route_layer *top, *layer;

	if (number >= ROUTE_NUMBERS)
		return -EINVAL;
	pthread_mutex_lock(&table->lock);
	top = route_get(table, number);
	if (top && top->owner == owner && top->argument == argument && top->function == function) {
		pthread_mutex_unlock(&table->lock);
		return 0;
	}
	layer = layer_new(table, &like, top && top->owner == owner ? top->below : top);
	if (layer)
		atomic_store_explicit(&table->entry[number], layer, memory_order_release);
	pthread_mutex_unlock(&table->lock);
	return layer ? 0 : -ENOMEM;
}

int route_clear(struct route_table *table, uint64_t number, struct route_owner *owner)
{
	const struct route_layer *top, *fresh;
	int result = -ENOENT;

	if (number >= ROUTE_NUMBERS)
		return -EINVAL;
	pthread_mutex_lock(&table->lock);
	top = route_get(table, number);
	for (const struct route_layer *layer = top; layer; layer = layer->below)
		if (layer->owner == owner)
			result = 0;
	if (result == 0 && !layers_copy(table, top, owner, &fresh))
		result = -ENOMEM;
	if (result == 0)
		atomic_store_explicit(&table->entry[number], fresh, memory_order_release);
	pthread_mutex_unlock(&table->lock);
	return result;
}
