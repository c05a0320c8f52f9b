/* The handlers of a grate and the pool of instances in which they run. See grate.h. */
#include "threei/grate.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/likely.h"
#include "base/limits.h"
#include "cage/fork.h"
#include "cage/memory_areas.h"
#include "cage/stop.h"
#include "cage/thread.h"
#include "cage/tree.h"

struct grate_handler {
	struct grate *grate;
	uint32_t function;
	enum grate_exit on_exit;
	struct grate_handler *next;
};

/* One instance of the pool. Lives as long as its grate, so that who holds a stale pointer to it finds it busy
 * or dead, never gone. */
struct grate_entry {
	struct grate *grate;
	atomic_bool busy;
	_Atomic bool spoiled;  /* its guest stack was left in the middle: never used again */
	struct thread *thread; /* set while busy; freed with the grate's death */
	struct grate_entry *next;
};

struct grate {
	atomic_uint references;
	uint64_t id;           /* the cage's */
	uint64_t serial;       /* tells this grate from one that later stands at the same address */
	struct cage *cage;     /* counted */
	struct memory *memory; /* counted until the grate is dead, as is the module */
	struct engine_module *module;
	/* Set once. Sequentially consistent, as is an entry's `busy`: whoever claims an entry after this was
	 * set sees it, and whoever sets it sees all claims before. */
	atomic_bool dead;
	atomic_bool stopped;          /* likewise; changes under cage_tree_lock */
	_Atomic uint32_t idle_events; /* a futex: counts entries given back after death */
	pthread_mutex_t lock;         /* handlers, and the growth of the pool */
	struct grate_handler *handlers;
	_Atomic(struct grate_entry *) entries; /* grows at its head; shrinks with the grate */
};

static _Atomic uint64_t serials;

static struct grate *grate_ref(struct grate *grate)
{
	atomic_fetch_add_explicit(&grate->references, 1, memory_order_relaxed);
	return grate;
}

void grate_unref(struct grate *grate)
{
	struct grate_handler *handler;
	struct grate_entry *entry;

	/* acq_rel: whoever frees sees all that the others did with it. */
	if (!grate || atomic_fetch_sub_explicit(&grate->references, 1, memory_order_acq_rel) != 1)
		return;
	while ((entry = atomic_load_explicit(&grate->entries, memory_order_relaxed))) {
		atomic_store_explicit(&grate->entries, entry->next, memory_order_relaxed);
		free(entry);
	}
	while ((handler = grate->handlers)) {
		grate->handlers = handler->next;
		free(handler);
	}
	cage_unref(grate->cage);
	pthread_mutex_destroy(&grate->lock);
	free(grate);
}

static void owner_ref(struct route_owner *owner)
{
	grate_ref((struct grate *)owner);
}

static void owner_unref(struct route_owner *owner)
{
	grate_unref((struct grate *)owner);
}

struct grate *grate_of(struct cage *cage)
{
	struct grate *fresh = calloc(1, sizeof *fresh), *grate;

	if (!fresh)
		return NULL;
	pthread_mutex_lock(&cage_tree_lock);
	grate = atomic_load_explicit(&cage->grate, memory_order_relaxed);
	if (!grate && cage->state == CAGE_ALIVE && cage->memory) {
		grate = fresh;
		fresh = NULL;
		atomic_init(&grate->references, 1); /* the cage's */
		grate->serial = atomic_fetch_add_explicit(&serials, 1, memory_order_relaxed) + 1;
		grate->cage = cage_ref(cage);
		grate->id = cage->id;
		grate->memory = memory_ref(cage->memory);
		grate->module = engine_module_ref(cage->module);
		pthread_mutex_init(&grate->lock, NULL);
		atomic_store_explicit(&cage->grate, grate, memory_order_release);
	}
	if (grate)
		grate_ref(grate);
	pthread_mutex_unlock(&cage_tree_lock);
	free(fresh);
	return grate;
}

/* Guest stack and thread block in the grate's memory, an instance over it, and libc's part of making it a
 * thread. NULL: there is no room. */
