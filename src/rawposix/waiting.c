#include "rawposix/waiting.h"

#include "cage/thread.h"

int waiting_begin(struct call *call, unsigned index, uint64_t address, uint64_t size, bool *mask_changed)
{
	struct thread *thread = call_subject(call);
	signal_set mask;
	*mask_changed = false;
	if (!address)
		return 0;
	if (size != sizeof mask)
		return -EINVAL;
	if (guest_read(call_memory(call, index), &mask, address, sizeof mask))
		return -EFAULT;
	if (!thread)
		return -EINVAL;
	signal_set_temporary(thread, mask);
	*mask_changed = true;
	/* The mask's own bit of attention is no reason to wake; a signal's is, whichever thread serves the
	 * call. */
	uint32_t attention =
		atomic_fetch_and_explicit(&thread->attention, ~ATTENTION_MASK, memory_order_relaxed);
	return attention & ATTENTION_SIGNAL ? -EINTR : 0;
}

int64_t waiting_end(struct call *call, bool mask_changed, int64_t result)
{
	struct thread *thread = mask_changed ? call_subject(call) : NULL;
	if (!thread)
		return result;
	if (result == -EINTR) {
		atomic_fetch_or_explicit(&thread->attention, ATTENTION_MASK, memory_order_relaxed);
	} else {
		thread->signals.restore_saved = false;
		signal_set_blocked(thread, thread->signals.saved);
	}
	return result;
}
