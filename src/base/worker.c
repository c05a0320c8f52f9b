/* The pool of worker threads.
 *
 * A worker lives on a stack mapped here. When its function is done, it joins the idle ones, the last of which
 * is started first since its caches are warm; if enough are idle, it ends. Its stack can be reused only when
 * it is gone from it, so an ended worker lies in one slot, `ended`, for whoever comes next to join it. */
#include "base/worker.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/limits.h"

#define GUARD_SIZE   4096
#define WORKERS_IDLE 32
#define STACK_KEPT   (256 * 1024) /* below an idle worker's frame; deeper pages are given back */
/* For handlers of signals, above the stack: as much as the engine asks for, which would map one of its own,
 * and could not be told that the host has no room for it. */
#define HANDLER_STACK (256 * 1024)
/* Of the host's mappings, what a thread takes with its stacks, store and collector's heap, and as much again
 * for what the cages do. */
#define MAPPINGS_EACH 8

/* At the upper end of its own stack mapping. */
struct worker {
	struct worker *next; /* in `idle`; under pool_lock */
	pthread_t thread;
	void (*function)(void *);
	void *argument;
	bool changed; /* see worker_scheduling_changed */
	/* Stored with release after function and argument, loaded with acquire before. */
	_Atomic uint32_t has_work;
};

static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static struct worker *idle;
static unsigned idle_count;
static struct worker *ended;
/* Threads that are not buried, and how many they were since memory was last given back. */
static unsigned there, peak;

static __thread bool scheduling_changed;

static uint8_t *mapping_of(struct worker *worker)
{
	return (uint8_t *)(worker + 1) - LIMIT_HOST_STACK;
}

/* The stack ends there, at an address aligned as the calling convention wants it. */
static uint8_t *handler_stack(struct worker *worker)
{
	return (uint8_t *)((uintptr_t)worker & ~(uintptr_t)63) - HANDLER_STACK;
}

