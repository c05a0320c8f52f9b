/* A system call as strace writes it, made from the call table (lind/syscalls.h): part of libgrate, for grates
 * that show what they see.
 *
 *	struct decode line = {0};
 *	decode_begin(&line, call, 32);
 *	int64_t result = grate_forward(call);
 *	decode_end(&line, result, 40);
 *	write(2, line.text.data, line.text.length);
 *
 * What the call reads is read before it is made, what it writes afterwards. All memory lives until the
 * handler returns; where there is none left, or the client's can't be read, a line has less in it. */
#ifndef LIND_DECODE_H
#define LIND_DECODE_H

#include <lind/grate.h>
#include <lind/syscalls.h>

/* A text that grows, in memory of a call. */
struct text {
	struct grate_call *call;
	char *data;
	size_t length, size;
};

void text_put(struct text *text, const char *string);
void text_bytes(struct text *text, const char *bytes, size_t length);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Bytes between quotes, the unprintable ones escaped; hexadecimal: all of them. */
void text_quoted(struct text *text, const char *bytes, size_t length, bool hexadecimal);

struct decode {
	struct text text;
	struct grate_call *call;
	const struct call_description *row;
	size_t string_limit;
	unsigned next; /* the first argument not yet shown */
};

/* Writes the call's name and its arguments, as far as they are known before it is made. Strings other than
 * paths are cut after `string_limit` bytes. Whatever stands in line->text already is kept: pass a zeroed one,
 * or one with a prefix. */
void decode_begin(struct decode *line, struct grate_call *call, size_t string_limit);
/* Writes the rest of the arguments; the result, its '=' not left of column `column`; and the end of the line.
 */
void decode_end(struct decode *line, int64_t result, unsigned column);

#endif
