/* Waiting for any of several descriptors: poll ppoll select pselect6. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/layout.h"
#include "rawposix/waiting.h"

/* Descriptors in the host's terms, with the files that keep them open. */
struct watched {
	struct pollfd *host;
	struct file **file;
	size_t count;
};

static int watched_make(struct watched *watched, size_t count)
{
	watched->count = count;
	watched->host = calloc(count + 1, sizeof *watched->host);
	watched->file = calloc(count + 1, sizeof(struct file *));
	return watched->host && watched->file ? 0 : -ENOMEM;
}

static void watched_end(struct watched *watched)
{
	for (size_t i = 0; watched->file && i < watched->count; i++)
		if (watched->file[i])
			file_unref(watched->file[i]);
	free(watched->host);
	free(watched->file);
}

#define cleanup_watched __attribute__((cleanup(watched_end)))

/* The host's ppoll, which counts *timeout down (NULL: no end). */
static int64_t wait_for(struct call *call, struct watched *watched, struct timespec *timeout)
{
	return host_call_interruptible(&call->thread->attention, SYS_ppoll, (long)watched->host,
				       (long)watched->count, (long)timeout, 0, sizeof(uint64_t), 0);
}

static int64_t poll_files(struct call *call, struct timespec *timeout)
{
	cleanup_watched struct watched watched = {0};
	uint32_t count = call_unsigned(call, 1);
	if (count > call_descriptor_limit(call) || count > LIMIT_DESCRIPTORS)
		return -EINVAL;
	int64_t result = watched_make(&watched, count);
	struct pollfd *asked = calloc(count + 1, sizeof *asked);
	cleanup_free void *asked_owner = asked;
	if (result < 0 || !asked)
		return -ENOMEM;
	if (call_read(call, 0, asked, count * sizeof *asked))
		return -EFAULT;
	size_t bad = 0;
	for (size_t i = 0; i < count; i++) {
		watched.host[i] = (struct pollfd){.fd = -1, .events = asked[i].events};
		if (asked[i].fd < 0)
			continue;
		watched.file[i] = file_get(call->cage->files, asked[i].fd);
		if (watched.file[i])
			watched.host[i].fd = watched.file[i]->host;
		else
			bad++;
	}
	struct timespec none = {0};
	result = wait_for(call, &watched, bad ? &none : timeout);
	if (result < 0)
		return result;
	for (size_t i = 0; i < count; i++)
		asked[i].revents = asked[i].fd >= 0 && !watched.file[i] ? POLLNVAL : watched.host[i].revents;
	if (call_write(call, 0, asked, count * sizeof *asked))
		return -EFAULT;
	return result + (int64_t)bad;
}

int64_t sys_poll(struct call *call)
{
	int milliseconds = call_int(call, 2);
	struct timespec timeout = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
	return poll_files(call, milliseconds < 0 ? NULL : &timeout);
}

/* Linux tells how much is left, and does not mind if it can't. */
static void give_rest(struct call *call, unsigned index, const struct timespec *rest)
{
	(void)!call_write(call, index, rest, sizeof *rest);
}

static int read_timeout(struct call *call, unsigned index, struct timespec *timeout)
{
	if (!call_address(call, index))
		return 0;
	if (call_read(call, index, timeout, sizeof *timeout))
		return -EFAULT;
	return timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000 ? -EINVAL : 1;
}

int64_t sys_ppoll(struct call *call)
{
	struct timespec timeout;
	bool masked;
	int limited = read_timeout(call, 2, &timeout);
	if (limited < 0)
		return limited;
	int64_t result = waiting_begin(call, 3, call_address(call, 3), call_size(call, 4), &masked);
	if (result == 0)
		result = poll_files(call, limited ? &timeout : NULL);
	if (limited && result != -EFAULT)
		give_rest(call, 2, &timeout);
	return waiting_end(call, masked, result);
}

/* -- select -- */

#define SET_BYTES (LIMIT_DESCRIPTORS / 8)

/* What of poll's events puts a descriptor into each of select's sets, and which of them are asked for. */
static const struct {
	short counts, asks;
} select_events[3] = {
	{POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR, POLLIN | POLLRDNORM | POLLRDBAND},
	{POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR, POLLOUT | POLLWRNORM | POLLWRBAND},
	{POLLPRI, POLLPRI},
};

struct selection {
	size_t count, bytes;
	uint8_t set[3][SET_BYTES];
};

