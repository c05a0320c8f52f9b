/*
 * Questions about files and names. What is asked about clang itself (--version, -dumpversion) clang answers.
 */
#include "answers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "place.h"
#include "words.h"

static const char help[] =
	"Usage: lind-clang [options] file...\n"
	"Compiles and links C for Lind: clang, with the guest's headers and libraries, and lind-opt\n"
	"after the linker. Programs are linked statically.\n"
	"\n"
	"  -c -S -E -o FILE -I DIR -D NAME -L DIR -l LIB -O2 -g -Wall ...   as with any C compiler\n"
	"  -Wl,OPTION,...       to wasm-ld; what only ELF has is dropped\n"
	"  -Wl,-z,stack-size=N  bytes of the main stack, 8388608 unless said\n"
	"  -mlind-fork=none     fork fails with ENOSYS, and costs no code; full unless said\n"
	"  --sysroot=DIR        other headers and libraries (DIR/usr/include, DIR/usr/lib)\n"
	"  -v                   show the commands\n"
	"  -dumpmachine         print " MACHINE "\n"
	"  --version            print the version of clang\n"
	"\n"
	"See clang --help for the rest, and lind-clang(1).\n";

/* As gcc: the path where there is such a file, the bare name otherwise. */
static void print_file(const char *name)
{
	const char *path = words_format("%s/usr/lib/%s", place_sysroot(), name);
	puts(access(path, R_OK) == 0 ? path : name);
}

static void print_program(const char *name)
{
	const char *ours = words_format("%s/lind-%s", place_bin(), name);
	if (strcmp(name, "ld") == 0)
		puts(place_llvm("wasm-ld"));
	else
		puts(access(ours, X_OK) == 0 ? ours : name);
}

bool answer(const char *word)
{
	if (word[0] == '-' && word[1] == '-' && strncmp(word, "--print-", 8) == 0)
		word++;
	if (strcmp(word, "-dumpmachine") == 0 || strcmp(word, "-print-target-triple") == 0)
		puts(MACHINE);
	else if (strcmp(word, "--help") == 0)
		fputs(help, stdout);
	else if (strncmp(word, "-print-file-name=", 17) == 0)
		print_file(word + 17);
	else if (strncmp(word, "-print-prog-name=", 17) == 0)
		print_program(word + 17);
	else if (strcmp(word, "-print-libgcc-file-name") == 0)
		puts(place_builtins());
	else if (strcmp(word, "-print-sysroot") == 0)
		puts(place_sysroot());
	else if (strcmp(word, "-print-search-dirs") == 0)
		printf("programs: =%s\nlibraries: =%s/usr/lib\n", place_bin(), place_sysroot());
	else if (strcmp(word, "-print-multi-directory") == 0 ||
		 strcmp(word, "-print-multi-os-directory") == 0)
		puts(".");
	else if (strcmp(word, "-print-multi-lib") == 0)
		puts(".;");
	else if (strcmp(word, "-print-multiarch") == 0)
		puts("");
	else
		return false;
	return true;
}