static struct thread *server_new(struct grate *grate, const struct thread *client)
{
	const struct engine_layout *layout = engine_module_layout(grate->module);
	uint64_t block = memory_page_up(layout->attach_size), size = GUEST_PAGE + LIMIT_POOL_STACK + block;
	uint32_t id = cage_id_take(), stack_top;
	struct thread *thread = id ? thread_new(grate->cage, id) : NULL;
	int64_t address;

	if (!thread) {
		if (id)
			cage_id_give(id);
		return NULL;
	}
	/* Its own first calls may come back here, if the grate handles its own. */
	thread->depth = client->depth + 1;
	address = memory_settle(grate->memory);
	if (address == 0)
		address = memory_map(grate->memory, 0, size, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, NULL, UINT64_MAX);
	if (address > 0) {
		stack_top = (uint32_t)address + GUEST_PAGE + LIMIT_POOL_STACK;
		/* The lowest page stays out of reach, so that an overflow faults. */
		memory_protect(grate->memory, (uint64_t)address, GUEST_PAGE, PROT_NONE);
		if (engine_instance_create(grate->module, grate->memory->guest.base, thread,
					   &thread->instance) == 0) {
			thread->host = pthread_self();
			engine_stack_pointer_set(thread->instance, stack_top);
			if (engine_call_attach(thread->instance, stack_top, (uint32_t)block).outcome ==
			    ENGINE_RETURNED)
				return thread;
		}
		memory_unmap(grate->memory, (uint64_t)address, size);
	}
	thread_free(thread);
	return NULL;
}

static bool entry_claim(struct grate_entry *entry)
{
	bool idle = false;

	return !entry->spoiled && atomic_compare_exchange_strong(&entry->busy, &idle, true);
}

/* Whoever waits for the grate's last handler looks again. */
static __attribute__((noinline, cold)) void tell_idle(struct grate *grate)
{
	atomic_fetch_add_explicit(&grate->idle_events, 1, memory_order_release);
	futex_wake(&grate->idle_events, FUTEX_ALL);
}

static inline void entry_release(struct grate_entry *entry)
{
	struct grate *grate = entry->grate;

	/* Nobody is to kick a host thread that is not in it, or is no more. */
	if (entry->thread)
		entry->thread->host = 0;
	/* Release: the next to claim it finds its instance at rest. Whoever waits for the grate's last
	 * handler and misses this store against its own, which is possible, looks again soon. */
	atomic_store_explicit(&entry->busy, false, memory_order_release);
	if (unlikely(atomic_load_explicit(&grate->dead, memory_order_acquire)))
		tell_idle(grate);
}

/* A new entry, busy for the caller. It is in the list before it is made, so that the end of the grate waits
 * for its making too. */
static struct grate_entry *entry_new(struct grate *grate, const struct thread *client)
{
	struct grate_entry *entry = calloc(1, sizeof *entry);

	if (!entry)
		return NULL;
	entry->grate = grate;
	atomic_init(&entry->busy, true);
	pthread_mutex_lock(&grate->lock);
	entry->next = atomic_load_explicit(&grate->entries, memory_order_relaxed);
	/* Sequentially consistent, before the look at `dead`: see struct grate. */
	atomic_store(&grate->entries, entry);
	pthread_mutex_unlock(&grate->lock);
	if (!atomic_load(&grate->dead))
		entry->thread = server_new(grate, client);
	if (entry->thread)
		return entry;
	entry->spoiled = true;
	entry_release(entry);
	return NULL;
}

/* An entry that the client has not used last. NULL: the pool can't grow. */
static __attribute__((noinline)) struct grate_entry *entry_find(struct grate *grate, struct thread *client)
{
	struct grate_entry *entry = atomic_load_explicit(&grate->entries, memory_order_acquire);

	while (entry && !entry_claim(entry))
		entry = entry->next;
	if (!entry)
		entry = entry_new(grate, client);
	if (entry) {
		client->recent_entry = entry;
		client->recent_grate = grate->serial;
	}
	return entry;
}

static inline struct grate_entry *entry_take(struct grate *grate, struct thread *client)
{
	struct grate_entry *entry = client->recent_entry;

	return likely(client->recent_grate == grate->serial && entry_claim(entry))
		       ? entry
		       : entry_find(grate, client);
}

