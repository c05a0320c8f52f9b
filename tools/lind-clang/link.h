/*
 * The end of a link: from clang's and wasm-ld's output to a Lind program.
 */
#ifndef LIND_CLANG_LINK_H
#define LIND_CLANG_LINK_H

#include "arguments.h"

/**
 * \brief Links: runs a clang command that compiles and links into a temporary file, then lind-opt over that.
 *
 * \param a what was asked for
 * \param clang the command so far: clang, its options and the user's words
 * \return the exit status for the driver
 */
int link_program(const struct arguments *a, struct words *clang);

#endif
