/* Parsing the command line. */
#include "lind/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/version.h"
#include "base/log.h"
#include "engine/engine.h"

static const char usage[] =
	"Usage: lind [options] PROGRAM [ARG...]\n"
	"Run PROGRAM, compiled by lind-clang, in a cage that it takes for a Linux process.\n"
	"PROGRAM is looked for in the guest's PATH, or is a path. Grates stand in front of it:\n"
	"  lind strace-grate -- lua script.lua\n"
	"\n"
	"The program sees a read-only base root (its programs in /usr/bin), a private /tmp, and the\n"
	"current folder at its own path; nothing else of this machine.\n"
	"\n"
	"  --root DIR              show exactly DIR as the root folder instead\n"
	"  --mount HOST:GUEST[:ro] show file or folder HOST at GUEST too (ro: read-only)\n"
	"  --cwd DIR               start in guest folder DIR\n"
	"  --env NAME[=VALUE]      pass on variable NAME, or set it (PATH, HOME, USER, TERM, TZ and\n"
	"                          the locale are there without being asked for)\n"
	"  --net none|loopback|host  what of the network is reachable (none)\n"
	"  --connect HOST:PORT     of that, only whom these options name may be connected to or sent to,\n"
	"  --listen [HOST:]PORT    and only there may be listened; HOST: an address, localhost or *,\n"
	"                          PORT: a number, N-M or *\n"
	"  --limit NAME=VALUE,...  each program's limits: mem, fds, cpu, fsize; all together: procs,\n"
	"                          all-mem, all-fds, all-cpu; as mem=512M,procs=64,cpu=10s\n"
	"  --3i strict|open        who may change a cage's handlers: its ancestors, or, as in existing\n"
	"                          Lind, anyone (strict)\n"
	"  --confine auto|required|off  let the kernel hold the whole process to what it needs (auto: as\n"
	"                          far as it can)\n"
	"  --no-cache              neither read nor write compiled code under the XDG cache folder\n"
	"  -v, --verbose           report at the end which calls were made that are not supported\n"
	"  -h, --help              show this\n"
	"  -V, --version           show versions\n"
	"\n"
	"The exit status is the program's, 128+N as a shell reports its death by signal N; 127: there is no\n"
	"such program, 126: it cannot be run, 2: wrong usage, 1: lind itself failed.\n";

static int wrong(const char *what, const char *value)
{
	log_error("%s%s%s; try lind --help", what, value ? ": " : "", value ? value : "");
	return 2;
}

/* HOST:GUEST[:ro]; the text is the command line's and is cut in place. */
static bool parse_mount(char *text, struct mount_option *out)
{
	char *guest = strchr(text, ':'), *mode;

	if (!guest || guest == text || guest[1] != '/')
		return false;
	*guest++ = 0;
	mode = strchr(guest, ':');
	if (mode) {
		*mode++ = 0;
		if (strcmp(mode, "ro") != 0 && strcmp(mode, "rw") != 0)
			return false;
	}
	*out = (struct mount_option){
		.host = text, .guest = guest, .read_only = mode && strcmp(mode, "ro") == 0};
	return true;
}

static bool parse_choice(const char *value, const char *const *choices, int *out)
{
	for (int i = 0; choices[i]; i++)
		if (strcmp(value, choices[i]) == 0) {
			*out = i;
			return true;
		}
	return false;
}

int options_parse(int count, char **arguments, struct options *out)
{
	enum { ROOT = 256, MOUNT, CWD, ENV, NET, CONNECT, LISTEN, LIMIT, CONFINE, THREEI, NO_CACHE };
	static const struct option long_options[] = {
		{"root", required_argument, NULL, ROOT},
		{"mount", required_argument, NULL, MOUNT},
		{"cwd", required_argument, NULL, CWD},
		{"env", required_argument, NULL, ENV},
		{"net", required_argument, NULL, NET},
		{"connect", required_argument, NULL, CONNECT},
		{"listen", required_argument, NULL, LISTEN},
		{"limit", required_argument, NULL, LIMIT},
		{"confine", required_argument, NULL, CONFINE},
		{"3i", required_argument, NULL, THREEI},
		{"no-cache", no_argument, NULL, NO_CACHE},
		{"verbose", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	static const char *const networks[] = {"none", "loopback", "host", NULL};
	static const char *const authorities[] = {"strict", "open", NULL};
	static const char *const confines[] = {"auto", "required", "off", NULL};
	char reason[128];
	int option, choice;

	*out = (struct options){.network = NETWORK_NONE};
	out->mounts = calloc((size_t)count, sizeof *out->mounts);
	out->environment = calloc((size_t)count, sizeof *out->environment);
	if (!out->mounts || !out->environment)
		return wrong("out of memory", NULL);
	opterr = 0;
	while ((option = getopt_long(count, arguments, "+:vhV", long_options, NULL)) != -1) {
		switch (option) {
		case ROOT:
			out->root = optarg;
			break;
		case MOUNT:
			if (!parse_mount(optarg, &out->mounts[out->mount_count++]))
				return wrong("--mount wants HOST:/GUEST[:ro]", optarg);
			break;
		case CWD:
			out->directory = optarg;
			break;
		case ENV:
			if (!*optarg || *optarg == '=')
				return wrong("--env wants NAME or NAME=VALUE", optarg);
			out->environment[out->environment_count++] = optarg;
			break;
		case NET:
			if (!parse_choice(optarg, networks, &choice))
				return wrong("--net wants none, loopback or host", optarg);
			out->network = (enum rawposix_network)choice;
			break;
		case CONNECT:
			if (!net_allow(NET_CONNECT, optarg))
				return wrong("--connect wants HOST:PORT, at most 64 times", optarg);
			break;
		case LISTEN:
			if (!net_allow(NET_LISTEN, optarg))
				return wrong("--listen wants PORT or HOST:PORT, at most 64 times", optarg);
			break;
		case LIMIT:
			if (!limits_parse(optarg, &out->limits, reason, sizeof reason))
				return wrong(reason, optarg);
			break;
		case CONFINE:
			if (!parse_choice(optarg, confines, &choice))
				return wrong("--confine wants auto, required or off", optarg);
			out->confine = (enum confine_wish)choice;
			break;
		case THREEI:
			if (!parse_choice(optarg, authorities, &choice))
				return wrong("--3i wants strict or open", optarg);
			out->open_3i = choice;
			break;
		case NO_CACHE:
			out->no_cache = true;
			break;
		case 'v':
			out->verbosity++;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			printf("lind %s (guest interface %d, %s)\n", LIND_VERSION, LIND_ABI_VERSION,
			       engine_version());
			return 0;
		case ':':
			return wrong("an argument is missing after", arguments[optind - 1]);
		default:
			return wrong("there is no such option", arguments[optind - 1]);
		}
	}
	if (net_has_rules() && out->network == NETWORK_NONE)
		return wrong("--connect and --listen want --net loopback or host", NULL);
	if (!arguments[optind])
		return wrong("no program is given", NULL);
	out->command = arguments + optind;
	return -1;
}
