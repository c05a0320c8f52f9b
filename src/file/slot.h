/* A slot: a place that holds a counted file and can be read while another thread replaces what it holds.
 *
 * The word is the file's address with, in its upper 16 bits, how many references readers have taken out of
 * the slot since it was filled. A filled slot accounts for SLOT_WEIGHT references of its file, so a reader
 * counts by one compare-and-swap of the slot, without touching a file that might be gone, and gives its
 * reference back to the file's own count. Whoever empties the slot takes back what readers have not taken. */
#ifndef LIND_FILE_SLOT_H
#define LIND_FILE_SLOT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "file/internal.h"

#define SLOT_SHIFT  48
#define SLOT_TAKEN  (UINT64_C(1) << SLOT_SHIFT)
#define SLOT_WEIGHT INT64_C(65536)
/* Taken references after which a reader refills the slot. Until it has, others may go on taking: what is left
 * is more than there can be threads (LIMIT_THREADS). */
#define SLOT_REFILL (UINT64_C(1) << 14)

struct slot {
	_Atomic uint64_t word;
};

static inline struct file *slot_file(uint64_t word)
{
	return (struct file *)(uintptr_t)(word & (SLOT_TAKEN - 1)); // NOLINT
}

/* Gives the slot its weight again before the readers run it down. The caller holds a reference of its own. */
void slot_refill(struct slot *slot, struct file *file);

/* The file in the slot, counted, or NULL. */
static inline struct file *slot_get(struct slot *slot)
{
	uint64_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);
	do {
		if (!word)
			return NULL;
		/* Acquire: pairs with the release in slot_exchange, so that the file is seen whole. */
	} while (!atomic_compare_exchange_weak_explicit(&slot->word, &word, word + SLOT_TAKEN,
							memory_order_acquire, memory_order_relaxed));
	struct file *file = slot_file(word);
	if (word >> SLOT_SHIFT >= SLOT_REFILL)
		slot_refill(slot, file);
	return file;
}

/* Puts `file` (NULL: nothing), whose reference is taken over, into the slot. Returns the caller's one
 * reference on what was there, or NULL. */
struct file *slot_exchange(struct slot *slot, struct file *file);

#endif
