/* The tree of cages and the table of ids. */
#include "cage/tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cage/memory.h"
#include "cage/watch.h"

pthread_mutex_t cage_tree_lock = PTHREAD_MUTEX_INITIALIZER;

/* All under cage_tree_lock. Chains of a small hash table by id, and the bitmap of ids in use by cages and
 * threads. */
#define BUCKETS 1024
static struct {
	struct cage *cage;
	size_t next;
} slots[LIMIT_CAGES + 1]; /* slot 0 ends chains */
static size_t buckets[BUCKETS], free_slot, slots_used, cage_count;
static uint64_t ids_used[LIMIT_CAGE_ID / 64 + 1];
static uint32_t last_id, id_count;

uint32_t cage_id_take(void)
{
	uint32_t id = 0;

	pthread_mutex_lock(&cage_tree_lock);
	for (uint32_t tried = 0; tried < LIMIT_CAGE_ID; tried++) {
		last_id = last_id < LIMIT_CAGE_ID ? last_id + 1 : 2;
		if (!(ids_used[last_id / 64] & (UINT64_C(1) << (last_id % 64)))) {
			id = last_id;
			ids_used[id / 64] |= UINT64_C(1) << (id % 64);
			id_count++;
			break;
		}
	}
	pthread_mutex_unlock(&cage_tree_lock);
	return id;
}

static void id_give_locked(uint32_t id)
{
	ids_used[id / 64] &= ~(UINT64_C(1) << (id % 64));
	id_count--;
}

void cage_id_give(uint32_t id)
{
	pthread_mutex_lock(&cage_tree_lock);
	id_give_locked(id);
	pthread_mutex_unlock(&cage_tree_lock);
}

uint32_t cage_id_count(void)
{
	uint32_t count;

	pthread_mutex_lock(&cage_tree_lock);
	count = id_count;
	pthread_mutex_unlock(&cage_tree_lock);
	return count;
}

struct cage *cage_find_locked(uint64_t id)
{
	for (size_t at = buckets[id % BUCKETS]; at; at = slots[at].next)
		if (slots[at].cage->id == id)
			return slots[at].cage;
	return NULL;
}

bool cage_thread_lives(uint32_t id)
{
	bool lives;

	if (!id || id > LIMIT_CAGE_ID)
		return false;
	pthread_mutex_lock(&cage_tree_lock);
	lives = ids_used[id / 64] & (UINT64_C(1) << (id % 64));
	/* A cage keeps its id when its first thread has left. */
	if (lives) {
		const struct cage *cage = cage_find_locked(id);
		const struct thread *thread = cage ? cage->threads : NULL;

		while (thread && thread->id != id)
			thread = thread->next;
		lives = !cage || thread;
	}
	pthread_mutex_unlock(&cage_tree_lock);
	return lives;
}

static bool table_add_locked(struct cage *cage)
{
	size_t at = free_slot;

	if (cage_count >= LIMIT_CAGES)
		return false;
	if (at)
		free_slot = slots[at].next;
	else
		at = ++slots_used;
	slots[at].cage = cage;
	slots[at].next = buckets[cage->id % BUCKETS];
	buckets[cage->id % BUCKETS] = at;
	cage_count++;
	return true;
}

static void table_remove_locked(struct cage *cage)
{
	size_t *link = &buckets[cage->id % BUCKETS], at;

	while (slots[*link].cage != cage)
		link = &slots[*link].next;
	at = *link;
	*link = slots[at].next;
	slots[at].cage = NULL;
	slots[at].next = free_slot;
	free_slot = at;
	cage_count--;
}

struct cage *cage_get(uint64_t id)
{
	struct cage *cage;

	pthread_mutex_lock(&cage_tree_lock);
	cage = cage_find_locked(id);
	if (cage)
		cage_ref(cage);
	pthread_mutex_unlock(&cage_tree_lock);
	return cage;
}

