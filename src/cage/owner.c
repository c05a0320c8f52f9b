/* What a thread held when it ended. */
#include "cage/owner.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi/layout.h"
#include "base/cleanup.h"
#include "cage/cage.h"
#include "cage/tree.h"

/* Entries of one robust list that are looked at: Linux's ROBUST_LIST_LIMIT. A list is the guest's, and may be
 * endless. */
#define LIST_LIMIT 2048
/* In a pointer of a list: the entry's lock has priority inheritance. */
#define ENTRY_INHERITS UINT32_C(1)

static pthread_mutex_t waits_lock = PTHREAD_MUTEX_INITIALIZER;
static struct owner_wait *waits; /* under waits_lock */

static void wake(void *word, bool private_word)
{
	syscall(SYS_futex, word, FUTEX_WAKE | (private_word ? FUTEX_PRIVATE_FLAG : 0), 1, NULL, NULL, 0);
}

bool owner_wait_begin(struct owner_wait *wait)
{
	pthread_mutex_lock(&waits_lock);
	wait->next = waits;
	wait->link = &waits;
	if (waits)
		waits->link = &wait->next;
	waits = wait;
	pthread_mutex_unlock(&waits_lock);
	/* After it is in the list: an owner that ends gives its id back before it looks there. */
	if (cage_thread_lives(wait->owner))
		return true;
	owner_wait_end(wait);
	return false;
}

void owner_wait_end(struct owner_wait *wait)
{
	CLEANUP_LOCK(&waits_lock);
	*wait->link = wait->next;
	if (wait->next)
		wait->next->link = wait->link;
}

void owner_ended(uint32_t id)
{
	CLEANUP_LOCK(&waits_lock);
	for (const struct owner_wait *wait = waits; wait; wait = wait->next)
		if (wait->owner == id)
			wake(wait->word, wait->private_word);
}

/* One lock of a list. False: the list can't be followed further. */
static bool release(const struct guest_memory *memory, uint32_t address, uint32_t owner, bool inherits,
		    bool pending)
{
	uint32_t value, now;
	int result;

	if (address % sizeof value || guest_read(memory, &value, address, sizeof value))
		return false;
	do {
		/* It ended while it took or gave up the lock, perhaps before it could wake the next. */
		if (pending && !inherits && !value)
			break;
		if ((value & FUTEX_TID_MASK) != owner)
			return true;
		now = (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
		result = guest_exchange(memory, address, &value, now);
		if (result < 0)
			return false;
	} while (result);
	/* Those who wait for one of priority inheritance are woken by owner_ended. */
	if (!inherits && (!value || (value & FUTEX_WAITERS)))
		wake(guest_pointer(memory, address, sizeof value), false);
	return true;
}

void owner_release(struct thread *thread, const struct memory *memory)
{
	const struct guest_memory *guest = &memory->guest;
	uint32_t list = thread->robust_list, entry, next;
	struct guest_robust_list_head head;

	thread->robust_list = 0;
	if (!list || guest_read(guest, &head, list, sizeof head))
		return;
	entry = head.next;
	for (unsigned i = 0; i < LIST_LIMIT && (entry & ~ENTRY_INHERITS) != list; i++, entry = next) {
		uint32_t address = (entry & ~ENTRY_INHERITS);
		/* Read before the lock is given up: its next owner may unlink the entry. */
		bool more = guest_read(guest, &next, address, sizeof next) == 0;

		if (address != (head.pending & ~ENTRY_INHERITS) &&
		    !release(guest, address + (uint32_t)head.futex_offset, thread->id, entry & ENTRY_INHERITS,
			     false))
			return;
		if (!more)
			return;
	}
	if (head.pending)
		release(guest, (head.pending & ~ENTRY_INHERITS) + (uint32_t)head.futex_offset, thread->id,
			head.pending & ENTRY_INHERITS, true);
}
