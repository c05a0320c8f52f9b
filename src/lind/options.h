/* The command line of `lind`. */
#ifndef LIND_LIND_OPTIONS_H
#define LIND_LIND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lind/limits.h"
#include "rawposix/net.h"

#define LIND_VERSION "0.1.0"

/* --confine: what is done where the kernel lacks a layer of it. */
enum confine_wish { CONFINE_AUTO, CONFINE_REQUIRED, CONFINE_OFF };

struct mount_option {
	const char *host, *guest;
	bool read_only;
};

/* Strings are the command line's, or owned for the life of the process. */
struct options {
	int verbosity;
	const char *root;      /* NULL: the base root */
	const char *directory; /* --cwd, or NULL */
	struct mount_option *mounts;
	size_t mount_count;
	const char **environment; /* NAME or NAME=VALUE, as given */
	size_t environment_count;
	bool open_3i, no_cache;
	enum rawposix_network network;
	enum confine_wish confine;
	struct limits limits;
	char **command; /* program and arguments, NULL-ended */
};

/* Fills *out. Returns -1 to go on, else the status to exit with: 0 after --help or --version, 2 after a line
 * on what is wrong. */
int options_parse(int count, char **arguments, struct options *out);

#endif
