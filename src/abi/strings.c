/* Copies argv and envp: first the pointers, then the strings one after the other, then both into one block.
 */
#include "abi/strings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"

#define GUEST_POINTER 4

/* A growing piece of memory. */
struct buffer {
	char *bytes;
	size_t used, size;
};

static bool reserve(struct buffer *buffer, size_t more)
{
	if (buffer->size - buffer->used >= more)
		return true;
	size_t size = buffer->size ? buffer->size : 4096;
	while (size - buffer->used < more)
		size *= 2;
	char *bytes = realloc(buffer->bytes, size);
	if (!bytes)
		return false;
	buffer->bytes = bytes;
	buffer->size = size;
	return true;
}

/* Appends the string at `address`, of at most `budget` bytes with its NUL. Returns its length or -errno. */
static int64_t append_string(const struct guest_memory *memory, uint64_t address, size_t budget,
			     struct buffer *strings)
{
	size_t most = budget < LIMIT_ARGUMENT_STRING ? budget : LIMIT_ARGUMENT_STRING;
	int64_t length = -ENAMETOOLONG;
	/* Nearly every string is short: the whole of the limit is asked for only when 256 bytes don't do. */
	for (size_t room = most < 256 ? most : 256; length == -ENAMETOOLONG; room = most) {
		if (!reserve(strings, room))
			return -ENOMEM;
		length = guest_read_string(memory, strings->bytes + strings->used, address, room);
		if (room == most)
			break;
	}
	if (length == -ENAMETOOLONG)
		return -E2BIG;
	if (length >= 0)
		strings->used += (size_t)length + 1;
	return length;
}

int guest_read_strings(const struct guest_memory *memory, uint64_t address, size_t *budget, char ***out,
		       size_t *count)
{
	cleanup_free char *owned = NULL;
	struct buffer strings = {0};
	size_t number = 0, left = *budget;
	int64_t error = 0;

	while (address) {
		uint32_t pointer;
		error = guest_read(memory, &pointer, address + number * GUEST_POINTER, sizeof pointer);
		if (error || !pointer)
			break;
		error = left > GUEST_POINTER ? append_string(memory, pointer, left - GUEST_POINTER, &strings)
					     : -E2BIG;
		if (error < 0)
			break;
		left -= (size_t)error + 1 + GUEST_POINTER;
		number++;
	}
	owned = strings.bytes;
	if (error < 0)
		return (int)error;

	char **vector = malloc((number + 1) * sizeof *vector + strings.used);
	if (!vector)
		return -ENOMEM;
	char *next = (char *)(vector + number + 1);
	if (strings.used)
		memcpy(next, strings.bytes, strings.used);
	for (size_t i = 0; i < number; i++) {
		vector[i] = next;
		next += strlen(next) + 1;
	}
	vector[number] = NULL;
	*out = vector;
	*budget = left;
	if (count)
		*count = number;
	return 0;
}
