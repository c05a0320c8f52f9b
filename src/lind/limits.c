/* See limits.h. */
#include "lind/limits.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cage/cage.h"
#include "cage/memory_limit.h"

/* How a value is written: a number, and what may stand behind it. */
struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit counts[] = {{"", 1}, {NULL, 0}};
static const struct unit sizes[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {NULL, 0}};
static const struct unit times[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {NULL, 0}};

static const struct {
	const char *name;
	const struct unit *units;
	const char *wants;
} kinds[LIMIT_KINDS] = {
	[LIMIT_MEM] = {"mem", sizes, "a size as 512M"},
	[LIMIT_FDS] = {"fds", counts, "a number"},
	[LIMIT_CPU] = {"cpu", times, "a time as 10s"},
	[LIMIT_FSIZE] = {"fsize", sizes, "a size as 512M"},
	[LIMIT_PROCS] = {"procs", counts, "a number"},
	[LIMIT_ALL_MEM] = {"all-mem", sizes, "a size as 512M"},
	[LIMIT_ALL_FDS] = {"all-fds", counts, "a number"},
	[LIMIT_ALL_CPU] = {"all-cpu", times, "a time as 10s"},
};

static bool parse_value(const char *text, size_t length, const struct unit *units, uint64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t value = 0;
	if (!digits || digits > length)
		return false;
	for (size_t i = 0; i < digits; i++)
		if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
			return false;
	for (; units->suffix; units++)
		if (strlen(units->suffix) == length - digits &&
		    strncmp(units->suffix, text + digits, length - digits) == 0)
			return value > 0 && !__builtin_mul_overflow(value, units->factor, out) &&
			       *out < INT64_MAX;
	return false;
}

static bool parse_one(const char *text, size_t length, struct limits *limits, char *reason, size_t size)
{
	const char *equals = memchr(text, '=', length);
	size_t name = equals ? (size_t)(equals - text) : length;
	for (int kind = 0; kind < LIMIT_KINDS; kind++) {
		if (strlen(kinds[kind].name) != name || strncmp(kinds[kind].name, text, name) != 0)
			continue;
		limits->set[kind] = equals && parse_value(equals + 1, length - name - 1, kinds[kind].units,
							  &limits->value[kind]);
		if (!limits->set[kind])
			snprintf(reason, size, "--limit %s wants %s", kinds[kind].name, kinds[kind].wants);
		return limits->set[kind];
	}
	snprintf(reason, size,
		 "--limit wants mem, procs, fds, cpu, fsize, all-mem, all-fds or all-cpu, each with =VALUE");
	return false;
}

bool limits_parse(const char *text, struct limits *limits, char *reason, size_t size)
{
	for (;;) {
		size_t length = strcspn(text, ",");
		if (!parse_one(text, length, limits, reason, size))
			return false;
		if (!text[length])
			return true;
		text += length + 1;
	}
}

static void lower(struct rlimit *limit, uint64_t soft, uint64_t hard)
{
	if (limit->rlim_max > hard)
		limit->rlim_max = hard;
	if (limit->rlim_cur > soft)
		limit->rlim_cur = soft;
}

/* This process's own. */
static void lower_own(int resource, uint64_t soft, uint64_t hard)
{
	struct rlimit own;
	getrlimit((__rlimit_resource_t)resource, &own);
	lower(&own, soft, hard);
	setrlimit((__rlimit_resource_t)resource, &own);
}

void limits_apply(const struct limits *limits, struct rlimit *first)
{
	const uint64_t *value = limits->value;
	if (limits->set[LIMIT_MEM])
		lower(&first[RLIMIT_AS], value[LIMIT_MEM], value[LIMIT_MEM]);
	if (limits->set[LIMIT_FDS])
		lower(&first[RLIMIT_NOFILE], value[LIMIT_FDS], value[LIMIT_FDS]);
	if (limits->set[LIMIT_FSIZE])
		lower(&first[RLIMIT_FSIZE], value[LIMIT_FSIZE], value[LIMIT_FSIZE]);
	/* A second between the two signals, for a program to say goodbye. */
	if (limits->set[LIMIT_CPU])
		lower(&first[RLIMIT_CPU], value[LIMIT_CPU], value[LIMIT_CPU] + 1);
	if (limits->set[LIMIT_PROCS]) {
		lower(&first[RLIMIT_NPROC], value[LIMIT_PROCS], value[LIMIT_PROCS]);
		cage_process_limit = value[LIMIT_PROCS] < UINT_MAX ? (unsigned)value[LIMIT_PROCS] : UINT_MAX;
	}
	if (limits->set[LIMIT_ALL_MEM])
		memory_limit_all(value[LIMIT_ALL_MEM]);
	if (limits->set[LIMIT_ALL_FDS])
		lower_own(RLIMIT_NOFILE, value[LIMIT_ALL_FDS], value[LIMIT_ALL_FDS]);
	if (limits->set[LIMIT_ALL_CPU])
		lower_own(RLIMIT_CPU, value[LIMIT_ALL_CPU], value[LIMIT_ALL_CPU] + 1);
}