static int read_sets(struct call *call, struct selection *selection)
{
	int count = call_int(call, 0), room = (int)file_table_size(call->cage->files);
	if (count < 0)
		return -EINVAL;
	/* Linux does not look at what the table has no room for. */
	selection->count = (size_t)(count < room ? count : room);
	selection->bytes = (selection->count + 31) / 32 * 4; /* the guest's long */
	memset(selection->set, 0, sizeof selection->set);
	for (unsigned i = 0; i < 3; i++)
		if (call_address(call, 1 + i) && call_read(call, 1 + i, selection->set[i], selection->bytes))
			return -EFAULT;
	return 0;
}

static bool in_set(const struct selection *selection, unsigned set, size_t descriptor)
{
	return selection->set[set][descriptor / 8] >> descriptor % 8 & 1;
}

/* Fills `watched` from the sets; `descriptor[i]` is the guest's for watched->host[i]. */
static int64_t watch_sets(struct call *call, const struct selection *selection, struct watched *watched,
			  uint16_t descriptor[static LIMIT_DESCRIPTORS])
{
	if (watched_make(watched, selection->count) < 0)
		return -ENOMEM;
	size_t found = 0;
	for (size_t i = 0; i < selection->count; i++) {
		short events = 0;
		for (unsigned j = 0; j < 3; j++)
			if (in_set(selection, j, i))
				events |= select_events[j].asks;
		if (!events)
			continue;
		struct file *file = file_get(call->cage->files, (int)i);
		if (!file)
			return -EBADF;
		watched->file[found] = file;
		watched->host[found] = (struct pollfd){.fd = file->host, .events = events};
		descriptor[found++] = (uint16_t)i;
	}
	watched->count = found;
	return 0;
}

/* Which set an event counts for: only those that the descriptor was put into. */
static bool counts_for(const struct pollfd *host, unsigned set)
{
	return (host->events & select_events[set].asks) == select_events[set].asks &&
	       host->revents & select_events[set].counts;
}

static int64_t select_files(struct call *call, struct timespec *timeout)
{
	struct selection selection;
	cleanup_watched struct watched watched = {0};
	uint16_t descriptor[LIMIT_DESCRIPTORS];
	int64_t result = read_sets(call, &selection);
	if (result == 0)
		result = watch_sets(call, &selection, &watched, descriptor);
	if (result < 0)
		return result;
	memset(selection.set, 0, sizeof selection.set);
	int64_t total = 0;
	do {
		result = wait_for(call, &watched, timeout);
		if (result < 0)
			return result;
		for (size_t i = 0; i < watched.count; i++) {
			bool counted = false;
			for (unsigned j = 0; j < 3; j++)
				if (counts_for(&watched.host[i], j)) {
					size_t at = descriptor[i];
					selection.set[j][at / 8] |= (uint8_t)(1u << at % 8);
					counted = true;
					total++;
				}
			/* poll always tells of an end or an error; who did not ask waits on, without it. */
			if (watched.host[i].revents && !counted)
				watched.host[i].fd = -1;
		}
	} while (result > 0 && total == 0);
	for (unsigned i = 0; i < 3; i++)
		if (call_address(call, 1 + i) && call_write(call, 1 + i, selection.set[i], selection.bytes))
			return -EFAULT;
	return total;
}

int64_t sys_select(struct call *call)
{
	struct timeval given;
	struct timespec timeout;
	bool limited = call_address(call, 4);
	if (limited) {
		if (call_read(call, 4, &given, sizeof given))
			return -EFAULT;
		if (given.tv_sec < 0 || given.tv_usec < 0)
			return -EINVAL;
		int64_t seconds;
		if (__builtin_add_overflow(given.tv_sec, given.tv_usec / 1000000, &seconds))
			seconds = INT64_MAX;
		timeout = (struct timespec){.tv_sec = seconds, .tv_nsec = given.tv_usec % 1000000 * 1000};
	}
	int64_t result = select_files(call, limited ? &timeout : NULL);
	if (limited && result != -EFAULT) {
		given = (struct timeval){.tv_sec = timeout.tv_sec, .tv_usec = timeout.tv_nsec / 1000};
		(void)!call_write(call, 4, &given, sizeof given);
	}
	return result;
}

int64_t sys_pselect6(struct call *call)
{
	struct guest_pselect_mask given = {0};
	struct timespec timeout;
	bool masked;
	if (call_address(call, 5) && call_read(call, 5, &given, sizeof given))
		return -EFAULT;
	int limited = read_timeout(call, 4, &timeout);
	if (limited < 0)
		return limited;
	int64_t result = waiting_begin(call, 5, given.set, given.size, &masked);
	if (result == 0)
		result = select_files(call, limited ? &timeout : NULL);
	if (limited && result != -EFAULT)
		give_rest(call, 4, &timeout);
	return waiting_end(call, masked, result);
}