/* What a client gets whose grate has ended (3i.md, rule 4). */
static int64_t grate_gone(struct call *call, const struct route_layer *layer)
{
	const struct grate_handler *handler = layer->argument;

	switch (handler->on_exit) {
	case GRATE_EXIT_FALLS_THROUGH:
		return route_call(layer->below, call);
	case GRATE_EXIT_KILLS:
		cage_end(call->thread->cage, SIGKILL);
		return -ESRCH;
	case GRATE_EXIT_FAILS:
		break;
	}
	/* What ends the caller asks nothing of anybody, and libc makes it until it works. */
	if (call->number == SYS_exit || call->number == SYS_exit_group)
		return route_call(layer->below, call);
	return -ESRCH;
}

/* A grate that is stopped serves nobody until it goes on. False: it does not come to that, since a client is
 * to leave. */
static bool wait_until_it_goes_on(struct grate *grate, struct thread *server, struct thread *client)
{
	/* Who lets it go on takes the bit back under the same lock. */
	pthread_mutex_lock(&cage_tree_lock);
	if (atomic_load(&grate->stopped))
		atomic_fetch_or_explicit(&server->attention, ATTENTION_STOP, memory_order_relaxed);
	pthread_mutex_unlock(&cage_tree_lock);
	return stop_park_server(server, client);
}

static inline void entry_leave(struct grate_entry *entry, struct thread *client)
{
	atomic_store_explicit(&client->server, NULL, memory_order_release);
	entry->thread->client = NULL;
	entry_release(entry);
}

/* A handler that ended otherwise than by returning, or left a fork to be finished. What the client gets goes
 * to *result; false: that is what calls to a grate get that has ended. */
static __attribute__((noinline, cold)) bool finish_handler(struct grate_entry *entry,
							   struct engine_result outcome, int64_t *result)
{
	outcome = fork_finish_entry(entry->thread, outcome, "a handler of 3i", result);
	if (outcome.outcome == ENGINE_RETURNED)
		return true;
	entry->spoiled = true;
	/* The handler was cut short by the grate's end. */
	if (outcome.outcome == ENGINE_UNWOUND)
		return false;
	*result = outcome.outcome == ENGINE_REFUSED ? -EAGAIN : -EFAULT;
	/* A trap in a handler ends the grate as it would end any program. */
	if (*result == -EFAULT)
		cage_end(entry->grate->cage, (outcome.trap_signal ? outcome.trap_signal : SIGABRT) | 0x80);
	return true;
}

/* route_function of every handler. */
static int64_t grate_serve(struct call *call, const struct route_layer *layer)
{
	const struct grate_handler *handler = layer->argument;
	struct grate *grate = handler->grate;
	struct thread *client = call->thread, *server;
	struct grate_entry *entry;
	struct engine_result outcome;
	bool returned, answers = true;
	int64_t result;

	/* A grate that handles its own calls would go on for ever. */
	entry = likely(client->depth < LIMIT_GRATE_DEPTH) ? entry_take(grate, client) : NULL;
	if (unlikely(!entry))
		return atomic_load(&grate->dead) ? grate_gone(call, layer) : -EAGAIN;
	if (unlikely(atomic_load(&grate->dead))) {
		entry_release(entry);
		return grate_gone(call, layer);
	}
	server = entry->thread;
	server->client = client;
	server->depth = client->depth + 1;
	server->host = client->host;
	atomic_store_explicit(&client->server, server, memory_order_release);
	if (unlikely(atomic_load(&grate->stopped))) {
		bool stays = wait_until_it_goes_on(grate, server, client);

		if (!stays || atomic_load(&grate->dead)) {
			entry_leave(entry, client);
			return stays ? grate_gone(call, layer) : -EINTR;
		}
	}
	returned = engine_call_handler(server->instance, handler->function, grate->id, call->argument,
				       call->argument_cage, &result, &outcome);
	if (unlikely(!returned || !fork_entry_is_clean(server))) {
		if (returned)
			outcome = (struct engine_result){.outcome = ENGINE_RETURNED};
		answers = finish_handler(entry, outcome, &result);
	}
	entry_leave(entry, client);
	return likely(answers) ? result : grate_gone(call, layer);
}

