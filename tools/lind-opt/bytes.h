/*
 * The two ends of the tool: a reader, which takes a wasm file apart byte by byte and never looks past its
 * end, and a buffer, into which a new one is put together.
 *
 * A reader's first error sticks: it is noted with its offset, the reader jumps to its end, and every later
 * read returns zero. So decoders test for failure where they loop, not after each read.
 */
#ifndef LIND_OPT_BYTES_H
#define LIND_OPT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first thing found wrong with a file. */
struct fault {
	bool found;
	size_t offset; /* in the file */
	char text[160];
};

/* Bytes of the input file; borrowed, never owned. */
struct span {
	const uint8_t *data;
	size_t size;
	size_t offset; /* in the file */
};

struct reader {
	const uint8_t *file;
	size_t at, end; /* offsets in the file */
	struct fault *fault;
};

/* Notes a fault at `offset`, unless there is one already, and empties the reader. */
void reader_fail_at(struct reader *r, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define reader_fail(r, ...) reader_fail_at((r), (r)->at, __VA_ARGS__)

static inline bool reader_failed(const struct reader *r)
{
	return r->fault->found;
}
static inline size_t reader_left(const struct reader *r)
{
	return r->end - r->at;
}

uint8_t read_byte(struct reader *r);
uint32_t read_u32(struct reader *r);
int32_t read_s32(struct reader *r);
int64_t read_s33(struct reader *r);
int64_t read_s64(struct reader *r);
uint32_t read_fixed32(struct reader *r); /* little endian, as are floats */
uint64_t read_fixed64(struct reader *r);

/* Returns the next `size` bytes and passes over them; an empty span where there are not as many. */
struct span read_span(struct reader *r, size_t size);

/* Returns a reader over the next `size` bytes, and passes over them. */
struct reader read_part(struct reader *r, size_t size);

/* A vector's length, at most `limit` and at most the bytes left; `what` names the items in the error. */
uint32_t read_count(struct reader *r, uint32_t limit, const char *what);

/* A string: length and bytes. UTF-8 is the engine's to check. */
struct span read_name(struct reader *r);

bool span_is(struct span s, const char *text);

struct buffer {
	uint8_t *data;
	size_t size, room;
};

void buffer_free(struct buffer *b);
void put_byte(struct buffer *b, uint8_t byte);
void put_bytes(struct buffer *b, const void *bytes, size_t size);
void put_u32(struct buffer *b, uint32_t value); /* shortest LEB128, as the next two */
void put_s64(struct buffer *b, int64_t value);
void put_size(struct buffer *b, size_t value); /* a size that the writer knows to fit 32 bits */
void put_fixed32(struct buffer *b, uint32_t value);
void put_fixed64(struct buffer *b, uint64_t value);
void put_span(struct buffer *b, struct span s);
void put_name(struct buffer *b, struct span name);

#endif
