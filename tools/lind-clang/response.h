/*
 * Response files: "@FILE" on a command line stands for the words in FILE.
 */
#ifndef LIND_CLANG_RESPONSE_H
#define LIND_CLANG_RESPONSE_H

#include "words.h"

/**
 * \brief Appends words to a list, those of response files in the place of their names.
 *
 * As gcc does it: words are parted by white space, quotes keep it, a backslash keeps what follows, files may
 * name others; a name of no readable file is a word like any other. Ends the process where files name each
 * other without end.
 */
void response_expand(struct words *to, const char *const *word);

#endif