int grate_register(struct grate *grate, struct route_table *table, uint64_t number, uint32_t function,
		   enum grate_exit on_exit)
{
	struct grate_handler *handler;
	int result;

	pthread_mutex_lock(&grate->lock);
	for (handler = grate->handlers; handler; handler = handler->next)
		if (handler->function == function && handler->on_exit == on_exit)
			break;
	if (!handler && (handler = malloc(sizeof *handler))) {
		*handler = (struct grate_handler){
			.grate = grate, .function = function, .on_exit = on_exit, .next = grate->handlers};
		grate->handlers = handler;
	}
	pthread_mutex_unlock(&grate->lock);
	if (!handler)
		return -ENOMEM;
	result = route_set(table, number, grate_serve, handler, (struct route_owner *)grate);
	return result;
}

int grate_deregister(struct grate *grate, struct route_table *table, uint64_t number)
{
	return route_clear(table, number, (struct route_owner *)grate);
}

/* Tells every handler that runs to leave; those that block are kicked. True: some still run. */
static bool kick_entries(struct grate *grate)
{
	bool running = false;

	pthread_mutex_lock(&cage_tree_lock);
	for (struct grate_entry *entry = atomic_load_explicit(&grate->entries, memory_order_acquire); entry;
	     entry = entry->next) {
		if (!atomic_load(&entry->busy))
			continue;
		if (entry->thread)
			thread_attend(entry->thread, ATTENTION_LEAVE);
		running = true;
	}
	pthread_mutex_unlock(&cage_tree_lock);
	return running;
}

static void grate_dies(struct cage *cage)
{
	struct grate *grate = atomic_load_explicit(&cage->grate, memory_order_acquire);

	if (!grate)
		return;
	atomic_store(&grate->dead, true);
	kick_entries(grate);
}

/* With cage_tree_lock held: the handlers that run stop with their cage, and go on with it. */
static void grate_stops(struct cage *cage, bool stops)
{
	struct grate *grate = atomic_load_explicit(&cage->grate, memory_order_acquire);

	if (!grate)
		return;
	atomic_store(&grate->stopped, stops);
	for (struct grate_entry *entry = atomic_load_explicit(&grate->entries, memory_order_acquire); entry;
	     entry = entry->next) {
		if (!entry->thread || !atomic_load(&entry->busy))
			continue;
		if (stops)
			thread_attend(entry->thread, ATTENTION_STOP);
		else
			thread_release(entry->thread);
	}
}

/* On the last thread of the cage, or at exec: no handler may run when the program's memory and files go. */
static void grate_is_gone(struct cage *cage)
{
	const struct timespec again = {.tv_nsec = 10000000};
	struct grate *grate = atomic_load_explicit(&cage->grate, memory_order_acquire);

	if (!grate)
		return;
	atomic_store(&grate->dead, true);
	for (;;) {
		uint32_t seen = atomic_load_explicit(&grate->idle_events, memory_order_acquire);

		if (!kick_entries(grate))
			break;
		futex_wait(&grate->idle_events, seen, &again);
	}
	/* Nobody is in an entry any more, and nobody will be: what follows the server pointers of clients
	 * does so under this lock, and finds none. */
	pthread_mutex_lock(&cage_tree_lock);
	atomic_store_explicit(&cage->grate, NULL, memory_order_release);
	pthread_mutex_unlock(&cage_tree_lock);
	for (struct grate_entry *entry = atomic_load(&grate->entries); entry; entry = entry->next) {
		if (entry->thread)
			thread_free(entry->thread);
		entry->thread = NULL;
	}
	memory_unref(grate->memory);
	engine_module_unref(grate->module);
	grate_unref(grate);
}

void grate_start(void)
{
	route_set_owner_operations(owner_ref, owner_unref);
	cage_set_end_hooks(grate_dies, grate_is_gone);
	stop_set_hook(grate_stops);
}
