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

/* A layer of the microvisor is static; every other one belongs to the table that made it. */
static const struct route_layer *layer_new(struct route_table *table, const struct route_layer *like,
					   const struct route_layer *below)
{
	struct route_layer *layer = table->layers < LIMIT_ROUTE_LAYERS ? malloc(sizeof *layer) : NULL;

	if (!layer)
		return NULL;
	table->layers++;
	*layer = *like;
	layer->below = below;
	layer->retired = table->retired;
	table->retired = layer;
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

/* Every fork comes here. Where no grate has set anything, all layers are the microvisor's, and the entries
 * can be had as they are. */
struct route_table *route_table_copy(struct route_table *from)
{
	struct route_table *table = malloc(sizeof *table);
	const struct route_layer *fresh;
	bool complete = true;

	if (!table)
		return NULL;
	pthread_mutex_init(&table->lock, NULL);
	table->retired = NULL;
	table->layers = 0;
	pthread_mutex_lock(&from->lock);
	if (from->layers == 0)
		memcpy(table->entry, from->entry, sizeof table->entry);
	for (size_t i = 0; i < ROUTE_NUMBERS && from->layers > 0 && complete; i++) {
		complete = layers_copy(table, route_get(from, i), NULL, &fresh);
		atomic_init(&table->entry[i], fresh);
	}
	pthread_mutex_unlock(&from->lock);
	if (complete)
		return table;
	route_table_free(table);
	return NULL;
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
	struct route_layer *next;

	for (struct route_layer *layer = table->retired; layer; layer = next) {
		next = layer->retired;
		owner_unref(layer->owner);
		free(layer);
	}
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
