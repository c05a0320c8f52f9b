/* Locks of priority inheritance: futexes whose word is the id of the thread that holds it. The host's own
 * can't be used, since they want its thread ids in the word, where guests have theirs; so a word is taken and
 * given back here, and the host's plain futexes are what waiters sleep on.
 *
 * No priority is inherited: no guest thread may have a higher one than another in the first place
 * (schedule.c). Nor is the lock handed over: whoever is first takes it. A thread that has slept takes it with
 * FUTEX_WAITERS set, as others may sleep still; so the wake that it used up is passed on when it gives the
 * lock back. */
#include <errno.h>
#include <linux/futex.h>

#include "cage/owner.h"
#include "rawposix/files.h"
#include "rawposix/futex.h"

#define WAITERS ((uint32_t)FUTEX_WAITERS)
#define OWNER   ((uint32_t)FUTEX_TID_MASK)

/* A word in the memory of argument `index`. */
struct place {
	const struct guest_memory *memory;
	uint64_t address;
	void *host;
	int flags;
};

static int place_of(struct call *call, unsigned index, int flags, struct place *out)
{
	out->memory = call_memory(call, index);
	out->address = call_address(call, index);
	out->host = call_pointer(call, index, sizeof(uint32_t));
	out->flags = flags;
	return out->address % sizeof(uint32_t) ? -EINVAL : 0;
}

/* Takes a word that nobody holds. Returns 0, 1 if it has changed, or -EFAULT. */
static int take(const struct place *place, uint32_t value, uint32_t self, bool slept)
{
	return guest_exchange(place->memory, place->address, &value,
			      self | (value & ~OWNER) | (slept ? WAITERS : 0));
}

/* Sleeps until the word of another thread may be free. Returns 0 to look again, or what ends the call. */
static int64_t await_owner(struct call *call, const struct place *place, uint32_t value,
			   const struct timespec *deadline)
{
	struct owner_wait wait = {.word = place->host,
				  .private_word = place->flags & FUTEX_PRIVATE_FLAG,
				  .owner = value & OWNER};
	int64_t result;

	if (!(value & WAITERS)) {
		int changed = guest_exchange(place->memory, place->address, &value, value | WAITERS);
		if (changed)
			return changed < 0 ? changed : 0;
	}
	if (!owner_wait_begin(&wait))
		return -ESRCH;
	result = futex_sleep(call, place->flags, place->host, value | WAITERS, deadline,
			     FUTEX_BITSET_MATCH_ANY);
	owner_wait_end(&wait);
	return result == -EAGAIN ? 0 : result;
}

/* `slept`: the caller was woken to take the word, by a wake that it must pass on. */
static int64_t lock(struct call *call, const struct place *place, const struct timespec *deadline, bool tries,
		    bool slept)
{
	const struct thread *thread = call_subject(call);
	uint32_t self = thread ? thread->id : 0, value, sleeps_for = 0;
	int64_t result;

	if (!self)
		return -EPERM;
	for (;;) {
		if (guest_read(place->memory, &value, place->address, sizeof value))
			return -EFAULT;
		if ((value & OWNER) == self)
			return -EDEADLK;
		if (!(value & OWNER)) {
			result = take(place, value, self, slept);
			if (result <= 0)
				return result;
			continue;
		}
		if (tries)
			return cage_thread_lives(value & OWNER) ? -EAGAIN : -ESRCH;
		result = await_owner(call, place, value, deadline);
		if (result == -ESRCH && sleeps_for == (value & OWNER)) {
			/* It ended while this thread slept: the lock is its heir's. */
			value |= WAITERS;
			result = guest_exchange(place->memory, place->address, &value,
						self | WAITERS | FUTEX_OWNER_DIED);
			if (result <= 0)
				return result;
		} else if (result) {
			return result;
		}
		sleeps_for = value & OWNER;
		slept = true;
	}
}

int64_t futex_lock(struct call *call, int flags, bool tries)
{
	struct timespec deadline;
	struct place place;
	int limited = tries ? 0 : futex_deadline(call, &deadline);
	int64_t result = limited < 0 ? limited : place_of(call, 0, flags, &place);

	if (!result)
		result = lock(call, &place, limited ? &deadline : NULL, tries, false);
	return result == -EINTR ? -ERESTARTNOINTR : result;
}

int64_t futex_unlock(struct call *call, int flags)
{
	const struct thread *thread = call_subject(call);
	struct place place;
	uint32_t value;
	int result = place_of(call, 0, flags, &place);

	if (result)
		return result;
	if (guest_read(place.memory, &value, place.address, sizeof value))
		return -EFAULT;
	do {
		if (!thread || (value & OWNER) != thread->id)
			return -EPERM;
		result = guest_exchange(place.memory, place.address, &value, 0);
	} while (result > 0);
	if (result < 0)
		return result;
	/* The word may be gone already, if who took it was the last to need it. */
	HOST_CALL(SYS_futex, place.host, FUTEX_WAKE | flags, 1);
	return 0;
}

int64_t futex_wait_requeue(struct call *call, int flags)
{
	struct timespec deadline;
	struct place first, second;
	int limited = futex_deadline(call, &deadline);
	int64_t result = limited < 0 ? limited : place_of(call, 0, flags, &first);

	if (!result)
		result = place_of(call, 4, flags, &second);
	if (!result && first.host == second.host)
		result = -EINVAL;
	if (result)
		return result;
	result = futex_sleep(call, flags, first.host, call_unsigned(call, 2), limited ? &deadline : NULL,
			     FUTEX_BITSET_MATCH_ANY);
	if (result)
		return result == -EINTR ? -ERESTARTNOINTR : result;
	/* Woken on one word or the other. */
	result = lock(call, &second, limited ? &deadline : NULL, false, true);
	return result == -EINTR ? -EAGAIN : result;
}

int64_t futex_requeue(struct call *call, int flags)
{
	struct place first, second;
	int64_t result = place_of(call, 0, flags, &first);

	if (!result)
		result = place_of(call, 4, flags, &second);
	/* One is woken to take the lock; the others come after it. */
	if (!result && (call_int(call, 2) != 1 || call_int(call, 3) < 0 || first.host == second.host))
		result = -EINVAL;
	return result ? result
		      : HOST_CALL(SYS_futex, first.host, FUTEX_CMP_REQUEUE | flags, 1, call_unsigned(call, 3),
				  second.host, call_unsigned(call, 5));
}
