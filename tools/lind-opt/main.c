/*
 * lind-opt: the last step of a link, from wasm-ld's output to a Lind program. Reads a module, runs the
 * passes over it, writes it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "pass.h"

enum { EXIT_BAD = 1, EXIT_USAGE = 2, EXIT_AGAIN = 3 };

struct options {
	const char *input, *output, *again;
	bool compact, report, verify, no_fork, no_casts, strip;
};

static const char help[] =
	"Usage: lind-opt [--fork=full|none] [--casts=full|none] [--compact] [--report] INPUT -o OUTPUT\n"
	"       lind-opt --verify [--report] INPUT\n"
	"Turns a WebAssembly module from the linker into a Lind program.\n"
	"\n"
	"  -o, --output FILE  where the program goes; may be INPUT\n"
	"  --fork=full        let the program fork, if it calls fork or sigsetjmp: this is so unless said\n"
	"  --fork=none        fork fails in it with ENOSYS\n"
	"  --compact          write numbers in code in their shortest form\n"
	"                     (left undone where there is debug information)\n"
	"  --casts=full       calls through a function pointer of another type behave as\n"
	"                     on x86-64 (the default)\n"
	"  --casts=none       such calls trap\n"
	"  --again=FILE       where direct calls of another type need functions that the\n"
	"                     linker has dropped, write their names to FILE, and stop\n"
	"                     with status 3: the link is to be made again, exporting them\n"
	"  --strip            leave out the names of functions\n"
	"  --verify           change nothing: print what keeps INPUT from being a Lind program\n"
	"  --report           print what the module consists of\n"
	"  --help             print this text\n"
	"  --version          print the versions of the tool and of the guest interface\n"
	"\n"
	"Exit status: 0 done, 1 the module is bad or cannot be read or written, 2 wrong usage,\n"
	"3 as --again says.\n";

static _Noreturn void usage_error(const char *text, const char *what)
{
	fprintf(stderr, "lind-opt: %s%s; see lind-opt --help\n", text, what);
	exit(EXIT_USAGE);
}

static bool chosen_full(const char *option, const char *choice)
{
	if (strcmp(choice, "full") != 0 && strcmp(choice, "none") != 0)
		usage_error(option, "full or none is needed");
	return *choice == 'f';
}

static void parse_options(int argc, char **argv, struct options *o)
{
	enum {
		OPT_CASTS = 256,
		OPT_FORK,
		OPT_AGAIN,
		OPT_STRIP,
		OPT_COMPACT,
		OPT_REPORT,
		OPT_VERIFY,
		OPT_HELP,
		OPT_VERSION
	};
	static const struct option names[] = {
		{"output", required_argument, NULL, 'o'},
		{"casts", required_argument, NULL, OPT_CASTS},
		{"again", required_argument, NULL, OPT_AGAIN},
		{"strip", no_argument, NULL, OPT_STRIP},
		{"compact", no_argument, NULL, OPT_COMPACT},
		{"report", no_argument, NULL, OPT_REPORT},
		{"verify", no_argument, NULL, OPT_VERIFY},
		{"help", no_argument, NULL, OPT_HELP},
		{"version", no_argument, NULL, OPT_VERSION},
		{"fork", required_argument, NULL, OPT_FORK},
		{NULL, 0, NULL, 0},
	};
	int c;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:", names, NULL)) != -1) {
		switch (c) {
		case 'o':
			o->output = optarg;
			break;
		case OPT_CASTS:
			o->no_casts = !chosen_full("--casts=", optarg);
			break;
		case OPT_FORK:
			o->no_fork = !chosen_full("--fork=", optarg);
			break;
		case OPT_AGAIN:
			o->again = optarg;
			break;
		case OPT_STRIP:
			o->strip = true;
			break;
		case OPT_COMPACT:
			o->compact = true;
			break;
		case OPT_REPORT:
			o->report = true;
			break;
		case OPT_VERIFY:
			o->verify = true;
			break;
		case OPT_HELP:
			fputs(help, stdout);
			exit(0);
		case OPT_VERSION:
			printf("lind-opt 0.1, guest interface version %d\n", LIND_ABI_VERSION);
			exit(0);
		case ':':
			usage_error("an argument is missing after ", argv[optind - 1]);
		default:
			usage_error("unknown option ", argv[optind - 1]);
		}
	}
	if (optind != argc - 1)
		usage_error("one input file is needed", "");
	o->input = argv[optind];
	if (!o->output == !o->verify)
		usage_error("give either -o OUTPUT or --verify", "");
	if (o->verify && (o->compact || o->no_fork))
		usage_error("--verify changes nothing: it does not go with --compact or --fork", "");
}

static void run_passes(struct module *m, const struct options *o, struct problems *p)
{
	pass_imports(m, p);
	pass_exports(m, p);
	if (o->verify) {
		verify_stamp(m, p);
		verify_suspending(m, p);
		verify_code(m, p);
		return;
	}
	if (!o->no_casts)
		pass_casts_prepare(m, p);
	if (o->no_fork)
		pass_fork_none(m, p);
	else
		pass_fork(m, p);
	pass_casts_finish(m, p);
	pass_unshare(m, p);
	pass_clones(m, p);
	pass_globals(m); /* after all that export some by name */
	if (o->strip)
		module_drop_custom(m, "name");
	if (o->compact)
		pass_compact(m, p);
}

/* Asks for another link, or says what will not work without. Returns the exit status. */
static int tell_missing(const struct module *m, const char *again)
{
	struct buffer names = {0};
	for (uint32_t i = 0; i < m->cast_missing_count; i++) {
		struct span name = m->cast_missing[i];
		put_span(&names, name);
		put_byte(&names, '\n');
		if (!again)
			fprintf(stderr, "lind-opt: calls of %.*s by another type than it has will trap\n",
				(int)name.size, (const char *)name.data);
	}
	int error = again && names.size ? file_replace(again, &names) : 0;
	if (error)
		fprintf(stderr, "lind-opt: %s: %s\n", again, strerror(-error));
	buffer_free(&names);
	return error ? EXIT_BAD : again && m->cast_missing_count ? EXIT_AGAIN : 0;
}

static int write_module(const struct module *m, const char *output)
{
	struct buffer out = {0};
	module_write(m, &out);
	int error = file_replace(output, &out);
	if (error)
		fprintf(stderr, "lind-opt: %s: %s\n", output, strerror(-error));
	buffer_free(&out);
	return error ? EXIT_BAD : 0;
}

static int process(struct span file, const struct options *o)
{
	struct problems problems = {.file = o->input, .all = o->verify};
	struct module m;
	int status = 0;
	if (module_read(&m, file))
		run_passes(&m, o, &problems);
	if (m.fault.found)
		problem(&problems, "offset 0x%zx: %s", m.fault.offset, m.fault.text);
	if (problems.count)
		status = EXIT_BAD;
	else if (!o->verify && !(status = tell_missing(&m, o->again)))
		status = write_module(&m, o->output);
	if (o->report && !m.fault.found)
		report_module(&m, o->input);
	module_free(&m);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	parse_options(argc, argv, &o);
	struct span file;
	int error = file_map(o.input, &file);
	if (error) {
		fprintf(stderr, "lind-opt: %s: %s\n", o.input, strerror(-error));
		return EXIT_BAD;
	}
	int status = process(file, &o);
	file_unmap(file);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("lind-opt: standard output");
		return EXIT_BAD;
	}
	return status;
}
