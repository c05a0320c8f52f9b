/* Copies between the grate and the cages whose calls it handles: 3i's call 1002, made through the grate's own
 * table, so that grates further out see it. */
#include "grate.h"

#include <errno.h>
#include <limits.h>
#include <lind_syscall.h>
#include <string.h>

#define PAGE 4096u

static int copy(const struct grate_call *call, uint64_t source, uint64_t source_cage, uint64_t destination,
		uint64_t destination_cage, size_t length)
{
	if (!length)
		return 0;
	int64_t result = make_threei_call64(CALL_COPY_DATA, 0, call->self, call->self, call->self, call->self,
					    call->client, call->self, source, source_cage, destination,
					    destination_cage, length, call->self, 0, call->self, 0);
	/* Whatever refuses the copy (a cage that is gone, one that this grate may not touch): to the client
	 * it is an address that can't be read. */
	return result < 0 ? -EFAULT : 0;
}

int grate_read_at(const struct grate_call *call, uint64_t cage, uint64_t address, void *to, size_t length)
{
	return copy(call, address, cage, (uintptr_t)to, call->self, length);
}

int grate_write_at(const struct grate_call *call, uint64_t cage, uint64_t address, const void *from,
		   size_t length)
{
	return copy(call, (uintptr_t)from, call->self, address, cage, length);
}

int grate_read(const struct grate_call *call, unsigned n, void *to, size_t length)
{
	return grate_read_at(call, call->cage[n], call->argument[n], to, length);
}

int grate_write(const struct grate_call *call, unsigned n, const void *from, size_t length)
{
	return grate_write_at(call, call->cage[n], call->argument[n], from, length);
}

int64_t grate_read_string_at(const struct grate_call *call, uint64_t cage, uint64_t address, char *to,
			     size_t size)
{
	/* Page by page: what lies behind the string's last page may be unmapped. */
	for (size_t have = 0; have < size;) {
		size_t piece = PAGE - (size_t)((address + have) % PAGE);
		if (piece > size - have)
			piece = size - have;
		int error = grate_read_at(call, cage, address + have, to + have, piece);
		if (error)
			return error;
		const char *end = memchr(to + have, 0, piece);
		if (end)
			return end - to;
		have += piece;
	}
	return -ENAMETOOLONG;
}

int64_t grate_read_string(const struct grate_call *call, unsigned n, char *to, size_t size)
{
	return grate_read_string_at(call, call->cage[n], call->argument[n], to, size);
}

char *grate_take_string(struct grate_call *call, unsigned n, int *error)
{
	char *to = grate_take(call, PATH_MAX);
	if (!to) {
		*error = -ENOMEM;
		return NULL;
	}
	int64_t length = grate_read_string(call, n, to, PATH_MAX);
	if (length < 0) {
		*error = (int)length;
		return NULL;
	}
	return to;
}
