/* What a folder of /proc tells of its process in words. Of other processes, only what does not reach into
 * them. */
#include "rawposix/self.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "cage/memory_areas.h"
#include "rawposix/files.h"

/* Who is told of, and to whom. */
struct subject {
	struct call *call;
	struct cage *cage;
	struct memory *memory; /* counted; NULL: it has ended */
};

/* What is read of a cage under cage_tree_lock, at one moment. */
struct snapshot {
	uint32_t id, parent, group, session, threads;
	char state;
	char name[sizeof((struct cage *)0)->name + 1];
};

static struct snapshot take(const struct subject *of)
{
	const struct cage *cage = of->cage;
	struct snapshot now = {.id = cage->id, .state = cage == of->call->cage ? 'R' : 'S'};
	pthread_mutex_lock(&cage_tree_lock);
	if (cage->state >= CAGE_ZOMBIE)
		now.state = 'Z';
	else if (cage->stop.complete)
		now.state = 'T';
	now.parent = cage_parent_id_locked(cage);
	now.group = cage->process_group;
	now.session = cage->session;
	now.threads = cage->thread_count;
	memcpy(now.name, cage->name, sizeof cage->name);
	pthread_mutex_unlock(&cage_tree_lock);
	return now;
}

static uint64_t mapped_bytes(const struct subject *of)
{
	struct memory *memory = of->memory;
	if (!memory)
		return 0;
	pthread_mutex_lock(&memory->lock);
	uint64_t bytes = memory->mapped;
	pthread_mutex_unlock(&memory->lock);
	return bytes;
}

static void tell_comm(const struct subject *of, FILE *out)
{
	fprintf(out, "%s\n", take(of).name);
}

static void tell_cmdline(const struct subject *of, FILE *out)
{
	pthread_mutex_lock(&cage_tree_lock); /* exec replaces it */
	if (of->cage->command_line)
		fwrite(of->cage->command_line, 1, of->cage->command_line_size, out);
	pthread_mutex_unlock(&cage_tree_lock);
}

static void tell_maps(const struct subject *of, FILE *out)
{
	struct memory *memory = of->memory;
	pthread_mutex_lock(&memory->lock);
	for (size_t i = 0, next; i < memory->area_count; i = next) {
		const struct memory_area *area = &memory->areas[i];
		next = memory_areas_run(memory, i);
		fprintf(out, "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64 " 00:00 0", area->start,
			memory->areas[next - 1].end, area->protection & PROT_READ ? 'r' : '-',
			area->protection & PROT_WRITE ? 'w' : '-', area->protection & PROT_EXEC ? 'x' : '-',
			area->flags & MAP_SHARED ? 's' : 'p', area->flags & MAP_ANONYMOUS ? 0 : area->offset);
		if (area->path)
			fprintf(out, "%26s%s", "", area->path);
		fputc('\n', out);
	}
	pthread_mutex_unlock(&memory->lock);
}

static void tell_mounts(const struct subject *of, FILE *out)
{
	const char *path;
	bool read_only;
	for (size_t i = 0; file_space_mount_at(of->cage->space, i, &path, &read_only); i++) {
		fputs("lind ", out);
		for (; *path; path++)
			if (isspace((unsigned char)*path) || *path == '\\')
				fprintf(out, "\\%03o", (unsigned)*path);
			else
				fputc(*path, out);
		fprintf(out, " bind %s,nosuid,nodev 0 0\n", read_only ? "ro" : "rw");
	}
}

static void tell_stat(const struct subject *of, FILE *out)
{
	struct snapshot now = take(of);
	fprintf(out, "%u (%s) %c %u %u %u 0 -1 0 0 0 0 0 0 0 0 0 20 0 %u 0 0 %" PRIu64 " 0", now.id, now.name,
		now.state, now.parent, now.group, now.session, now.threads, mapped_bytes(of));
	for (int field = 25; field <= 52; field++)
		fputs(" 0", out);
	fputc('\n', out);
}

static void tell_statm(const struct subject *of, FILE *out)
{
	uint64_t pages = mapped_bytes(of) / GUEST_PAGE;
	fprintf(out, "%" PRIu64 " %" PRIu64 " 0 0 0 %" PRIu64 " 0\n", pages, pages, pages);
}

static void tell_signals(const struct subject *of, FILE *out)
{
	struct cage_signals *has = &of->cage->signals;
	/* A stranger sees what concerns the whole cage only. */
	const struct thread *subject = of->cage == of->call->cage ? call_subject(of->call) : NULL;
	signal_set pending = 0, blocked = 0, ignored = 0, caught = 0;
	pthread_mutex_lock(&has->lock);
	for (int number = 1; number <= SIGNAL_COUNT; number++) {
		uint32_t handler = has->action[number].handler;
		if (handler == GUEST_SIG_IGN)
			ignored |= signal_bit(number);
		else if (handler != GUEST_SIG_DFL)
			caught |= signal_bit(number);
	}
	if (subject) {
		pending = subject->signals.pending;
		blocked = subject->signals.blocked;
	}
	const signal_set set[] = {pending, has->pending, blocked, ignored, caught};
	pthread_mutex_unlock(&has->lock);
	static const char *const name[] = {"SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"};
	for (size_t i = 0; i < sizeof set / sizeof *set; i++)
		fprintf(out, "%s:\t%016" PRIx64 "\n", name[i], set[i]);
}

