/* A grate's own command line, and its error lines. */
#include "grate.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_OPTIONS 24

const char *libgrate_name = "grate";

static void write_line(const char *format, va_list values)
{
	char line[1024];
	int length = snprintf(line, sizeof line, "%s: ", libgrate_name);
	if (length < 0 || length >= (int)sizeof line)
		return;
	int more = vsnprintf(line + length, sizeof line - (size_t)length, format, values);
	if (more < 0)
		return;
	size_t size = (size_t)length + (size_t)more;
	if (size > sizeof line - 1)
		size = sizeof line - 1;
	line[size++] = '\n';
	/* Nobody is left to tell if this fails. */
	ssize_t written = write(STDERR_FILENO, line, size);
	(void)written;
}

void grate_error(const char *format, ...)
{
	va_list values;
	va_start(values, format);
	write_line(format, values);
	va_end(values);
}

void grate_die(int status, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	write_line(format, values);
	va_end(values);
	exit(status);
}

static void help(const char *about, const struct grate_option *options)
{
	printf("usage: %s [options] [--] PROGRAM [ARG...]\n%s.\n\n", libgrate_name, about);
	for (; options && options->letter; options++) {
		char left[64];
		snprintf(left, sizeof left, "-%c%s%s%s%s", options->letter, options->name ? ", --" : "",
			 options->name ? options->name : "", options->argument ? " " : "",
			 options->argument ? options->argument : "");
		printf("  %-24s  %s\n", left, options->help);
	}
	printf("  %-24s  %s\n", "-h, --help", "show this");
	exit(fflush(stdout) ? 125 : 0);
}

char **grate_options(int argc, char **argv, const char *about, const struct grate_option *options)
{
	if (argc > 0 && argv[0]) {
		const char *slash = strrchr(argv[0], '/');
		libgrate_name = slash ? slash + 1 : argv[0];
	}
	/* "+": a word that is no option ends the options; ":": the error lines are ours. */
	char letters[4 + 2 * MAX_OPTIONS] = "+:h";
	struct option names[MAX_OPTIONS + 2] = {{"help", no_argument, NULL, 'h'}};
	size_t letter = strlen(letters), name = 1;
	for (const struct grate_option *option = options; option && option->letter; option++) {
		if (name > MAX_OPTIONS)
			grate_die(125, "more than %d kinds of options", MAX_OPTIONS);
		letters[letter++] = option->letter;
		if (option->argument)
			letters[letter++] = ':';
		if (option->name)
			names[name++] = (struct option){option->name,
							option->argument ? required_argument : no_argument,
							NULL, option->letter};
	}
	for (int found; (found = getopt_long(argc, argv, letters, names, NULL)) != -1;) {
		if (found == 'h')
			help(about, options);
		if (found == ':')
			grate_die(125, "option %s needs an argument", argv[optind - 1]);
		if (found == '?')
			grate_die(125, "unknown option %s (try --help)", argv[optind - 1]);
		for (const struct grate_option *option = options; option->letter; option++)
			if (option->letter == found)
				option->set(optarg);
	}
	if (optind >= argc)
		grate_die(125, "no program given (try --help)");
	return argv + optind;
}
