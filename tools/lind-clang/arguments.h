/*
 * What a command line of the compiler asks for, and which of its words clang shall see.
 */
#ifndef LIND_CLANG_ARGUMENTS_H
#define LIND_CLANG_ARGUMENTS_H

#include <stdbool.h>

#include "words.h"

/** A command line, understood. */
struct arguments {
	struct words rest;   /**< the words for clang, in order */
	struct words opt;    /**< options for lind-opt: of each -mlind-NAME=VALUE */
	const char *output;  /**< of -o; not among the rest */
	const char *sysroot; /**< of --sysroot, or NULL */
	unsigned inputs;     /**< files to compile or link, libraries not counted */
	bool stops_early;    /**< -c, -S, -E, -M …: nothing is linked */
	bool shared;         /**< -shared */
	bool relocatable;    /**< -r */
	bool no_start;       /**< -nostartfiles or -nostdlib */
	bool no_libc;        /**< -nodefaultlibs, -nolibc or -nostdlib */
	bool no_headers;     /**< -nostdinc */
	bool threads;        /**< -pthread */
	bool strip;          /**< -s */
	bool strict;         /**< a standard without GNU's names: -ansi, -std=c… */
	bool verbose;        /**< -v */
	bool dry;            /**< -### */
};

/** \brief Reads a command line. Ends the process where it makes no sense. */
void arguments_read(struct arguments *a, const char *const *word);

/**
 * \brief Tells whether a word that gcc knows means nothing here, so that it is dropped.
 *
 * \param takes_next set when the word after it belongs to it
 */
bool dropped_word(const char *word, bool *takes_next);

/**
 * \brief Appends what is left of words for an ELF linker ("-Wl,…" without that beginning, split at commas).
 *
 * \param pending a linker option that waits for its value; NULL at first
 */
void linker_words(struct words *to, const char *list, const char **pending);

#endif
