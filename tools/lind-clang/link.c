/*
 * Linking. wasm-ld writes a temporary file beside the output; lind-opt makes the program of it and puts it in
 * place whole, so that no half of a program is ever found under the output's name.
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
		words_add_all(clang, (const char *[]){"-Xlinker", "--strip-all", NULL});
	words_add(clang, words_format("-L%s/usr/lib", sysroot));
	if (!a->no_libc)
		words_add_all(clang, (const char *[]){"-lc", "-Xlinker", place_builtins(), NULL});
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
		struct words opt = {0};
		words_add(&opt, words_format("%s/lind-opt", place_bin()));
		words_add_all(&opt, (const char *[]){linked, "-o", output, NULL});
		status = run(a, &opt);
	}
	unlink(linked);
	return interrupted ? 128 + interrupted : status;
}