static struct worker *map_worker(void)
{
	uint8_t *mapping = mmap(NULL, LIMIT_HOST_STACK, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (mapping == MAP_FAILED)
		return NULL;
	/* A first touch must not clear 2 MiB; where the kernel has no huge pages, it says EINVAL. */
	madvise(mapping, LIMIT_HOST_STACK, MADV_NOHUGEPAGE);
	if (mprotect(mapping, GUARD_SIZE, PROT_NONE)) {
		munmap(mapping, LIMIT_HOST_STACK);
		return NULL;
	}
	return (struct worker *)(mapping + LIMIT_HOST_STACK) - 1;
}

static void count_fresh(void)
{
	pthread_mutex_lock(&pool_lock);
	if (++there > peak)
		peak = there;
	pthread_mutex_unlock(&pool_lock);
}

/* One thread less. When most of many have gone, what they had of malloc's goes back to the host: a thread
 * keeps some of it to its very end. */
static void count_buried(void)
{
	bool few;
	pthread_mutex_lock(&pool_lock);
	there--;
	few = peak > 2 * WORKERS_IDLE && (there < peak / 4 || there <= WORKERS_IDLE + WORKERS_IDLE / 4);
	if (few)
		peak = there;
	pthread_mutex_unlock(&pool_lock);
	if (few)
		malloc_trim(0);
}

/* Waits for the thread of an ended worker; then its stack is free. */
static void bury(struct worker *worker)
{
	if (!worker)
		return;
	pthread_join(worker->thread, NULL);
	munmap(mapping_of(worker), LIMIT_HOST_STACK);
	count_buried();
}

/* Gives back what lies deeper in the stack than an idle worker needs; called on it. The kernel looks only at
 * what exists. */
static void trim(struct worker *worker)
{
	uint8_t *low = mapping_of(worker) + GUARD_SIZE;
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	size_t above = here - (uintptr_t)low;
	if (above > STACK_KEPT)
		madvise(low, (above - STACK_KEPT) & ~(size_t)(GUARD_SIZE - 1), MADV_DONTNEED);
}

/* Puts the worker among the idle ones. False: enough are idle, and it must end. */
static bool become_idle(struct worker *worker)
{
	bool keep;
	struct worker *gone = NULL;
	pthread_mutex_lock(&pool_lock);
	keep = idle_count < WORKERS_IDLE && !scheduling_changed;
	if (keep) {
		worker->next = idle;
		idle = worker;
		idle_count++;
	} else {
		gone = ended;
		ended = worker;
	}
	pthread_mutex_unlock(&pool_lock);
	bury(gone);
	return keep;
}

static void *work(void *start)
{
	struct worker *worker = start;
	stack_t before;
	stack_t handlers = {.ss_sp = handler_stack(worker), .ss_size = HANDLER_STACK};
	sigaltstack(&handlers, &before);
	scheduling_changed = worker->changed;
	for (;;) {
		while (!atomic_load_explicit(&worker->has_work, memory_order_acquire))
			futex_wait(&worker->has_work, 0, NULL);
		atomic_store_explicit(&worker->has_work, 0, memory_order_relaxed);
		worker->function(worker->argument);
		trim(worker);
		if (!become_idle(worker)) {
			host_kick_stop();
			sigaltstack(&before, NULL); /* a sanitizer's own */
			return NULL;
		}
	}
}

/* The mask of a worker: everything but faults, the kick, and what the host's kernel sends to who uses lind's
 * terminal from its background: by default they stop the whole of lind, as any program. */
static void worker_mask(sigset_t *mask)
{
	static const int open[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL, SIGTTIN,
				   SIGTTOU, SIGTRAP, SIGABRT, SIGSYS, HOST_KICK_SIGNAL};
	sigfillset(mask);
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		sigdelset(mask, open[i]);
}

/* Starts a thread for the worker, which finds its work there. */
static int create(struct worker *worker)
{
	sigset_t mask;
	pthread_attr_t attributes;
	uint8_t *low = mapping_of(worker) + GUARD_SIZE;
	size_t size = (size_t)(handler_stack(worker) - low);
	if (pthread_attr_init(&attributes))
		return -EAGAIN;
	worker_mask(&mask);
	int error = pthread_attr_setstack(&attributes, low, size);
	if (!error)
		error = pthread_attr_setsigmask_np(&attributes, &mask);
	if (!error)
		error = pthread_create(&worker->thread, &attributes, work, worker);
	pthread_attr_destroy(&attributes);
	return error ? -EAGAIN : 0;
}

static unsigned limit;

static void find_limit(void)
{
	unsigned long mappings = 0;
	FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
	if (file && fscanf(file, "%lu", &mappings) != 1)
		mappings = 0;
	if (file)
		fclose(file);
	limit = LIMIT_THREADS;
	if (mappings && mappings / MAPPINGS_EACH < limit)
		limit = (unsigned)(mappings / MAPPINGS_EACH);
}

unsigned worker_limit(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, find_limit);
	return limit;
}

int worker_start(void (*function)(void *), void *argument)
{
	struct worker *gone = NULL;
	pthread_mutex_lock(&pool_lock);
	struct worker *worker = scheduling_changed ? NULL : idle;
	if (worker) {
		idle = worker->next;
		idle_count--;
	} else {
		gone = ended;
		ended = NULL;
	}
	pthread_mutex_unlock(&pool_lock);

	if (worker) {
		worker->function = function;
		worker->argument = argument;
		atomic_store_explicit(&worker->has_work, 1, memory_order_release);
		futex_wake(&worker->has_work, 1);
		return 0;
	}
	if (gone) {
		pthread_join(gone->thread, NULL);
		worker = gone;
	} else {
		worker = map_worker();
		if (!worker)
			return -EAGAIN;
		count_fresh();
	}
	worker->function = function;
	worker->argument = argument;
	worker->changed = scheduling_changed;
	atomic_init(&worker->has_work, 1);
	int error = create(worker);
	if (error) {
		munmap(mapping_of(worker), LIMIT_HOST_STACK);
		count_buried();
	}
	return error;
}

void worker_scheduling_changed(void)
{
	scheduling_changed = true;
}
