/* See system.h. What is told is what a program needs to know of where it runs; of the host's machine it
 * learns no more than the calls for the same would tell it. */
#include "rawposix/system.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/limits.h"
#include "cage/cage.h"

static int processors(void)
{
	cpu_set_t set;
	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static void tell_cpuinfo(FILE *out)
{
	for (int i = 0, count = processors(); i < count; i++)
		fprintf(out, "processor\t: %d\nvendor_id\t: lind\nmodel name\t: wasm32\ncpu cores\t: %d\n\n",
			i, count);
}

static void tell_meminfo(FILE *out)
{
	struct sysinfo now;
	if (sysinfo(&now))
		return;
	const struct {
		const char *name;
		uint64_t units;
	} lines[] = {
		{"MemTotal", now.totalram},
		{"MemFree", now.freeram},
		{"MemAvailable", now.freeram},
		{"Buffers", now.bufferram},
		{"Cached", 0},
		{"SwapCached", 0},
		{"SwapTotal", now.totalswap},
		{"SwapFree", now.freeswap},
		{"Shmem", now.sharedram},
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		fprintf(out, "%s:%*s%8" PRIu64 " kB\n", lines[i].name, (int)(15 - strlen(lines[i].name)), "",
			lines[i].units * now.mem_unit / 1024);
}

static void tell_uptime(FILE *out)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	fprintf(out, "%" PRId64 ".%02ld 0.00\n", (int64_t)now.tv_sec, now.tv_nsec / 10000000);
}

static void tell_loadavg(FILE *out)
{
	struct sysinfo now;
	unsigned cages = 0, newest = 0;
	if (sysinfo(&now))
		return;
	pthread_mutex_lock(&cage_tree_lock);
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage)) {
		newest = cage->id > newest ? cage->id : newest;
		cages++;
	}
	pthread_mutex_unlock(&cage_tree_lock);
	for (int i = 0; i < 3; i++)
		fprintf(out, "%lu.%02lu ", now.loads[i] >> 16, (now.loads[i] & 0xffff) * 100 >> 16);
	fprintf(out, "1/%u %u\n", cages, newest);
}

static void tell_stat(FILE *out)
{
	struct timespec now, up;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	fputs("cpu  0 0 0 0 0 0 0 0 0 0\n", out);
	for (int i = 0, count = processors(); i < count; i++)
		fprintf(out, "cpu%d 0 0 0 0 0 0 0 0 0 0\n", i);
	fprintf(out, "intr 0\nctxt 0\nbtime %" PRId64 "\nprocesses 0\nprocs_running 1\nprocs_blocked 0\n",
		(int64_t)(now.tv_sec - up.tv_sec));
}

static void tell_version(FILE *out)
{
	struct utsname name;
	if (uname(&name) == 0)
		fprintf(out, "%s version %s %s\n", name.sysname, name.release, name.version);
}

static void tell_ostype(FILE *out)
{
	fputs("Linux\n", out);
}

#define TELL_NAME(member)                                                                                    \
	static void tell_##member(FILE *out)                                                                 \
	{                                                                                                    \
		struct utsname name;                                                                         \
		if (uname(&name) == 0)                                                                       \
			fprintf(out, "%s\n", name.member);                                                   \
	}
TELL_NAME(release)
TELL_NAME(nodename)
TELL_NAME(domainname)

static void tell_uuid(FILE *out)
{
	uint8_t bytes[16];
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return;
	bytes[6] = (bytes[6] & 0x0f) | 0x40; /* made by chance */
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	for (int i = 0; i < 16; i++)
		fprintf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
	fputc('\n', out);
}

/* Of this run. */
static void tell_boot(FILE *out)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char *text;
	size_t size;
	pthread_mutex_lock(&lock);
	FILE *made = text ? NULL : open_memstream(&text, &size);
	if (made) {
		tell_uuid(made);
		fclose(made);
	}
	fputs(text ? text : "", out);
	pthread_mutex_unlock(&lock);
}

static void tell_semaphores(FILE *out)
{
	fprintf(out, "%d\t%u\t%d\t%d\n", LIMIT_SEMAPHORE_SET, LIMIT_SEMAPHORES, LIMIT_SEMAPHORE_OPS,
		LIMIT_IPC_OBJECTS);
}

