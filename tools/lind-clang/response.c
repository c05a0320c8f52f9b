/*
 * Response files.
 */
#include "response.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 16 };

/* The content of a file as a string, or NULL where there is none to read. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = ferror(file) ? NULL : words_format("%s", "");
	}
	fclose(file);
	return text;
}

/* Cuts the next word out of a text, in place; returns it, or NULL at the end. */
static char *next_word(char **text)
{
	char *from = *text, quote = '\0';
	while (isspace((unsigned char)*from))
		from++;
	if (!*from)
		return NULL;
	char *word = from, *to = from;
	for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
		if (*from == quote)
			quote = '\0';
		else if (!quote && (*from == '"' || *from == '\''))
			quote = *from;
		else if (*from == '\\' && quote != '\'' && from[1])
			*to++ = *++from;
		else
			*to++ = *from;
	}
	*text = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

static void expand(struct words *to, const char *word, unsigned depth)
{
	char *text = word[0] == '@' ? read_file(word + 1) : NULL;
	if (!text) {
		words_add(to, word);
		return;
	}
	if (depth == DEPTH_MAX)
		fail("%s: response files name each other too deeply", word);
	for (char *next = next_word(&text); next; next = next_word(&text))
		expand(to, next, depth + 1);
}

void response_expand(struct words *to, const char *const *word)
{
	for (; *word; word++)
		expand(to, *word, 0);
}
