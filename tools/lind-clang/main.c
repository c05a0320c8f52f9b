/*
 * lind-clang: a cross compiler for Lind guests, and, under the names lind-ar, lind-nm, lind-ranlib and
 * lind-strip, the tools beside it. Configure scripts start it thousands of times: it looks at its words once
 * and becomes clang, unless there is something to do after the linker.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answers.h"
#include "arguments.h"
#include "link.h"
#include "place.h"
#include "response.h"

/*
 * What every compilation gets. clang's own wasm32-linux has a 64-bit long, so the target has no system and
 * the names of Linux are defined here. The two -mllvm options turn setjmp into the final form of exceptions.
 */
static const char *const target[] = {
	"--target=wasm32-unknown-unknown",
	"-Qunused-arguments",
	"-D__linux__=1",
	"-D__linux=1",
	"-D__unix__=1",
	"-D__unix=1",
	"-D__gnu_linux__=1",
	"-D__lind__=1",
	"-matomics",
	"-mbulk-memory",
	"-msimd128",
	"-fmath-errno",
	"-fno-strict-float-cast-overflow", /* (uintmax_t)1e20 is some number, not undefined: no test of it may
					      be dropped */
	"-mexception-handling",
	"-mllvm",
	"-wasm-enable-sjlj",
	"-mllvm",
	"-wasm-use-legacy-eh=false",
	NULL,
};

static const char *const gnu_names[] = {"-Dlinux=1", "-Dunix=1", NULL};

_Noreturn static void become(const struct words *command)
{
	execv(command->word[0], (char *const *)command->word);
	fail("cannot run %s: %s", command->word[0], strerror(errno));
}

static void add_target(const struct arguments *a, struct words *clang)
{
	const char *sysroot = a->sysroot ? a->sysroot : place_sysroot();
	words_add_all(clang, target);
	if (!a->strict)
		words_add_all(clang, gnu_names);
	if (a->threads)
		words_add(clang, "-D_REENTRANT=1");
	words_add(clang, "-nostdlibinc");
	if (!a->no_headers)
		words_add_all(clang,
			      (const char *[]){/* Before the compiler's own: see glibc/compiler. */
					       "-isystem",
					       words_format("%s/usr/include/lind/compiler", sysroot),
					       "-idirafter", words_format("%s/usr/include", sysroot), NULL});
}

static int compile(const char *const *argument)
{
	struct words expanded = {0};
	words_add(&expanded, program_invocation_short_name);
	response_expand(&expanded, argument);
	const char *const *word = expanded.word + 1;
	for (const char *const *w = word; *w; w++)
		if (answer(*w))
			return 0;

	struct arguments a;
	struct words clang = {0};
	arguments_read(&a, word);
	bool links = a.inputs && !a.stops_early;
	if (links && a.shared)
		fail("shared libraries cannot be made: programs are linked statically");
	words_add(&clang, place_llvm("clang"));
	add_target(&a, &clang);
	if (links && !a.no_start && !a.relocatable)
		words_add(&clang, words_format("%s/usr/lib/crt1.o", a.sysroot ? a.sysroot : place_sysroot()));
	words_add_all(&clang, a.rest.word);
	if (links && !a.relocatable)
		return link_program(&a, &clang);
	if (links)
		words_add_all(&clang,
			      (const char *[]){"-nostdlib", "--no-wasm-opt",
					       words_format("-fuse-ld=%s", place_llvm("wasm-ld")), NULL});
	if (a.output)
		words_add_all(&clang, (const char *[]){"-o", a.output, NULL});
	become(&clang);
}

int main(int argc, char **argv)
{
	const char *name = program_invocation_short_name;
	static const char *const tools[] = {"ar", "nm", "ranlib", "strip", NULL};
	const char *const *word = (const char *const *)argv + (argc > 0);
	for (const char *const *tool = tools; *tool; tool++) {
		const char *dash = strrchr(name, '-');
		if (dash && strcmp(dash + 1, *tool) == 0) {
			struct words command = {0};
			words_add(&command, place_llvm(words_format("llvm-%s", *tool)));
			words_add_all(&command, word);
			become(&command);
		}
	}
	return compile(word);
}
