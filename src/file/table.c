/* Descriptor tables: small numbers to open files. Looking one up takes no lock; changing the table does. */
#include "file/file.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "file/slot.h"

#define CHUNK       64
#define CHUNK_COUNT (LIMIT_DESCRIPTORS / CHUNK)
_Static_assert(LIMIT_DESCRIPTORS % CHUNK == 0, "a table is whole chunks");

struct chunk {
	struct slot slot[CHUNK];
};

struct file_table {
	pthread_mutex_t lock;
	uint64_t used[CHUNK_COUNT], close_on_exec[CHUNK_COUNT]; /* one bit a descriptor; under the lock */
	/* Made when first needed (stored with release under the lock, loaded with acquire), gone with the
	 * table. */
	struct chunk *_Atomic chunk[CHUNK_COUNT];
	atomic_int record_locks; /* written under the lock of lock.c; read by whoever closes, who set them or
				    sees 0 */
};

static struct slot *slot_of(struct file_table *table, unsigned descriptor)
{
	struct chunk *chunk = atomic_load_explicit(&table->chunk[descriptor / CHUNK], memory_order_acquire);
	return chunk ? &chunk->slot[descriptor % CHUNK] : NULL;
}

static uint64_t bit(unsigned descriptor)
{
	return UINT64_C(1) << descriptor % CHUNK;
}

static bool is_used(const struct file_table *table, int descriptor)
{
	return descriptor >= 0 && descriptor < LIMIT_DESCRIPTORS &&
	       (table->used[descriptor / CHUNK] & bit((unsigned)descriptor));
}

/* Under the lock: the lowest open descriptor >= from, or -1. */
static int next_open(const struct file_table *table, int from)
{
	for (unsigned i = (unsigned)from; i < LIMIT_DESCRIPTORS; i = (i / CHUNK + 1) * CHUNK) {
		uint64_t rest = table->used[i / CHUNK] >> i % CHUNK;
		if (rest)
			return (int)(i + (unsigned)__builtin_ctzll(rest));
	}
	return -1;
}

struct file_table *file_table_new(void)
{
	struct file_table *table = calloc(1, sizeof *table);
	if (table)
		pthread_mutex_init(&table->lock, NULL);
	return table;
}

int file_table_count_locks(struct file_table *table, int change)
{
	return atomic_fetch_add_explicit(&table->record_locks, change, memory_order_relaxed) + change;
}

/* What a descriptor was, once it is none any more. It may close the host's, which may take long: not under
 * the lock. */
static void dropped(struct file_table *table, struct file *file)
{
	if (atomic_load_explicit(&table->record_locks, memory_order_relaxed))
		file_lock_release(table, file);
	if (file->closed)
		file->closed(file, table);
	file_unref(file);
}

/* Under the lock: the slot of a descriptor that is about to be used, or NULL: out of memory. */
static struct slot *slot_make(struct file_table *table, unsigned descriptor)
{
	struct chunk *_Atomic *chunk = &table->chunk[descriptor / CHUNK];
	if (!atomic_load_explicit(chunk, memory_order_relaxed)) {
		struct chunk *fresh = calloc(1, sizeof *fresh);
		if (!fresh)
			return NULL;
		atomic_store_explicit(chunk, fresh, memory_order_release);
	}
	return slot_of(table, descriptor);
}

struct file_table *file_table_copy(struct file_table *table)
{
	struct file_table *copy = file_table_new();
	if (!copy)
		return NULL;
	CLEANUP_LOCK(&table->lock);
	for (int i = next_open(table, 0); i >= 0; i = next_open(table, i + 1)) {
		unsigned descriptor = (unsigned)i;
		struct slot *slot = slot_make(copy, descriptor);
		if (!slot) {
			file_table_free(copy);
			return NULL;
		}
		slot_exchange(slot, slot_get(slot_of(table, descriptor)));
		copy->used[descriptor / CHUNK] |= bit(descriptor);
		copy->close_on_exec[descriptor / CHUNK] |=
			table->close_on_exec[descriptor / CHUNK] & bit(descriptor);
	}
	return copy;
}

void file_table_free(struct file_table *table)
{
	if (!table)
		return;
	file_close_range(table, 0, LIMIT_DESCRIPTORS - 1, false);
	if (atomic_load_explicit(&table->record_locks, memory_order_relaxed))
		file_lock_release_all(table);
	for (size_t i = 0; i < CHUNK_COUNT; i++)
		free(atomic_load_explicit(&table->chunk[i], memory_order_relaxed));
	pthread_mutex_destroy(&table->lock);
	free(table);
}

void file_table_close_on_exec(struct file_table *table)
{
	for (int i = 0; (i = file_next_open(table, i)) >= 0; i++)
		if (file_get_close_on_exec(table, i) == 1)
			file_close(table, i);
}

struct file *file_get(struct file_table *table, int descriptor)
{
	if ((unsigned)descriptor >= LIMIT_DESCRIPTORS)
		return NULL;
	struct slot *slot = slot_of(table, (unsigned)descriptor);
	return slot ? slot_get(slot) : NULL;
}

