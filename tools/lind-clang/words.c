/*
 * Lists of words, and what every part of the driver says its errors with.
 */
#include "words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void fail(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

void words_add(struct words *w, const char *word)
{
	if (w->count + 1 >= w->room) {
		w->room = w->room ? 2 * w->room : 64;
		w->word = realloc(w->word, w->room * sizeof(*w->word));
		if (!w->word)
			fail("out of memory");
	}
	w->word[w->count++] = word;
	w->word[w->count] = NULL;
}

void words_add_all(struct words *w, const char *const *words)
{
	for (; *words; words++)
		words_add(w, *words);
}

char *words_format(const char *format, ...)
{
	va_list args;
	char *text;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		fail("out of memory");
	va_end(args);
	return text;
}
