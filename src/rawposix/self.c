/* What /proc/self tells in words: comm cmdline maps mounts stat statm status. */
#include "rawposix/self.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "cage/memory_areas.h"
#include "rawposix/files.h"

/* What is read of a cage under cage_tree_lock, at one moment. */
struct snapshot {
	uint32_t id, parent, group, session, threads;
	char name[sizeof((struct cage *)0)->name + 1];
};

static struct snapshot take(const struct cage *cage)
{
	struct snapshot now = {.id = cage->id};
	pthread_mutex_lock(&cage_tree_lock);
	now.parent = cage_parent_id_locked(cage);
	now.group = cage->process_group;
	now.session = cage->session;
	now.threads = cage->thread_count;
	memcpy(now.name, cage->name, sizeof cage->name);
	pthread_mutex_unlock(&cage_tree_lock);
	return now;
}

static uint64_t mapped_bytes(struct memory *memory)
{
	pthread_mutex_lock(&memory->lock);
	uint64_t bytes = memory->mapped;
	pthread_mutex_unlock(&memory->lock);
	return bytes;
}

static void tell_comm(struct call *call, FILE *out)
{
	fprintf(out, "%s\n", take(call->cage).name);
}

static void tell_cmdline(struct call *call, FILE *out)
{
	pthread_mutex_lock(&cage_tree_lock); /* exec replaces it */
	if (call->cage->command_line)
		fwrite(call->cage->command_line, 1, call->cage->command_line_size, out);
	pthread_mutex_unlock(&cage_tree_lock);
}

static void tell_maps(struct call *call, FILE *out)
{
	struct memory *memory = call->cage->memory;
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

static void tell_mounts(struct call *call, FILE *out)
{
	const char *path;
	bool read_only;
	for (size_t i = 0; file_space_mount_at(call->cage->space, i, &path, &read_only); i++) {
		fputs("lind ", out);
		for (; *path; path++)
			if (isspace((unsigned char)*path) || *path == '\\')
				fprintf(out, "\\%03o", (unsigned)*path);
			else
				fputc(*path, out);
		fprintf(out, " bind %s,nosuid,nodev 0 0\n", read_only ? "ro" : "rw");
	}
}

static void tell_stat(struct call *call, FILE *out)
{
	struct snapshot now = take(call->cage);
	fprintf(out, "%u (%s) R %u %u %u 0 -1 0 0 0 0 0 0 0 0 0 20 0 %u 0 0 %" PRIu64 " 0", now.id, now.name,
		now.parent, now.group, now.session, now.threads, mapped_bytes(call->cage->memory));
	for (int field = 25; field <= 52; field++)
		fputs(" 0", out);
	fputc('\n', out);
}

static void tell_statm(struct call *call, FILE *out)
{
	uint64_t pages = mapped_bytes(call->cage->memory) / GUEST_PAGE;
	fprintf(out, "%" PRIu64 " %" PRIu64 " 0 0 0 %" PRIu64 " 0\n", pages, pages, pages);
}

static void tell_signals(struct call *call, FILE *out)
{
	struct cage_signals *has = &call->cage->signals;
	/* A stranger sees what concerns the whole cage only. */
	const struct thread *subject = call_subject(call);
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

static void tell_status(struct call *call, FILE *out)
{
	struct snapshot now = take(call->cage);
	const struct cage_credentials *is = &call->cage->credentials;
	fprintf(out, "Name:\t%s\nUmask:\t%04o\nState:\tR (running)\n", now.name,
		file_space_umask(call->cage->space));
	fprintf(out, "Tgid:\t%u\nNgid:\t0\nPid:\t%u\nPPid:\t%u\nTracerPid:\t0\n", now.id, now.id, now.parent);
	fprintf(out, "Uid:\t%u\t%u\t%u\t%u\n", is->uid, is->euid, is->suid, is->euid);
	fprintf(out, "Gid:\t%u\t%u\t%u\t%u\n", is->gid, is->egid, is->sgid, is->egid);
	fprintf(out, "FDSize:\t%d\n", LIMIT_DESCRIPTORS);
	fprintf(out, "VmSize:\t%8" PRIu64 " kB\n", mapped_bytes(call->cage->memory) / 1024);
	fprintf(out, "Threads:\t%u\n", now.threads);
	tell_signals(call, out);
}

static const struct {
	const char *name;
	void (*tell)(struct call *call, FILE *out);
} texts[] = {
	{"comm", tell_comm}, {"cmdline", tell_cmdline}, {"maps", tell_maps},     {"mounts", tell_mounts},
	{"stat", tell_stat}, {"statm", tell_statm},     {"status", tell_status},
};

int self_text(struct call *call, const char *name, char **text, size_t *length)
{
	size_t i = 0;
	while (i < sizeof texts / sizeof *texts && strcmp(texts[i].name, name) != 0)
		i++;
	if (i == sizeof texts / sizeof *texts)
		return 0;
	*text = NULL;
	FILE *out = open_memstream(text, length);
	if (!out)
		return -ENOMEM;
	texts[i].tell(call, out);
	return fclose(out) ? -ENOMEM : 1;
}
