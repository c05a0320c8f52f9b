/*
 * Reading of a command line: each word is kept for clang, noted, or dropped.
 */
#include "arguments.h"

#include <string.h>

static bool starts(const char *word, const char *beginning)
{
	return strncmp(word, beginning, strlen(beginning)) == 0;
}

static bool is(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* Options whose value is a word of its own. */
static const char *const with_value[] = {
	"-I",
	"-D",
	"-U",
	"-L",
	"-l",
	"-x",
	"-u",
	"-e",
	"-include",
	"-imacros",
	"-isystem",
	"-idirafter",
	"-iquote",
	"-MF",
	"-MT",
	"-MQ",
	"-Xclang",
	"-Xassembler",
	"-Xpreprocessor",
	"-mllvm",
	"-iprefix",
	"-A",
	"-iwithprefix",
	NULL,
};

static const char *const stopping[] = {
	"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--precompile", "-emit-ast", "--analyze", NULL,
};

/* Notes the words that change what the driver itself does; true if clang shall not see the word. */
static bool note(struct arguments *a, const char *word)
{
	if (strcmp(word, "-shared") == 0 || strcmp(word, "--shared") == 0)
		return a->shared = true;
	if (strcmp(word, "-pthread") == 0 || strcmp(word, "-pthreads") == 0)
		return a->threads = true;
	if (strcmp(word, "-nostdlib") == 0)
		return a->no_start = a->no_libc = true;
	if (strcmp(word, "-nostartfiles") == 0)
		return a->no_start = true;
	if (strcmp(word, "-nodefaultlibs") == 0 || strcmp(word, "-nolibc") == 0)
		return a->no_libc = true;
	if (strcmp(word, "-nostdinc") == 0 || strcmp(word, "-nostdlibinc") == 0)
		a->no_headers = true;
	if (strcmp(word, "-s") == 0)
		return a->strip = true;
	if (strcmp(word, "-r") == 0)
		a->relocatable = true;
	if (strcmp(word, "-v") == 0)
		a->verbose = true;
	if (strcmp(word, "-###") == 0)
		a->dry = true;
	if (strcmp(word, "-ansi") == 0 || starts(word, "-std=c") || starts(word, "-std=iso"))
		a->strict = true;
	if (is(word, stopping))
		a->stops_early = true;
	return false;
}

/* Notes a word whose value may be joined to it or follow; returns its length without the value, or 0. */
static size_t joined(const char *word, const char *option)
{
	size_t length = strlen(option);
	return strncmp(word, option, length) == 0 ? length : 0;
}

static const char *value_of(const char *word, size_t length, const char *const **next)
{
	if (word[length])
		return word + length;
	if (!**next)
		fail("%s needs a value", word);
	return *(*next)++;
}

static void check_target(const char *target)
{
	if (!starts(target, "wasm32"))
		fail("this compiler makes programs for wasm32 only, not for %s", target);
}

/* Reads one word, and those after it that belong to it. */
static void read_word(struct arguments *a, const char *word, const char *const **next, const char **pending)
{
	bool takes_next = false;
	size_t length;
	if (starts(word, "-Wl,")) {
		linker_words(&a->rest, word + 4, pending);
	} else if (strcmp(word, "-Xlinker") == 0) {
		linker_words(&a->rest, value_of(word, 8, next), pending);
	} else if (strcmp(word, "-o") == 0 || (joined(word, "-o") && !starts(word, "-object"))) {
		a->output = value_of(word, 2, next);
	} else if (strcmp(word, "-z") == 0) {
		linker_words(&a->rest, words_format("-z,%s", value_of(word, 2, next)), pending);
	} else if ((length = joined(word, "--sysroot="))) {
		a->sysroot = word + length;
	} else if (strcmp(word, "--sysroot") == 0 || strcmp(word, "-isysroot") == 0) {
		a->sysroot = value_of(word, strlen(word), next);
	} else if ((length = joined(word, "--target="))) {
		check_target(word + length);
	} else if (strcmp(word, "-target") == 0) {
		check_target(value_of(word, 7, next));
	} else if ((length = joined(word, "-mlind-"))) {
		words_add(&a->opt, words_format("--%s", word + length));
	} else if (dropped_word(word, &takes_next)) {
		if (takes_next)
			value_of(word, strlen(word), next);
	} else if (!note(a, word)) {
		words_add(&a->rest, word);
		if (is(word, with_value))
			words_add(&a->rest, value_of(word, strlen(word), next));
		else if (word[0] != '-' || word[1] == '\0')
			a->inputs++;
	}
}

void arguments_read(struct arguments *a, const char *const *word)
{
	const char *pending = NULL;
	*a = (struct arguments){0};
	words_add(&a->rest, "");
	a->rest.count = 0;
	while (*word) {
		const char *this = *word++;
		read_word(a, this, &word, &pending);
	}
	if (pending)
		fail("%s needs a value", pending);
}
