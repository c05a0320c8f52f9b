#!/bin/bash
# --limit: each limit gives the errno or signal that natively the rlimit of the same name gives.
. "$TOP/tests/cli/lib.sh"
cat >use.c <<'C'
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int mem(void)
{
	size_t got = 0;

	while (mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		got++;
	printf("%s %s", errno == ENOMEM ? "ENOMEM" : "?", got < 64 && got > 40 ? "near 64" : "elsewhere");
	return 0;
}

static int fds(void)
{
	int last = 0, next;

	while ((next = dup(0)) >= 0)
		last = next;
	printf("%s %d", errno == EMFILE ? "EMFILE" : "?", last);
	return 0;
}

static int cpu(void)
{
	for (volatile long i = 0;; i++)
		;
}

static int fsize(void)
{
	char block[1024] = {0};
	int file = open("/tmp/file", O_WRONLY | O_CREAT, 0600);

	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0;; i++)
		if (write(file, block, sizeof block) != sizeof block)
			return printf("%s %d", errno == EFBIG ? "EFBIG" : "?", i) < 0;
}

static int procs(void)
{
	int got = 1, wait_for[2];
	pid_t child;
	char byte;

	if (pipe(wait_for))
		return 1;
	while ((child = fork()) > 0)
		got++;
	if (child == 0) {
		close(wait_for[1]);
		_exit(read(wait_for[0], &byte, 1) != 0);
	}
	printf("%s %d", errno == EAGAIN ? "EAGAIN" : "?", got);
	return 0;
}

/* Two processes together. */
static int all_mem(void)
{
	size_t got = 0, others;
	int tell[2];

	if (pipe(tell))
		return 1;
	if (fork() == 0) {
		for (others = 0; mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; others++)
			;
		if (write(tell[1], &others, sizeof others) != sizeof others)
			return 1;
		return pause();
	}
	if (read(tell[0], &others, sizeof others) != sizeof others)
		return 1;
	while (mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		got++;
	printf("%s", got <= 1 && others < 128 && others > 40 ? "shared" : "not shared");
	return 0;
}

int main(int argc, char **argv)
{
	static int (*const uses[])(void) = {mem, fds, cpu, fsize, procs, all_mem};
	static const char *const names[] = {"mem", "fds", "cpu", "fsize", "procs", "all-mem"};

	for (int i = 0; i < 6; i++)
		if (argc == 2 && strcmp(argv[1], names[i]) == 0)
			return uses[i]();
	return 2;
}
C
lind-clang -O1 use.c -o use || fail "use.c does not compile"

works "ENOMEM near 64" lind --limit mem=64M ./use mem
works "EMFILE 63" lind --limit fds=64 ./use fds
works "EFBIG 3" lind --limit fsize=3K ./use fsize
works "EAGAIN 8" lind --limit procs=8 ./use procs
works shared lind --limit all-mem=128M ./use all-mem
works "EMFILE 15" lind --limit fds=16,mem=1G --limit procs=4 ./use fds
lind --limit cpu=1s ./use cpu </dev/null >"$logs/out" 2>&1
[ $? = $((128 + $(kill -l XCPU))) ] || fail "cpu=1s does not end in SIGXCPU"
lind --limit all-cpu=1s ./use cpu </dev/null >"$logs/out" 2>&1
[ $? = $((128 + $(kill -l XCPU))) ] || fail "all-cpu=1s does not end in SIGXCPU"

for wrong in "" mem mem= mem=x mem=0 mem=-1 mem=1T mem=1Mb mem=99999999999999999999 mem=18446744073709551615 cpu=1d procs=1K fds=1.5 mem=1M, ,mem=1M mems=1M \
	"mem =1M" all=1; do
	refused 2 --limit lind --limit "$wrong" ./use mem
done
refused 2 "cpu wants a time as 10s" lind --limit mem=1M,cpu=10x ./use mem
for wrong in x :1 1.2.3.4 1.2.3.4:x example.org:80; do
	refused 2 --connect lind --net host --connect "$wrong" ./use mem
done
refused 2 --listen lind --net host --listen 0 ./use mem
refused 2 "want --net" lind --listen 80 ./use mem
finish
