/* --limit: what the programs may use. */
#ifndef LIND_LIND_LIMITS_H
#define LIND_LIND_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

enum limit_kind {
	LIMIT_MEM,   /* bytes mapped, of each program */
	LIMIT_FDS,   /* descriptors, of each */
	LIMIT_CPU,   /* seconds of CPU time, of each */
	LIMIT_FSIZE, /* bytes of a file that is written */
	LIMIT_PROCS, /* processes and threads, of all together */
	LIMIT_ALL_MEM,
	LIMIT_ALL_FDS, /* descriptors of the host's, for all programs and lind itself */
	LIMIT_ALL_CPU, /* seconds, with what lind itself takes; then lind is ended by SIGXCPU */
	LIMIT_KINDS
};

/* Zeros: none is set. */
struct limits {
	bool set[LIMIT_KINDS];
	uint64_t value[LIMIT_KINDS];
};

/* Takes over NAME=VALUE,… False: `reason` says in a line what is wrong. */
bool limits_parse(const char *text, struct limits *limits, char *reason, size_t size);
/* Before the first cage runs: for this process and all cages together, and in `first` (RLIM_NLIMITS of them)
 * for the first cage, from which the others have theirs. Only ever lowers what is there. */
void limits_apply(const struct limits *limits, struct rlimit *first);

#endif
