/*
 * Words that builds written for gcc and ELF pass as a matter of course, and that mean nothing here.
 * Everything else goes to clang and to the linker, whose complaints tell configure scripts what is missing.
 */
#include <string.h>

#include "arguments.h"

/* A word as a whole, or with a star what it begins with; with a space, it takes the next word too. */
static const char *const of_compiler[] = {
	/* Code is neither position dependent nor independent, and nothing is loaded at run time. */
	"-fPIC",
	"-fpic",
	"-fPIE",
	"-fpie",
	"-fno-PIC",
	"-fno-pic",
	"-fno-PIE",
	"-fno-pie",
	"-fplt",
	"-fno-plt",
	"-pie",
	"-no-pie",
	"-nopie",
	"-static",
	"-static-pie",
	"-static-libgcc",
	"-shared-libgcc",
	"-rdynamic",
	"-fsemantic-interposition",
	"-fno-semantic-interposition",
	"-Bstatic",
	"-Bdynamic",
	"-Bsymbolic",
	/* The machine sees to the integrity of its stack of calls itself. */
	"-fstack-protector*",
	"-fno-stack-protector*",
	"-fstack-clash-protection",
	"-fno-stack-clash-protection",
	"-fcf-protection*",
	"-mbranch-protection=*",
	"-fasynchronous-unwind-tables",
	"-fno-asynchronous-unwind-tables",
	"-funwind-tables",
	"-fno-unwind-tables",
	"-fexceptions",
	"-fnon-call-exceptions",
	"-fno-dwarf2-cfi-asm",
	"-mno-red-zone",
	"-mstackrealign",
	/* One machine. */
	"-march=*",
	"-mtune=*",
	"-m32",
	"-mfpmath=*",
	"-mno-omit-leaf-frame-pointer",
	/* gcc's own optimizations. */
	"-frounding-math",
	"-fno-rounding-math",
	"-fexcess-precision=*",
	"-ftree-*",
	"-fno-tree-*",
	"-fipa-*",
	"-fno-ipa-*",
	"-fgcse*",
	"-fno-gcse*",
	"-fvar-tracking*",
	"-fno-var-tracking*",
	"-freorder-*",
	"-fno-reorder-*",
	"-fno-allow-store-data-races",
	"-fallow-store-data-races",
	"-fno-fat-lto-objects",
	"-ffat-lto-objects",
	"-flto*",
	"-fno-lto",
	"-fuse-linker-plugin",
	"-fno-use-linker-plugin",
	"-fno-var-*",
	"-fno-keep-*",
	"-fconserve-stack",
	"-fno-delete-null-*",
	"-fno-partial-inlining",
	"--param ",
	"--param=*",
	"-fcompare-debug*",
	"-fno-toplevel-reorder",
	"-ftoplevel-reorder",
	"-specs=*",
	"-Wa,--noexecstack",
	/* The linker is wasm-ld, and these libraries are part of others. */
	"-fuse-ld=*",
	"-lgcc",
	"-lgcc_s",
	"-lgcc_eh",
	"-latomic",
	"-lssp",
	"-lssp_nonshared",
	NULL,
};

static const char *const of_linker[] = {
	"-soname ",
	"-soname=*",
	"--soname ",
	"--soname=*",
	"-h ",
	"-rpath ",
	"-rpath=*",
	"--rpath ",
	"--rpath=*",
	"-rpath-link ",
	"-rpath-link=*",
	"--rpath-link ",
	"--rpath-link=*",
	"-R ",
	"--enable-new-dtags",
	"--disable-new-dtags",
	"--as-needed",
	"--no-as-needed",
	"--add-needed",
	"--no-add-needed",
	"--copy-dt-needed-entries",
	"--no-copy-dt-needed-entries",
	"--push-state",
	"--pop-state",
	"--start-group",
	"--end-group",
	"-(",
	"-)",
	"-E",
	"--export-dynamic",
	"-export-dynamic",
	"--no-export-dynamic",
	"--hash-style=*",
	"--hash-style ",
	"--eh-frame-hdr",
	"--no-eh-frame-hdr",
	"-Bstatic",
	"-Bdynamic",
	"-Bsymbolic",
	"-Bsymbolic-functions",
	"-Bgroup",
	"--no-undefined",
	"-no-undefined",
	"--allow-shlib-undefined",
	"--no-allow-shlib-undefined",
	"--warn-common",
	"--no-warn-common",
	"--sort-common*",
	"--relax",
	"--no-relax",
	"--exclude-libs ",
	"--exclude-libs=*",
	"--version-script ",
	"--version-script=*",
	"-version-script ",
	"-version-script=*",
	"--dynamic-list ",
	"--dynamic-list=*",
	"--dynamic-linker ",
	"--dynamic-linker=*",
	"-dynamic-linker ",
	"-dynamic-linker=*",
	"-I ",
	"--no-dynamic-linker",
	"--default-symver",
	"--warn-shared-textrel",
	"--warn-execstack",
	"--no-warn-execstack",
	"-x",
	"-X",
	"--discard-all",
	"--discard-locals",
	"-O0",
	"-O1",
	"-O2",
	"-O ",
	"--icf=*",
	"--no-copy-reloc*",
	"--no-keep-memory",
	"--reduce-memory-overheads",
	"-N",
	"--omagic",
	"--nmagic",
	"--no-omagic",
	"-n",
	"--compress-debug-sections=*",
	"-plugin ",
	"--plugin ",
	"-plugin-opt*",
	"--pack-dyn-relocs=*",
	"--rosegment",
	"--no-rosegment",
	"--unique",
	"--cref",
	"--dependency-file=*",
	"--dependency-file ",
	"-dynamic-list-data",
	"--no-ld-generated-unwind-info",
	"-m ",
	"-pie",
	"-no-pie",
	"--no-warn-rwx-segments",
	"--no-warn-mismatch",
	"-static",
	"--orphan-handling=*",
	"-dn",
	"-dy",
	"--traditional-format",
	NULL,
};

static bool matches(const char *pattern, const char *word, bool *takes_next)
{
	size_t length = strlen(pattern);
	char last = pattern[length - 1];
	*takes_next = last == ' ';
	if (last != ' ' && last != '*')
		return strcmp(word, pattern) == 0;
	return strncmp(word, pattern, length - 1) == 0 && (last == '*' || word[length - 1] == '\0');
}

static bool find(const char *const *pattern, const char *word, bool *takes_next)
{
	for (; *pattern; pattern++)
		if (matches(*pattern, word, takes_next))
			return true;
	*takes_next = false;
	return false;
}

bool dropped_word(const char *word, bool *takes_next)
{
	return word[0] == '-' && find(of_compiler, word, takes_next);
}

static void keep(struct words *to, const char *word)
{
	words_add(to, "-Xlinker");
	words_add(to, word);
}

void linker_words(struct words *to, const char *list, const char **pending)
{
	char *copy = words_format("%s", list);
	for (char *word = strsep(&copy, ","); word; word = strsep(&copy, ",")) {
		bool takes_next;
		if (*pending && strcmp(*pending, "-z") == 0) {
			if (strncmp(word, "stack-size=", 11) == 0) {
				keep(to, "-z");
				keep(to, word);
			}
			*pending = NULL;
		} else if (*pending) {
			*pending = NULL;
		} else if (strcmp(word, "-z") == 0) {
			*pending = "-z";
		} else if (!find(of_linker, word, &takes_next)) {
			keep(to, word);
		} else if (takes_next) {
			*pending = words_format("%s", word);
		}
	}
}
