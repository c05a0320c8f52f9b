#include "cage/watch.h"

#include <stdlib.h>
#include <unistd.h>

struct holder {
	const struct cage *cage; /* only compared: gone with watch_leave */
	signal_set pending;
};

struct watch {
	int host;
	signal_set set;
	bool raised;
	struct holder *holders;
	size_t count;
	struct watch *next;
};

/* Innermost: taken under the locks of signals. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct watch *watches;
/* Whether there are any, for those who change signals all the time. */
static _Atomic bool any;

/* Under the lock: brings the eventfd to what the holders have. */
static void show(struct watch *watch)
{
	signal_set pending = 0;
	uint64_t value = 1;

	for (size_t i = 0; i < watch->count; i++)
		pending |= watch->holders[i].pending;
	if (watch->raised == ((pending & watch->set) != 0))
		return;
	watch->raised = !watch->raised;
	/* Neither blocks: the counter is 0 before the one, and 1 before the other. */
	if (watch->raised ? write(watch->host, &value, sizeof value)
			  : read(watch->host, &value, sizeof value))
		return;
}

static struct holder *holder_of(struct watch *watch, const struct cage *cage)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->holders[i].cage == cage)
			return &watch->holders[i];
	return NULL;
}

static bool join_locked(struct watch *watch, const struct cage *cage)
{
	struct holder *fresh;

	if (holder_of(watch, cage))
		return true;
	fresh = realloc(watch->holders, (watch->count + 1) * sizeof *fresh);
	if (!fresh)
		return false;
	watch->holders = fresh;
	fresh[watch->count++] = (struct holder){.cage = cage};
	return true;
}

struct watch *watch_new(struct cage *cage, int host, signal_set set)
{
	struct watch *watch = calloc(1, sizeof *watch);

	if (!watch)
		return NULL;
	watch->host = host;
	watch->set = set;
	if (!join_locked(watch, cage)) {
		free(watch);
		return NULL;
	}
	pthread_mutex_lock(&lock);
	watch->next = watches;
	watches = watch;
	atomic_store_explicit(&any, true, memory_order_release);
	pthread_mutex_unlock(&lock);
	watch_refresh(cage);
	return watch;
}

void watch_free(struct watch *watch)
{
	struct watch **link = &watches;

	pthread_mutex_lock(&lock);
	while (*link != watch)
		link = &(*link)->next;
	*link = watch->next;
	atomic_store_explicit(&any, watches != NULL, memory_order_release);
	pthread_mutex_unlock(&lock);
	free(watch->holders);
	free(watch);
}

signal_set watch_get(struct watch *watch)
{
	signal_set set;

	pthread_mutex_lock(&lock);
	set = watch->set;
	pthread_mutex_unlock(&lock);
	return set;
}

void watch_set(struct watch *watch, signal_set set)
{
	pthread_mutex_lock(&lock);
	watch->set = set;
	show(watch);
	pthread_mutex_unlock(&lock);
}

void watch_join(struct watch *watch, struct cage *cage)
{
	bool joins;

	pthread_mutex_lock(&lock);
	joins = !holder_of(watch, cage) && join_locked(watch, cage);
	pthread_mutex_unlock(&lock);
	if (joins)
		watch_refresh(cage);
}

void watch_refresh_locked(struct cage *cage)
{
	signal_set pending = cage->signals.pending;
	struct holder *holder;

	if (!atomic_load_explicit(&any, memory_order_acquire))
		return;
	for (const struct thread *thread = cage->threads; thread; thread = thread->next)
		pending |= thread->signals.pending;
	pthread_mutex_lock(&lock);
	for (struct watch *watch = watches; watch; watch = watch->next) {
		holder = holder_of(watch, cage);
		if (!holder)
			continue;
		holder->pending = pending;
		show(watch);
	}
	pthread_mutex_unlock(&lock);
}

void watch_refresh(struct cage *cage)
{
	if (!atomic_load_explicit(&any, memory_order_acquire))
		return;
	pthread_mutex_lock(&cage_tree_lock);
	pthread_mutex_lock(&cage->signals.lock);
	watch_refresh_locked(cage);
	pthread_mutex_unlock(&cage->signals.lock);
	pthread_mutex_unlock(&cage_tree_lock);
}

void watch_inherit(struct cage *cage, const struct cage *ancestor)
{
	if (!atomic_load_explicit(&any, memory_order_acquire))
		return;
	pthread_mutex_lock(&lock);
	/* Without memory the child's signals don't show in poll. */
	for (struct watch *watch = watches; watch; watch = watch->next)
		if (holder_of(watch, ancestor))
			join_locked(watch, cage);
	pthread_mutex_unlock(&lock);
}

void watch_leave(const struct cage *cage)
{
	struct holder *holder;

	if (!atomic_load_explicit(&any, memory_order_acquire))
		return;
	pthread_mutex_lock(&lock);
	for (struct watch *watch = watches; watch; watch = watch->next) {
		holder = holder_of(watch, cage);
		if (!holder)
			continue;
		*holder = watch->holders[--watch->count];
		show(watch);
	}
	pthread_mutex_unlock(&lock);
}