struct cage *cage_next(const struct cage *previous)
{
	/* Slots are few and stable while the lock is held. */
	size_t at = 1;

	if (previous) {
		for (at = buckets[previous->id % BUCKETS]; slots[at].cage != previous; at = slots[at].next)
			;
		at++;
	}
	while (at <= slots_used && !slots[at].cage)
		at++;
	return at <= slots_used ? slots[at].cage : NULL;
}

size_t cage_count_locked(void)
{
	return cage_count;
}

struct cage *cage_ref(struct cage *cage)
{
	atomic_fetch_add_explicit(&cage->references, 1, memory_order_relaxed);
	return cage;
}

void cage_unref(struct cage *cage)
{
	/* acq_rel: whoever frees sees all that the others did with it. */
	if (!cage || atomic_fetch_sub_explicit(&cage->references, 1, memory_order_acq_rel) != 1)
		return;
	if (cage->routes)
		route_table_free(cage->routes);
	if (cage->files)
		file_table_free(cage->files);
	if (cage->space)
		file_space_free(cage->space);
	memory_unref(cage->memory);
	engine_module_unref(cage->module);
	watch_leave(cage);
	signal_queue_free(&cage->signals.queue);
	pthread_mutex_destroy(&cage->signals.lock);
	free(cage->executable);
	free(cage->command_line);
	free(cage);
}

bool cage_descends_locked(const struct cage *cage, const struct cage *ancestor)
{
	while (cage && cage != ancestor)
		cage = cage->ancestor;
	return cage;
}

bool cage_descends(const struct cage *cage, const struct cage *ancestor)
{
	bool descends;

	pthread_mutex_lock(&cage_tree_lock);
	descends = cage_descends_locked(cage, ancestor);
	pthread_mutex_unlock(&cage_tree_lock);
	return descends;
}

/* What a child has of its ancestor at first. False: out of memory. */
static bool inherit(struct cage *cage, struct cage *ancestor)
{
	cage->forker_id = ancestor->id;
	cage->exit_signal = SIGCHLD;
	cage->credentials = ancestor->credentials;
	memcpy(cage->limits, ancestor->limits, sizeof cage->limits);
	memcpy(cage->name, ancestor->name, sizeof cage->name);
	pthread_mutex_lock(&ancestor->signals.lock);
	memcpy(cage->signals.action, ancestor->signals.action, sizeof cage->signals.action);
	pthread_mutex_unlock(&ancestor->signals.lock);
	watch_inherit(cage, ancestor);
	cage->routes = route_table_copy(ancestor->routes);
	cage->files = file_table_copy(ancestor->files);
	cage->space = file_space_copy(ancestor->space);
	cage->module = engine_module_ref(ancestor->module);
	cage->executable = ancestor->executable ? strdup(ancestor->executable) : NULL;
	cage->command_line = malloc(ancestor->command_line_size + 1);
	if (!cage->routes || !cage->files || !cage->space || !cage->command_line)
		return false;
	memcpy(cage->command_line, ancestor->command_line, ancestor->command_line_size);
	cage->command_line_size = ancestor->command_line_size;
	return true;
}

static void descend_from(struct cage *cage, struct cage *ancestor)
{
	cage->ancestor = ancestor;
	cage->next_descendant = ancestor->first_descendant;
	ancestor->first_descendant = cage;
}

/* Its youngest child: who waits for any gets the eldest first. */
static void child_of(struct cage *cage, struct cage *parent)
{
	cage->parent = parent;
	cage->next_sibling = NULL;
	cage->previous_sibling = parent->last_child;
	if (parent->last_child)
		parent->last_child->next_sibling = cage;
	else
		parent->first_child = cage;
	parent->last_child = cage;
}

static void child_of_nobody(struct cage *cage)
{
	struct cage *parent = cage->parent;

	if (!parent)
		return;
	if (cage->previous_sibling)
		cage->previous_sibling->next_sibling = cage->next_sibling;
	else
		parent->first_child = cage->next_sibling;
	if (cage->next_sibling)
		cage->next_sibling->previous_sibling = cage->previous_sibling;
	else
		parent->last_child = cage->previous_sibling;
	cage->parent = cage->next_sibling = cage->previous_sibling = NULL;
}