/* A path, and what it tells: by a function, or a number. Sorted by folders. */
static const struct {
	const char *path;
	void (*tell)(FILE *out);
	uint64_t number;
} texts[] = {
	{"cpuinfo", tell_cpuinfo, 0},
	{"loadavg", tell_loadavg, 0},
	{"meminfo", tell_meminfo, 0},
	{"stat", tell_stat, 0},
	{"uptime", tell_uptime, 0},
	{"version", tell_version, 0},
	{"sys/fs/file-max", NULL, LIMIT_DESCRIPTORS},
	{"sys/fs/nr_open", NULL, LIMIT_DESCRIPTORS},
	{"sys/fs/pipe-max-size", NULL, 1048576},
	{"sys/fs/mqueue/msg_default", NULL, LIMIT_QUEUE_MESSAGES},
	{"sys/fs/mqueue/msg_max", NULL, LIMIT_QUEUE_MESSAGES},
	{"sys/fs/mqueue/msgsize_default", NULL, LIMIT_QUEUE_MESSAGE},
	{"sys/fs/mqueue/msgsize_max", NULL, LIMIT_QUEUE_MESSAGE},
	{"sys/fs/mqueue/queues_max", NULL, LIMIT_MESSAGE_QUEUES},
	{"sys/kernel/cap_last_cap", NULL, 40},
	{"sys/kernel/domainname", tell_domainname, 0},
	{"sys/kernel/hostname", tell_nodename, 0},
	{"sys/kernel/msgmax", NULL, LIMIT_MESSAGE_BYTES},
	{"sys/kernel/msgmnb", NULL, LIMIT_QUEUE_BYTES},
	{"sys/kernel/msgmni", NULL, LIMIT_IPC_OBJECTS},
	{"sys/kernel/ngroups_max", NULL, 65536},
	{"sys/kernel/osrelease", tell_release, 0},
	{"sys/kernel/ostype", tell_ostype, 0},
	{"sys/kernel/overflowgid", NULL, 65534},
	{"sys/kernel/overflowuid", NULL, 65534},
	{"sys/kernel/pid_max", NULL, LIMIT_CAGE_ID + 1},
	{"sys/kernel/random/boot_id", tell_boot, 0},
	{"sys/kernel/random/uuid", tell_uuid, 0},
	{"sys/kernel/sem", tell_semaphores, 0},
	{"sys/kernel/shmall", NULL, LIMIT_SEGMENTS_BYTES / 4096},
	{"sys/kernel/shmmax", NULL, UINT32_MAX},
	{"sys/kernel/shmmni", NULL, LIMIT_IPC_OBJECTS},
	{"sys/kernel/threads-max", NULL, LIMIT_THREADS},
	{"sys/vm/max_map_count", NULL, LIMIT_MEMORY_AREAS},
	{"sys/vm/overcommit_memory", NULL, 0},
};
#define TEXTS (sizeof texts / sizeof *texts)

int system_text(const char *path, char **text, size_t *length)
{
	size_t i = 0;
	while (i < TEXTS && strcmp(texts[i].path, path) != 0)
		i++;
	if (i == TEXTS)
		return 0;
	*text = NULL;
	FILE *out = open_memstream(text, length);
	if (!out)
		return -ENOMEM;
	if (texts[i].tell)
		texts[i].tell(out);
	else
		fprintf(out, "%" PRIu64 "\n", texts[i].number);
	return fclose(out) ? -ENOMEM : 1;
}

const char *system_name(const char *folder, size_t index, char out[static 64])
{
	size_t length = strlen(folder);
	const char *last = "";
	for (size_t i = 0; i < TEXTS; i++) {
		const char *path = texts[i].path;
		if (length && (strncmp(path, folder, length) != 0 || path[length] != '/'))
			continue;
		path += length ? length + 1 : 0;
		size_t size = strcspn(path, "/");
		/* Folders stand together. */
		bool known = path[size] && strncmp(path, last, size) == 0 && last[size] == '/';
		last = path;
		if (known || index--)
			continue;
		snprintf(out, 64, "%c%.*s", path[size] ? 'd' : 'f', (int)size, path);
		return out;
	}
	return NULL;
}
