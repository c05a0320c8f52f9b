/* glob, fnmatch and wordexp without commands. */
#include "check.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wordexp.h>

static void show(const char *pattern, int flags)
{
	glob_t g = {0};
	int status = glob(pattern, flags, NULL, &g);
	printf("glob %s %d: %d\n", pattern, flags, status);
	for (size_t i = 0; status == 0 && i < g.gl_pathc; i++)
		printf("  %s\n", g.gl_pathv[i]);
	globfree(&g);
}

int main(void)
{
	MUST(mkdir("dir", 0755) == 0 && mkdir("dir2", 0755) == 0);
	const char *names[] = {"a.c",     "b.c",      "c.h",    ".dot", "dir/x.c",
			       "dir/y.h", "dir2/x.c", "sp ace", "[x]",  "back\\slash"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		MUST(close(creat(names[i], 0644)) == 0);
	show("*.c", 0);
	show("*.[ch]", 0);
	show("[!a]*.c", 0);
	show("?.c", 0);
	show("*/x.c", 0);
	show("dir*", GLOB_MARK);
	show("dir*/", 0);
	show("*.none", 0);
	show("*.none", GLOB_NOCHECK);
	show("none", GLOB_NOMAGIC);
	show(".*t", 0);
	show("*o*", GLOB_PERIOD);
	show("{a,b,x}.c", GLOB_BRACE);
	show("{dir,dir2}/{x,y}.*", GLOB_BRACE);
	show("\\[x]", 0);
	show("\\[x]", GLOB_NOESCAPE);
	show("sp*", 0);
	show("dir*", GLOB_ONLYDIR);
	show("/", 0);
	show("", 0);

	glob_t g = {.gl_offs = 2};
	SHOW(glob("*.c", GLOB_DOOFFS, NULL, &g));
	SHOW(glob("*.h", GLOB_DOOFFS | GLOB_APPEND, NULL, &g));
	SHOW(g.gl_pathc);
	SHOW(g.gl_pathv[0] == NULL && g.gl_pathv[1] == NULL);
	puts(g.gl_pathv[4]);
	globfree(&g);

	static const struct {
		const char *pattern, *text;
		int flags;
	} matches[] = {
		{"*", "abc", 0},
		{"a*c", "abbc", 0},
		{"a?c", "abc", 0},
		{"[[:digit:]]*", "7x", 0},
		{"[a-c]x", "dx", 0},
		{"*", ".x", FNM_PERIOD},
		{"a/*", "a/b/c", FNM_PATHNAME},
		{"a/*", "a/b/c", 0},
		{"\\*", "*", 0},
		{"\\*", "\\x", FNM_NOESCAPE},
		{"ABC", "abc", FNM_CASEFOLD},
		{"a", "a/b", FNM_LEADING_DIR},
		{"@(x|y)z", "yz", FNM_EXTMATCH},
		{"[", "[", 0},
		{"[]a]", "]", 0},
		{"!(x)", "y", FNM_EXTMATCH},
	};
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++)
		printf("fnmatch %s %s: %d\n", matches[i].pattern, matches[i].text,
		       fnmatch(matches[i].pattern, matches[i].text, matches[i].flags));

	setenv("NAME", "two words", 1);
	const char *words[] = {"plain \"quoted $NAME\" $NAME 'single $NAME'",
			       "*.c ${NAME%words}x ${#NAME} ${none:-default}",
			       "$((3 * (4 + 1)))",
			       "$(echo no)",
			       "a | b",
			       "\"open"};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		wordexp_t w;
		int status = wordexp(words[i], &w, WRDE_NOCMD);
		printf("wordexp %s: %d\n", words[i], status);
		if (status == 0) {
			for (size_t k = 0; k < w.we_wordc; k++)
				printf("  <%s>\n", w.we_wordv[k]);
			wordfree(&w);
		}
	}
	return 0;
}
