/* Futexes: the host's own, on the host's addresses of guest words. Two cages that share a mapping share its
 * futexes; two that do not cannot meet, whatever they say, since a private futex is known to the host by an
 * address that only one memory has. Locks that name their owner are in futex_owned.c. */
#include "rawposix/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>

#include "rawposix/files.h"

#define NANOSECONDS INT64_C(1000000000)

int futex_deadline(struct call *call, struct timespec *deadline)
{
	if (!call_address(call, 3))
		return 0;
	if (call_read(call, 3, deadline, sizeof *deadline))
		return -EFAULT;
	if (deadline->tv_sec < 0 || deadline->tv_nsec < 0 || deadline->tv_nsec >= NANOSECONDS)
		return -EINVAL;
	return 1;
}

int64_t futex_sleep(struct call *call, int flags, void *word, uint32_t value, const struct timespec *deadline,
		    uint32_t bits)
{
	int64_t result;

	/* Woken by something that is no matter of the guest: once more. */
	do
		result = host_call_interruptible(&call->thread->attention, SYS_futex, (long)word,
						 FUTEX_WAIT_BITSET | flags, value, (long)deadline, 0, bits);
	while (result == -EINTR && !atomic_load_explicit(&call->thread->attention, memory_order_acquire));
	return result;
}

static struct timespec timespec_of(int64_t nanoseconds)
{
	return (struct timespec){nanoseconds / NANOSECONDS, nanoseconds % NANOSECONDS};
}

/* When a time that begins now is over; what is too far away to be counted never is. */
static int64_t from_now(const struct timespec *time)
{
	struct timespec now;
	int64_t start;

	clock_gettime(CLOCK_MONOTONIC, &now);
	start = now.tv_sec * NANOSECONDS + now.tv_nsec;
	if (time->tv_sec >= (INT64_MAX - start) / NANOSECONDS - 1)
		return INT64_MAX;
	return start + time->tv_sec * NANOSECONDS + time->tv_nsec;
}

static int64_t wait_bits(struct call *call, int flags, void *word, uint32_t bits)
{
	struct timespec deadline;
	int limited = futex_deadline(call, &deadline);
	int64_t result;

	if (limited < 0)
		return limited;
	result = futex_sleep(call, flags, word, call_unsigned(call, 2), limited ? &deadline : NULL, bits);
	return result == -EINTR && limited ? -ERESTARTNOHAND : result;
}

/* FUTEX_WAIT: its time is relative, and counted from the first try when the call is made again. */
static int64_t wait_for(struct call *call, int flags, void *word)
{
	struct thread *thread = call_subject(call);
	struct timespec time;
	int64_t end, result;
	int limited = futex_deadline(call, &time);

	if (limited <= 0)
		return limited < 0 ? limited : wait_bits(call, flags, word, FUTEX_BITSET_MATCH_ANY);
	end = thread && thread->restart_deadline ? thread->restart_deadline : from_now(&time);
	time = timespec_of(end);
	result = futex_sleep(call, flags, word, call_unsigned(call, 2), &time, FUTEX_BITSET_MATCH_ANY);
	if (result != -EINTR)
		return result;
	if (thread)
		thread->restart_deadline = end;
	return -ERESTARTNOHAND;
}

int64_t sys_futex(struct call *call)
{
	int operation = call_int(call, 1), flags = operation & ~FUTEX_CMD_MASK;
	void *word = call_pointer(call, 0, sizeof(uint32_t)), *second = NULL;

	switch (operation & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		/* The clock is chosen where the time is absolute only. */
		return flags & FUTEX_CLOCK_REALTIME ? -ENOSYS : wait_for(call, flags, word);
	case FUTEX_WAIT_BITSET:
		return wait_bits(call, flags, word, call_unsigned(call, 5));
	case FUTEX_LOCK_PI:
		return flags & FUTEX_CLOCK_REALTIME ? -ENOSYS
						    : futex_lock(call, flags | FUTEX_CLOCK_REALTIME, false);
	case FUTEX_LOCK_PI2:
		return futex_lock(call, flags, false);
	case FUTEX_TRYLOCK_PI:
		return flags & FUTEX_CLOCK_REALTIME ? -ENOSYS : futex_lock(call, flags, true);
	case FUTEX_UNLOCK_PI:
		return flags & FUTEX_CLOCK_REALTIME ? -ENOSYS : futex_unlock(call, flags);
	case FUTEX_WAIT_REQUEUE_PI:
		return futex_wait_requeue(call, flags);
	case FUTEX_CMP_REQUEUE_PI:
		return flags & FUTEX_CLOCK_REALTIME ? -ENOSYS : futex_requeue(call, flags);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
	case FUTEX_WAKE_OP:
		second = call_pointer(call, 4, sizeof(uint32_t));
		break;
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		break;
	default:
		return -ENOSYS;
	}
	/* These don't sleep, and are done whatever else awaits the thread. */
	return HOST_CALL(SYS_futex, word, operation, call_int(call, 2), call_unsigned(call, 3), second,
			 call_unsigned(call, 5));
}
