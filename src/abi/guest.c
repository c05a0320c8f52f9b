/* Copies in and out of guests, and the handlers of the faults that they meet. */
#include "abi/guest.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/machine.h"

int guest_read(const struct guest_memory *memory, void *to, uint64_t from, size_t length)
{
	const void *source = guest_pointer(memory, from, length);
	return source ? machine_copy(to, source, length) : -EFAULT;
}

int guest_write(const struct guest_memory *memory, uint64_t to, const void *from, size_t length)
{
	void *destination = guest_pointer(memory, to, length);
	return destination ? machine_copy(destination, from, length) : -EFAULT;
}

int guest_copy(const struct guest_memory *to_memory, uint64_t to, const struct guest_memory *from_memory,
	       uint64_t from, size_t length)
{
	void *destination = guest_pointer(to_memory, to, length);
	const void *source = guest_pointer(from_memory, from, length);
	return destination && source ? machine_copy(destination, source, length) : -EFAULT;
}

int guest_exchange(const struct guest_memory *memory, uint64_t address, uint32_t *expected, uint32_t wanted)
{
	uint32_t *word = guest_pointer(memory, address, sizeof *word);
	return word && address % sizeof *word == 0 ? machine_exchange(word, expected, wanted) : -EFAULT;
}

int64_t guest_read_string(const struct guest_memory *memory, char *to, uint64_t from, size_t size)
{
	size_t done = 0, piece = 64;
	while (done < size) {
		/* The page after the string's last may be missing, so no piece leaves its page. The NUL is
		 * looked for in the copy: the guest can't change that. */
		size_t length = GUEST_PAGE - (from + done) % GUEST_PAGE;
		if (length > piece)
			length = piece;
		if (length > size - done)
			length = size - done;
		int error = guest_read(memory, to + done, from + done, length);
		if (error)
			return error;
		const char *end = memchr(to + done, 0, length);
		if (end)
			return end - to;
		done += length;
		piece = GUEST_PAGE;
	}
	return -ENAMETOOLONG;
}

/* The handlers found at start: the engine's. */
static struct sigaction next_segv, next_bus;
/* Calls a handler found at start. False if there was none. */
static bool call_next(const struct sigaction *next, int number, siginfo_t *info, void *context)
{
	if (next->sa_flags & SA_SIGINFO) {
		next->sa_sigaction(number, info, context);
		return true;
	}
	if (next->sa_handler == SIG_DFL || next->sa_handler == SIG_IGN)
		return false;
	next->sa_handler(number);
	return true;
}

/* Nobody knows this fault: back to the default action, which ends the process when the instruction faults
 * again. */
static void give_up(int number)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigaction(number, &action, NULL);
}

static void faulted(int number, siginfo_t *info, void *context)
{
	/* A signal that somebody sent is no fault of the code that it interrupts. */
	if (info->si_code <= 0) {
		give_up(number);
		raise(number);
		return;
	}
	if (machine_access_recover(context))
		return;
	if (!call_next(number == SIGBUS ? &next_bus : &next_segv, number, info, context))
		give_up(number);
}

int guest_faults_start(void)
{
	/* As the engine's, which run guests' handlers: not on the alternate stack. */
	struct sigaction action = {.sa_sigaction = faulted, .sa_flags = SA_SIGINFO | SA_NODEFER};
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGSEGV, &action, &next_segv) || sigaction(SIGBUS, &action, &next_bus))
		return -errno;
	return 0;
}
