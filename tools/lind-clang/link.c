/*
 * Linking. wasm-ld writes a temporary file beside the output; lind-opt makes the program of it and puts it in
 * place whole, so that no half of a program is ever found under the output's name. Where calls of functions
 * by other types than they have made the linker drop these, lind-opt asks for a second link that keeps them.
 */
#include "link.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

extern char **environ;

/* What docs/abi.md wants of a module, and what lind-opt reads. */
static const char *const layout[] = {
	"-Xlinker", "--shared-memory",
	"-Xlinker", "--max-memory=4294967296",
	"-Xlinker", "--stack-first",
	"-Xlinker", "-z",
	"-Xlinker", "stack-size=8388608",
	"-Xlinker", "--entry=_start",
	"-Xlinker", "--export-table",
	"-Xlinker", "--export=__stack_pointer",
	"-Xlinker", "--export=__heap_base",
	"-Xlinker", "--export=__tls_size",
	"-Xlinker", "--export=__tls_align",
	"-Xlinker", "--export=__lind_attach_base_size",
	"-Xlinker", "--export=__lind_thread_start",
	"-Xlinker", "--export=__lind_attach_thread",
	"-Xlinker", "--export-if-defined=pass_fptr_to_wt",
	NULL,
};

/* lind-opt's exit status where functions were dropped that calls by another type need. */
#define LIND_OPT_AGAIN 3

static volatile sig_atomic_t interrupted;

static void note_signal(int number)
{
	interrupted = number;
}

/* The children get the terminal's signals themselves; the driver has to live on, to clean up. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = note_signal};
	const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

/* Runs a command; returns its exit status as a shell has it, or 1 with a message when it cannot be run. */
static int run(const struct arguments *a, const struct words *command)
{
	if (a->verbose) {
		for (size_t i = 0; i < command->count; i++)
			fprintf(stderr, " \"%s\"", command->word[i]);
		fputc('\n', stderr);
	}
	pid_t pid;
	int error = posix_spawn(&pid, command->word[0], NULL, NULL, (char *const *)command->word, environ);
	if (error) {
		fprintf(stderr, "%s: cannot run %s: %s\n", program_invocation_short_name, command->word[0],
			strerror(error));
		return 1;
	}
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno == EINTR && interrupted == SIGTERM)
			kill(pid, SIGTERM);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The name of a new empty file: beside the output, or, where the output is no regular file (/dev/null),
 * elsewhere. */
static char *temporary(const char *output)
{
	struct stat st;
	const char *folder = getenv("TMPDIR");
	char *name;
	if (stat(output, &st) == 0 && !S_ISREG(st.st_mode)) {
		if (S_ISDIR(st.st_mode))
			fail("%s: %s", output, strerror(EISDIR));
		name = words_format("%s/lind-clang-XXXXXX", folder && *folder ? folder : "/tmp");
	} else {
		const char *slash = strrchr(output, '/');
		name = words_format("%.*s.lind-XXXXXX", slash ? (int)(slash - output + 1) : 0, output);
	}
	int fd = mkstemp(name);
	if (fd < 0)
		fail("%s: %s", output, strerror(errno));
	close(fd);
	return name;
}

static void add_link_words(const struct arguments *a, struct words *clang)
{
	const char *sysroot = a->sysroot ? a->sysroot : place_sysroot();
	words_add_all(clang, layout);
	if (a->strip)
		words_add_all(clang,
			      (const char *[]){"-Xlinker",
					       "--strip-all", /* lind-opt needs them, and drops them: */
					       "-Xlinker", "--keep-section=name", NULL});
	words_add(clang, words_format("-L%s/usr/lib", sysroot));
	if (!a->no_libc)
		words_add_all(clang, (const char *[]){"-lc", "-Xlinker", place_builtins(), NULL});
}

/* Runs lind-opt over what the linker made. `again`: see there; NULL for the last time. */
static int finish(const struct arguments *a, const char *linked, const char *output, const char *again)
{
	struct words opt = {0};
	words_add(&opt, words_format("%s/lind-opt", place_bin()));
	for (size_t i = 0; i < a->opt.count; i++)
		words_add(&opt, a->opt.word[i]);
	if (a->strip)
		words_add(&opt, "--strip");
	if (again)
		words_add(&opt, words_format("--again=%s", again));
	words_add_all(&opt, (const char *[]){linked, "-o", output, NULL});
	return run(a, &opt);
}

/* Adds the exports that lind-opt has asked for, a name a line. */
static void add_exports(struct words *clang, const char *list)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	FILE *file = fopen(list, "r");
	if (!file)
		fail("%s: %s", list, strerror(errno));
	while ((length = getline(&line, &size, file)) > 0)
		words_add_all(clang,
			      (const char *[]){
				      "-Xlinker",
				      words_format("--export-if-defined=%.*s", (int)length - 1, line), NULL});
	free(line);
	fclose(file);
}

int link_program(const struct arguments *a, struct words *clang)
{
	const char *output = a->output ? a->output : "a.out";
	words_add_all(clang, (const char *[]){"-nostdlib", "--no-wasm-opt", NULL});
	words_add(clang, words_format("-fuse-ld=%s", place_llvm("wasm-ld")));
	add_link_words(a, clang);
	if (a->dry) {
		words_add_all(clang, (const char *[]){"-o", output, NULL});
		return run(a, clang);
	}

	catch_signals();
	const char *linked = temporary(output);
	words_add_all(clang, (const char *[]){"-o", linked, NULL});
	int status = run(a, clang);
	if (status == 0 && !interrupted) {
		const char *again = words_format("%s.again", linked);
		status = finish(a, linked, output, again);
		if (status == LIND_OPT_AGAIN && !interrupted) {
			add_exports(clang, again);
			status = run(a, clang);
			if (status == 0 && !interrupted)
				status = finish(a, linked, output, NULL);
		}
		unlink(again);
	}
	unlink(linked);
	return interrupted ? 128 + interrupted : status;
}
