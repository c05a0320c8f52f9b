/*
 * memory.c — the host memory behind instances.
 *
 * Wasmtime asks here for every memory. A guest's own is the cage's reservation, which the caller of
 * engine_instance_create() laid out; it is told from the heap of exception objects by its size, since every
 * guest declares the full 4 GiB. Those heaps are small and recycled, because each thread of a guest that has
 * exceptions or setjmp needs one.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/internal.h"

_Thread_local void *engine_memory_next;

size_t engine_memory_reservation(void)
{
	return (size_t)(ENGINE_MEMORY + ENGINE_GUARD);
}

/* The cage's memory: `env` is its base. It has its full size from the beginning and is not ours to free. */

static uint8_t *cage_get(void *env, size_t *size, size_t *capacity)
{
	*size = ENGINE_MEMORY;
	*capacity = ENGINE_MEMORY;
	return env;
}

static wasmtime_error_t *cage_grow(void *env, size_t size)
{
	(void)env;
	(void)size;
	return wasmtime_error_new("a guest's memory does not grow");
}

/* Heaps of exception objects: ENGINE_GC_HEAP bytes of addresses of which `usable` have been made accessible.
 */

#define KEPT_HEAPS 64

struct heap {
	uint8_t *base;
	size_t size, usable;
};

static struct {
	pthread_mutex_t lock;
	unsigned count;
	struct heap *heap[KEPT_HEAPS];
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint8_t *heap_get(void *env, size_t *size, size_t *capacity)
{
	const struct heap *heap = env;
	*size = heap->size;
	*capacity = ENGINE_GC_HEAP;
	return heap->base;
}

static bool heap_resize(struct heap *heap, size_t size)
{
	if (size > ENGINE_GC_HEAP)
		return false;
	if (size > heap->usable) {
		if (mprotect(heap->base, size, PROT_READ | PROT_WRITE) != 0)
			return false;
		heap->usable = size;
	}
	heap->size = size;
	return true;
}

static wasmtime_error_t *heap_grow(void *env, size_t size)
{
	return heap_resize(env, size) ? NULL : wasmtime_error_new("no memory for exception objects");
}

static void heap_free(struct heap *heap)
{
	munmap(heap->base, ENGINE_GC_HEAP);
	free(heap);
}

/* Keeps the heap for another instance; one that has grown gives its pages back first. */
static void heap_finish(void *env)
{
	struct heap *heap = env;
	if (heap->size > 256 << 10 && madvise(heap->base, heap->usable, MADV_DONTNEED) != 0) {
		heap_free(heap);
		return;
	}
	pthread_mutex_lock(&kept.lock);
	if (kept.count < KEPT_HEAPS) {
		kept.heap[kept.count++] = heap;
		heap = NULL;
	}
	pthread_mutex_unlock(&kept.lock);
	if (heap)
		heap_free(heap);
}

static struct heap *heap_new(void)
{
	struct heap *heap = NULL;
	pthread_mutex_lock(&kept.lock);
	if (kept.count > 0)
		heap = kept.heap[--kept.count];
	pthread_mutex_unlock(&kept.lock);
	if (heap)
		return heap;

	heap = calloc(1, sizeof *heap);
	if (!heap)
		return NULL;
	heap->base =
		mmap(NULL, ENGINE_GC_HEAP, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (heap->base == MAP_FAILED) {
		free(heap);
		return NULL;
	}
	return heap;
}

static wasmtime_error_t *new_memory(void *env, const wasm_memorytype_t *type, size_t minimum, size_t maximum,
				    size_t reserved, size_t guard, wasmtime_linear_memory_t *out)
{
	(void)env;
	(void)type;
	(void)reserved;
	(void)guard;
	if (minimum == ENGINE_MEMORY && maximum == ENGINE_MEMORY) {
		if (!engine_memory_next)
			return wasmtime_error_new("a second memory");
		out->env = engine_memory_next;
		out->get_memory = cage_get;
		out->grow_memory = cage_grow;
		out->finalizer = NULL;
		engine_memory_next = NULL;
		return NULL;
	}
	struct heap *heap = heap_new();
	if (!heap)
		return wasmtime_error_new("no memory for exception objects");
	if (!heap_resize(heap, minimum)) {
		heap_free(heap);
		return wasmtime_error_new("no memory for exception objects");
	}
	out->env = heap;
	out->get_memory = heap_get;
	out->grow_memory = heap_grow;
	out->finalizer = heap_finish;
	return NULL;
}

void engine_memory_configure(wasm_config_t *config)
{
	wasmtime_memory_creator_t creator = {.new_memory = new_memory};
	wasmtime_config_memory_reservation_set(config, ENGINE_MEMORY);
	wasmtime_config_memory_guard_size_set(config, ENGINE_GUARD);
	wasmtime_config_memory_may_move_set(config, false);
	wasmtime_config_memory_init_cow_set(config, false);
	wasmtime_config_host_memory_creator_set(config, &creator);
}