struct cage *cage_new(struct cage *ancestor, int *error)
{
	struct cage *cage = calloc(1, sizeof *cage);
	bool entered;

	*error = -ENOMEM;
	if (!cage)
		return NULL;
	atomic_init(&cage->references, 1);
	pthread_mutex_init(&cage->signals.lock, NULL);
	alarm_start(cage);
	if (ancestor && !inherit(cage, ancestor)) {
		cage_unref(cage);
		return NULL;
	}
	cage->id = cage_id_take();
	pthread_mutex_lock(&cage_tree_lock);
	/* A cage that is ending makes no more children: they could miss its end. */
	entered = cage->id && (!ancestor || ancestor->state == CAGE_ALIVE) && table_add_locked(cage);
	if (entered && ancestor) {
		cage->process_group = ancestor->process_group;
		cage->session = ancestor->session;
		cage->left_terminal = ancestor->left_terminal;
		descend_from(cage, ancestor);
		child_of(cage, ancestor);
	}
	if (!entered && cage->id)
		id_give_locked(cage->id);
	pthread_mutex_unlock(&cage_tree_lock);
	if (entered && ancestor && cage->limits[RLIMIT_CPU].rlim_cur != RLIM_INFINITY)
		alarm_limit_cpu(cage);
	if (entered)
		return cage;
	cage_unref(cage);
	*error = -EAGAIN;
	return NULL;
}

void cage_reap(struct cage *cage)
{
	struct cage **link;

	cage->state = CAGE_REAPED;
	child_of_nobody(cage);
	if (cage->ancestor) {
		for (link = &cage->ancestor->first_descendant; *link != cage;
		     link = &(*link)->next_descendant)
			;
		*link = cage->next_descendant;
		cage->ancestor = NULL;
	}
	table_remove_locked(cage);
	id_give_locked(cage->id);
}

void cage_abandon(struct cage *cage)
{
	pthread_mutex_lock(&cage_tree_lock);
	cage_reap(cage);
	pthread_mutex_unlock(&cage_tree_lock);
	cage_unref(cage);
}

/* Descendants outlive their ancestor: they go to its own. */
static void release_descendants(struct cage *cage)
{
	struct cage *descendant;

	while ((descendant = cage->first_descendant)) {
		cage->first_descendant = descendant->next_descendant;
		descendant->ancestor = NULL;
		if (cage->ancestor)
			descend_from(descendant, cage->ancestor);
	}
}

/* Who adopts the children of a cage that ends: the nearest subreaper among its parents, or NULL. */
static struct cage *adopter(const struct cage *cage)
{
	struct cage *parent = cage->parent;

	while (parent && !(parent->subreaper && parent->state == CAGE_ALIVE))
		parent = parent->parent;
	return parent;
}

/* Children outlive their parent; those that have ended and whom nobody adopts are gone: put in front of
 * `dead`. */
static struct cage *release_children(struct cage *cage, struct cage *dead)
{
	struct cage *child, *fresh = adopter(cage);

	while ((child = cage->first_child)) {
		child_of_nobody(child);
		if (fresh) {
			child_of(child, fresh);
			child->exit_signal = SIGCHLD;
		} else if (child->state == CAGE_ZOMBIE) {
			cage_reap(child);
			child->next_sibling = dead;
			dead = child;
		}
	}
	return dead;
}

struct cage *cage_become_zombie(struct cage *cage, bool is_waited_for)
{
	struct cage *dead;

	cage->state = CAGE_ZOMBIE;
	dead = release_children(cage, NULL);
	release_descendants(cage);
	if (!is_waited_for) {
		cage_reap(cage);
		cage->next_sibling = dead;
		dead = cage;
	}
	return dead;
}
