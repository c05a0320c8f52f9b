/*
 * Lists of words: command lines under construction.
 */
#ifndef LIND_CLANG_WORDS_H
#define LIND_CLANG_WORDS_H

#include <stddef.h>

/** A list of strings that it doesn't own; word[count] is NULL. Nothing is freed: the process ends soon. */
struct words {
	const char **word;
	size_t count, room;
};

/** \brief Appends one word. Ends the process when memory is exhausted. */
void words_add(struct words *w, const char *word);

/** \brief Appends words up to a NULL. */
void words_add_all(struct words *w, const char *const *words);

/** \brief Returns a new string made as by printf. */
char *words_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** \brief Prints one line, "lind-clang: …", and ends the process with status 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
