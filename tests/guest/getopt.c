/* getopt and getopt_long: clusters, optional arguments, permutation, errors; getsubopt. */
#include "check.h"

#include <getopt.h>
#include <unistd.h>

static void run(const char *options, int argc, char **argv)
{
	printf("getopt %s:", options);
	optind = 0;
	opterr = 0;
	for (int c; (c = getopt(argc, argv, options)) != -1;)
		printf(" %c(%s)%s", c, optarg ? optarg : "-",
		       c == '?' || c == ':' ? (char[]){'!', (char)optopt, 0} : "");
	printf(" rest");
	for (int i = optind; i < argc; i++)
		printf(" %s", argv[i]);
	puts("");
}

static void run_long(int argc, char **argv, int only)
{
	int flag = 0, index, c;
	const struct option longs[] = {
		{"verbose", no_argument, NULL, 'v'},      {"output", required_argument, NULL, 'o'},
		{"colour", optional_argument, NULL, 'c'}, {"flag", no_argument, &flag, 7},
		{"version", no_argument, NULL, 'V'},      {0}};
	printf("long:");
	optind = 0;
	opterr = 0;
	while (index = -1, (c = only ? getopt_long_only(argc, argv, "vo:c::", longs, &index)
				     : getopt_long(argc, argv, "vo:c::", longs, &index)) != -1)
		printf(" %c(%s) %d", c ? c : '0', optarg ? optarg : "-", index);
	printf(" flag %d rest", flag);
	for (int i = optind; i < argc; i++)
		printf(" %s", argv[i]);
	puts("");
}

#define ARGS(...)                                                                                            \
	(int)(sizeof((char *[]){"prog", __VA_ARGS__}) / sizeof(char *)), (char *[])                          \
	{                                                                                                    \
		"prog", __VA_ARGS__, NULL                                                                    \
	}

int main(int argc, char **argv)
{
	run("ab:c::", ARGS("-a", "-b", "x", "-cY", "-c", "file"));
	run("ab:c::", ARGS("-abx", "file", "-a", "--", "-b"));
	run("+ab:", ARGS("-a", "file", "-b", "x"));
	run("-ab:", ARGS("one", "-a", "two", "-bx"));
	run("ab:", ARGS("-z", "-b"));
	run(":ab:", ARGS("-z", "-b"));
	run("a", ARGS("-", "-a"));
	run_long(ARGS("--verbose", "--output", "f", "--output=g", "-oh", "--colour", "--colour=red", "rest"),
		 0);
	run_long(ARGS("--verb", "--ver", "--flag", "--out", "--none", "--flag=x"), 0);
	run_long(ARGS("-verbose", "-o", "x", "-output=y", "-v"), 1);
	char text[] = "ro,size=10,bad,user=me", *rest = text, *value;
	char *const tokens[] = {"ro", "rw", "size", "user", NULL};
	while (*rest) {
		int i = getsubopt(&rest, tokens, &value);
		printf("%d %s;", i, value ? value : "-");
	}
	puts("");
	printf("%d:", argc);
	for (int i = 1; i < argc; i++)
		printf(" <%s>", argv[i]);
	puts("");
	return 0;
}
