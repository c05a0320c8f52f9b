// Times one kind of system call: `calls KIND [ARGUMENT]` prints nanoseconds per call. The same source is
// compiled for the host and for a cage.
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

static int file;
static const char *program;

static int call_geteuid(void)
{
	return geteuid() == (uid_t)-1;
}

static int call_pread_1(void)
{
	char byte;

	return pread(file, &byte, 1, 0) != 1;
}

static int call_pread_4096(void)
{
	static char page[4096];

	return pread(file, page, sizeof(page), 0) != sizeof(page);
}

static int call_open_close(void)
{
	int fd = open("calls.data", O_RDONLY);

	return fd < 0 || close(fd) != 0;
}

static int call_spawn(void)
{
	char *arguments[] = {(char *)program, NULL};
	char *environment[] = {NULL};
	int status;
	pid_t pid;

	return posix_spawn(&pid, program, NULL, NULL, arguments, environment) != 0 ||
	       waitpid(pid, &status, 0) != pid || status != 0;
}

static const struct kind {
	const char *name;
	int (*call)(void);
	int64_t count;
} kinds[] = {
	{"geteuid", call_geteuid, 2000000},
	{"pread-1", call_pread_1, 500000},
	{"pread-4096", call_pread_4096, 300000},
	{"open-close", call_open_close, 100000},
	{"spawn", call_spawn, 300},
};

static int prepare(void)
{
	static const char page[4096];

	file = open("calls.data", O_RDWR | O_CREAT, 0644);
	return file < 0 || pwrite(file, page, sizeof(page), 0) != sizeof(page);
}

static int measure(const struct kind *kind)
{
	int64_t warm_up = kind->count / 10, start;

	for (int64_t i = 0; i < warm_up; i++) {
		if (kind->call() != 0)
			return -1;
	}
	start = now(CLOCK_MONOTONIC);
	for (int64_t i = 0; i < kind->count; i++) {
		if (kind->call() != 0)
			return -1;
	}
	printf("%.2f\n", (double)(now(CLOCK_MONOTONIC) - start) / (double)kind->count);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: calls KIND [PROGRAM]\n");
		return 2;
	}
	program = argc == 3 ? argv[2] : "/bin/true";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, argv[1]) != 0)
			continue;
		if (prepare() != 0 || measure(&kinds[i]) != 0) {
			perror(argv[1]);
			return 1;
		}
		return 0;
	}
	fprintf(stderr, "calls: no such kind: %s\n", argv[1]);
	return 2;
}
