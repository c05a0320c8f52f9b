/*
 * Reading and writing of bytes, LEB128 numbers, strings.
 */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "limits.h"

void reader_fail_at(struct reader *r, size_t offset, const char *format, ...)
{
	if (!r->fault->found) {
		va_list args;
		va_start(args, format);
		r->fault->found = true;
		r->fault->offset = offset;
		vsnprintf(r->fault->text, sizeof(r->fault->text), format, args);
		va_end(args);
	}
	r->at = r->end;
}

static void fail_short(struct reader *r)
{
	reader_fail_at(r, r->end, "unexpected end");
}

uint8_t read_byte(struct reader *r)
{
	if (r->at >= r->end) {
		fail_short(r);
		return 0;
	}
	return r->file[r->at++];
}

/*
 * LEB128 of a `bits` wide number. The last byte that it may have holds what is left of the bits; the rest of
 * that byte must be zero, or copies of the sign.
 */
static uint64_t read_leb(struct reader *r, unsigned bits, bool is_signed)
{
	size_t start = r->at;
	uint64_t value = 0;
	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = read_byte(r);
		if (reader_failed(r))
			return 0;
		value |= (uint64_t)(byte & 0x7f) << shift;
		unsigned left = bits - shift;
		if (left < 7) {
			uint8_t spare = (uint8_t)((byte & 0x7f) >> left);
			uint8_t ones = (uint8_t)(0x7f >> left);
			bool negative = is_signed && (byte >> (left - 1) & 1);
			if (byte & 0x80 || spare != (negative ? ones : 0)) {
				reader_fail_at(r, start, "number out of range");
				return 0;
			}
		}
		if (!(byte & 0x80)) {
			if (is_signed && byte & 0x40 && shift + 7 < 64)
				value |= ~(uint64_t)0 << (shift + 7);
			return value;
		}
	}
}

uint32_t read_u32(struct reader *r)
{
	if (r->at < r->end && r->file[r->at] < 0x80)
		return r->file[r->at++];
	return (uint32_t)read_leb(r, 32, false);
}

int32_t read_s32(struct reader *r)
{
	return (int32_t)(int64_t)read_leb(r, 32, true);
}

int64_t read_s33(struct reader *r)
{
	return (int64_t)read_leb(r, 33, true);
}

int64_t read_s64(struct reader *r)
{
	return (int64_t)read_leb(r, 64, true);
}

struct span read_span(struct reader *r, size_t size)
{
	struct span s = {r->file + r->at, size, r->at};
	if (size > reader_left(r)) {
		fail_short(r);
		s.size = 0;
		return s;
	}
	r->at += size;
	return s;
}

uint32_t read_fixed32(struct reader *r)
{
	struct span s = read_span(r, 4);
	uint32_t value = 0;
	for (size_t i = 0; i < s.size; i++)
		value |= (uint32_t)s.data[i] << 8 * i;
	return value;
}

uint64_t read_fixed64(struct reader *r)
{
	uint64_t low = read_fixed32(r);
	return low | (uint64_t)read_fixed32(r) << 32;
}

struct reader read_part(struct reader *r, size_t size)
{
	struct span s = read_span(r, size);
	struct reader part = {r->file, s.offset, s.offset + s.size, r->fault};
	return part;
}

uint32_t read_count(struct reader *r, uint32_t limit, const char *what)
{
	size_t start = r->at;
	uint32_t count = read_u32(r);
	if (count > limit || count > reader_left(r)) {
		reader_fail_at(r, start, "too many %s: %u", what, count);
		return 0;
	}
	return count;
}

struct span read_name(struct reader *r)
{
	uint32_t size = read_count(r, LIMIT_NAME_BYTES, "bytes in a name");
	return read_span(r, size);
}

bool span_is(struct span s, const char *text)
{
	return s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

static uint8_t *grow(struct buffer *b, size_t more)
{
	if (b->room - b->size < more) {
		size_t room = b->room ? b->room : 256;
		while (room - b->size < more)
			room *= 2;
		b->data = memory_resize(b->data, room, 1);
		b->room = room;
	}
	uint8_t *p = b->data + b->size;
	b->size += more;
	return p;
}

void buffer_free(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){0};
}

void put_byte(struct buffer *b, uint8_t byte)
{
	*grow(b, 1) = byte;
}

void put_bytes(struct buffer *b, const void *bytes, size_t size)
{
	if (size)
		memcpy(grow(b, size), bytes, size);
}

void put_u32(struct buffer *b, uint32_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(b, (uint8_t)(value | 0x80));
	put_byte(b, (uint8_t)value);
}

void put_size(struct buffer *b, size_t value)
{
	put_u32(b, (uint32_t)value);
}

void put_s64(struct buffer *b, int64_t value)
{
	for (; value < -64 || value > 63; value >>= 7)
		put_byte(b, (uint8_t)((value & 0x7f) | 0x80));
	put_byte(b, (uint8_t)(value & 0x7f));
}

void put_fixed32(struct buffer *b, uint32_t value)
{
	for (unsigned shift = 0; shift < 32; shift += 8)
		put_byte(b, (uint8_t)(value >> shift));
}

void put_fixed64(struct buffer *b, uint64_t value)
{
	put_fixed32(b, (uint32_t)value);
	put_fixed32(b, (uint32_t)(value >> 32));
}

void put_span(struct buffer *b, struct span s)
{
	put_bytes(b, s.data, s.size);
}

void put_name(struct buffer *b, struct span name)
{
	put_size(b, name.size);
	put_span(b, name);
}
