#include "file/slot.h"

void slot_refill(struct slot *slot, struct file *file)
{
	uint64_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);
	while (slot_file(word) == file && word >> SLOT_SHIFT >= SLOT_REFILL) {
		int64_t taken = (int64_t)(word >> SLOT_SHIFT);
		/* First the file's count, then the slot's: the weight never promises more than the count has.
		 */
		file_count(file, taken);
		if (atomic_compare_exchange_strong_explicit(&slot->word, &word, word & (SLOT_TAKEN - 1),
							    memory_order_acq_rel, memory_order_relaxed))
			return;
		file_count(file, -taken); /* not the last: the caller has one */
	}
}

struct file *slot_exchange(struct slot *slot, struct file *file)
{
	if (file)
		file_count(file, SLOT_WEIGHT - 1);
	uint64_t word =
		atomic_exchange_explicit(&slot->word, (uint64_t)(uintptr_t)file, memory_order_acq_rel);
	struct file *old = slot_file(word);
	if (!old)
		return NULL;
	/* One of what is left of the weight is the caller's. */
	file_count(old, -(SLOT_WEIGHT - 1 - (int64_t)(word >> SLOT_SHIFT)));
	return old;
}