static void tell_status(const struct subject *of, FILE *out)
{
	struct snapshot now = take(of);
	const struct cage_credentials *is = &of->cage->credentials;
	fprintf(out, "Name:\t%s\n", now.name);
	if (of->cage == of->call->cage)
		fprintf(out, "Umask:\t%04o\n", file_space_umask(of->cage->space));
	fprintf(out, "State:\t%c (%s)\n", now.state,
		now.state == 'R'   ? "running"
		: now.state == 'S' ? "sleeping"
		: now.state == 'T' ? "stopped"
				   : "zombie");
	fprintf(out, "Tgid:\t%u\nNgid:\t0\nPid:\t%u\nPPid:\t%u\nTracerPid:\t0\n", now.id, now.id, now.parent);
	fprintf(out, "Uid:\t%u\t%u\t%u\t%u\n", is->uid, is->euid, is->suid, is->euid);
	fprintf(out, "Gid:\t%u\t%u\t%u\t%u\n", is->gid, is->egid, is->sgid, is->egid);
	fprintf(out, "FDSize:\t%d\n", LIMIT_DESCRIPTORS);
	fprintf(out, "VmSize:\t%8" PRIu64 " kB\n", mapped_bytes(of) / 1024);
	fprintf(out, "Threads:\t%u\n", now.threads);
	tell_signals(of, out);
}

static void tell_limits(const struct subject *of, FILE *out)
{
	static const struct {
		const char *name, *unit;
	} kinds[RLIM_NLIMITS] = {
		[RLIMIT_CPU] = {"Max cpu time", "seconds"},
		[RLIMIT_FSIZE] = {"Max file size", "bytes"},
		[RLIMIT_DATA] = {"Max data size", "bytes"},
		[RLIMIT_STACK] = {"Max stack size", "bytes"},
		[RLIMIT_CORE] = {"Max core file size", "bytes"},
		[RLIMIT_RSS] = {"Max resident set", "bytes"},
		[RLIMIT_NPROC] = {"Max processes", "processes"},
		[RLIMIT_NOFILE] = {"Max open files", "files"},
		[RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
		[RLIMIT_AS] = {"Max address space", "bytes"},
		[RLIMIT_LOCKS] = {"Max file locks", "locks"},
		[RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
		[RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
		[RLIMIT_NICE] = {"Max nice priority", ""},
		[RLIMIT_RTPRIO] = {"Max realtime priority", ""},
		[RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
	};
	fprintf(out, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		const rlim_t value[] = {__atomic_load_n(&of->cage->limits[i].rlim_cur, __ATOMIC_RELAXED),
					__atomic_load_n(&of->cage->limits[i].rlim_max, __ATOMIC_RELAXED)};
		fprintf(out, "%-25s ", kinds[i].name);
		for (int j = 0; j < 2; j++)
			if (value[j] == RLIM_INFINITY)
				fprintf(out, "%-20s ", "unlimited");
			else
				fprintf(out, "%-20" PRIu64 " ", (uint64_t)value[j]);
		fprintf(out, "%-10s\n", kinds[i].unit);
	}
}

static void tell_nothing(const struct subject *of, FILE *out)
{
	(void)of;
	fputs("0\n", out);
}

static void tell_cgroup(const struct subject *of, FILE *out)
{
	(void)of;
	fputs("0::/\n", out);
}

static const struct self_text {
	const char *name;
	void (*tell)(const struct subject *of, FILE *out);
	bool own; /* of the asking process only */
} texts[] = {
	{"cgroup", tell_cgroup, false},
	{"cmdline", tell_cmdline, false},
	{"comm", tell_comm, false},
	{"limits", tell_limits, true},
	{"maps", tell_maps, true},
	{"mounts", tell_mounts, true},
	{"oom_score_adj", tell_nothing, true},
	{"stat", tell_stat, false},
	{"statm", tell_statm, false},
	{"status", tell_status, false},
};
#define TEXTS (sizeof texts / sizeof *texts)

const char *self_name(size_t index, bool own)
{
	for (size_t i = 0; i < TEXTS; i++)
		if ((own || !texts[i].own) && !index--)
			return texts[i].name;
	return NULL;
}

int self_text(struct call *call, struct cage *cage, const char *name, char **text, size_t *length)
{
	struct subject of = {.call = call, .cage = cage};
	size_t i = 0;
	while (i < TEXTS && strcmp(texts[i].name, name) != 0)
		i++;
	if (i == TEXTS)
		return 0;
	if (texts[i].own && cage != call->cage)
		return -EACCES;
	*text = NULL;
	FILE *out = open_memstream(text, length);
	if (!out)
		return -ENOMEM;
	pthread_mutex_lock(&cage_tree_lock);
	if (cage->memory)
		of.memory = memory_ref(cage->memory);
	pthread_mutex_unlock(&cage_tree_lock);
	texts[i].tell(&of, out);
	memory_unref(of.memory);
	return fclose(out) ? -ENOMEM : 1;
}
