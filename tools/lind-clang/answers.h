/*
 * Questions that build systems ask the compiler.
 */
#ifndef LIND_CLANG_ANSWERS_H
#define LIND_CLANG_ANSWERS_H

#include <stdbool.h>

/** The name of the guests' machine, as configure scripts know it. */
#define MACHINE "wasm32-unknown-linux-gnu"

/** \brief Answers one word of a command line on standard output; false if it is no question. */
bool answer(const char *word);

#endif