/* Under the lock: the lowest free descriptor >= minimum, or LIMIT_DESCRIPTORS. */
static unsigned lowest_free(const struct file_table *table, unsigned minimum)
{
	for (unsigned i = minimum / CHUNK; i < CHUNK_COUNT; i++) {
		uint64_t free_bits = ~table->used[i];
		if (i == minimum / CHUNK)
			free_bits &= ~UINT64_C(0) << minimum % CHUNK;
		if (free_bits)
			return i * CHUNK + (unsigned)__builtin_ctzll(free_bits);
	}
	return LIMIT_DESCRIPTORS;
}

/* Under the lock: fills the slot. Returns what was there, counted, or NULL. */
static struct file *put(struct file_table *table, unsigned descriptor, struct file *file, bool close_on_exec)
{
	table->used[descriptor / CHUNK] |= bit(descriptor);
	if (close_on_exec)
		table->close_on_exec[descriptor / CHUNK] |= bit(descriptor);
	else
		table->close_on_exec[descriptor / CHUNK] &= ~bit(descriptor);
	return slot_exchange(slot_of(table, descriptor), file);
}

int file_install(struct file_table *table, struct file *file, int minimum, uint64_t limit, bool close_on_exec)
{
	pthread_mutex_lock(&table->lock);
	unsigned descriptor = minimum < 0 || minimum > LIMIT_DESCRIPTORS
				      ? LIMIT_DESCRIPTORS
				      : lowest_free(table, (unsigned)minimum);
	int result = -EMFILE;
	if (descriptor < LIMIT_DESCRIPTORS && descriptor < limit) {
		result = -ENOMEM;
		if (slot_make(table, descriptor)) {
			put(table, descriptor, file, close_on_exec);
			result = (int)descriptor;
		}
	}
	pthread_mutex_unlock(&table->lock);
	if (result < 0)
		file_unref(file);
	return result;
}

bool file_can_install(struct file_table *table, uint64_t limit)
{
	CLEANUP_LOCK(&table->lock);
	unsigned descriptor = lowest_free(table, 0);
	return descriptor < LIMIT_DESCRIPTORS && descriptor < limit;
}

int file_install_at(struct file_table *table, struct file *file, int descriptor, uint64_t limit,
		    bool close_on_exec)
{
	struct file *old = NULL;
	int result = -EBADF;
	if (descriptor >= 0 && descriptor < LIMIT_DESCRIPTORS && (uint64_t)descriptor < limit) {
		CLEANUP_LOCK(&table->lock);
		result = -ENOMEM;
		if (slot_make(table, (unsigned)descriptor)) {
			old = put(table, (unsigned)descriptor, file, close_on_exec);
			result = descriptor;
		}
	}
	if (result < 0)
		file_unref(file);
	else if (old)
		dropped(table, old);
	return result;
}

int file_close(struct file_table *table, int descriptor)
{
	pthread_mutex_lock(&table->lock);
	struct file *file = NULL;
	if (is_used(table, descriptor)) {
		file = put(table, (unsigned)descriptor, NULL, false);
		table->used[descriptor / CHUNK] &= ~bit((unsigned)descriptor);
	}
	pthread_mutex_unlock(&table->lock);
	if (!file)
		return -EBADF;
	dropped(table, file);
	return 0;
}

int file_close_range(struct file_table *table, unsigned first, unsigned last, bool only_mark)
{
	if (first > last)
		return -EINVAL;
	int i = first < LIMIT_DESCRIPTORS ? (int)first : LIMIT_DESCRIPTORS;
	for (; (i = file_next_open(table, i)) >= 0 && (unsigned)i <= last; i++)
		if (only_mark)
			file_set_close_on_exec(table, i, true);
		else
			file_close(table, i);
	return 0;
}

int file_get_close_on_exec(struct file_table *table, int descriptor)
{
	CLEANUP_LOCK(&table->lock);
	if (!is_used(table, descriptor))
		return -EBADF;
	return (table->close_on_exec[descriptor / CHUNK] & bit((unsigned)descriptor)) != 0;
}

int file_set_close_on_exec(struct file_table *table, int descriptor, bool close_on_exec)
{
	CLEANUP_LOCK(&table->lock);
	if (!is_used(table, descriptor))
		return -EBADF;
	uint64_t *word = &table->close_on_exec[descriptor / CHUNK];
	*word = close_on_exec ? *word | bit((unsigned)descriptor) : *word & ~bit((unsigned)descriptor);
	return 0;
}

int file_next_open(struct file_table *table, int from)
{
	CLEANUP_LOCK(&table->lock);
	return next_open(table, from);
}

unsigned file_table_size(struct file_table *table)
{
	unsigned chunks = CHUNK_COUNT, size = 256;
	while (chunks > 1 && !atomic_load_explicit(&table->chunk[chunks - 1], memory_order_relaxed))
		chunks--;
	if (chunks <= 1)
		return CHUNK;
	while (size < chunks * CHUNK)
		size *= 2;
	return size;
}
