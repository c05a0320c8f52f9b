/* What a fork gives to the child: private memory of its own, shared memory in common, at any size and under
 * any protection; and what forks of forks see. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define PAGE  4096
#define LARGE (16 << 20)

static char *map(size_t size, int protection, int flags)
{
	char *at = mmap(NULL, size, protection, flags | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int status_of(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child ? (WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status)
						   : -1;
}

/* A checksum over the first byte of each page. */
static unsigned sum(const char *at, size_t size)
{
	unsigned result = 0;

	for (size_t i = 0; i < size; i += PAGE)
		result = result * 31 + (unsigned char)at[i];
	return result;
}

static void fill(char *at, size_t size, int seed)
{
	for (size_t i = 0; i < size; i += PAGE)
		at[i] = (char)(seed + i / PAGE);
}

static void sizes(size_t size)
{
	char *private = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned *shared = (unsigned *)map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	pid_t child;

	MUST(private && shared);
	fill(private, size, 1);
	for (int round = 0; round < 3; round++) {
		child = fork();

		if (child == 0) {
			shared[round] = sum(private, size);
			fill(private, size / 2, 77);
			child = fork();
			if (child == 0) {
				shared[10 + round] = sum(private, size);
				fill(private, size, 99);
				_exit(0);
			}
			MUST(status_of(child) == 0);
			shared[20 + round] = sum(private, size);
			_exit(round);
		}
		MUST(child > 0);
		fill(private + size / 4, size / 4, round);
		printf("%zu: child %d ends with %d\n", size, round, status_of(child));
		printf("%u %u %u %u\n", shared[round], shared[10 + round], shared[20 + round],
		       sum(private, size));
	}
	munmap(private, size / 2);
	private = mmap(private, size / 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		       0);
	printf("mapped again: %u\n", sum(private, size / 2));
	private = mremap(private, size, 2 * size, MREMAP_MAYMOVE);
	printf("moved: %u\n", sum(private, 2 * size));
	madvise(private, size, MADV_DONTNEED);
	printf("given back: %u\n", sum(private, 2 * size));
	private[0] = 'x';
	child = fork();
	if (child == 0)
		_exit(private[0] == 'x' && private[PAGE] == 0 ? 5 : 6);
	printf("afterwards: %d\n", status_of(child));
}

/* Reads and writes of the host's kernel stop where the guest's would fault. */
static void edges(void)
{
	char *at = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	int pipes[2];

	memset(at, 'e', 4 * PAGE);
	mprotect(at + 2 * PAGE, PAGE, PROT_NONE);
	mprotect(at + PAGE, PAGE, PROT_READ);
	munmap(at + 3 * PAGE, PAGE);
	pipe(pipes);
	fflush(stdout);
	for (int round = 0; round < 2; round++) {
		if (fork() == 0) {
			printf("write none: %s\n",
			       write(pipes[1], at + 2 * PAGE, 1) < 0 ? error_name(errno) : "done");
			printf("write hole: %s\n",
			       write(pipes[1], at + 3 * PAGE, 1) < 0 ? error_name(errno) : "done");
			printf("write: %zd\n", write(pipes[1], at, 2 * PAGE));
			printf("read into what is read-only: %s\n",
			       read(pipes[0], at + PAGE, 1) < 0 ? error_name(errno) : "done");
			printf("read: %zd\n", read(pipes[0], at, PAGE));
			mprotect(at + 2 * PAGE, PAGE, PROT_READ);
			printf("below the protection: %c\n", at[2 * PAGE]);
			fflush(stdout);
			_exit(0);
		}
		wait(NULL);
		printf("left: %zd\n", read(pipes[0], at, PAGE));
		fflush(stdout);
	}
}

static void advice(void)
{
	char *at = map(3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE),
	     *shared = map(PAGE, PROT_READ, MAP_SHARED);
	int pipes[2];

	MUST(at && shared && pipe(pipes) == 0);
	memset(at, 'a', 3 * PAGE);
	SHOW(madvise(shared, PAGE, MADV_WIPEONFORK));
	SHOW(madvise(shared, PAGE, MADV_DONTFORK));
	SHOW(madvise(at + PAGE, PAGE, MADV_WIPEONFORK));
	SHOW(madvise(at + 2 * PAGE, PAGE, MADV_DONTFORK));
	for (int round = 0; round < 2; round++) {
		pid_t child = fork();

		if (child == 0) {
			printf("%c %d\n", at[0], at[PAGE]);
			SHOW(write(pipes[1], at + 2 * PAGE, 1));
			SHOW(write(pipes[1], shared, 1));
			at[PAGE] = 'b';
			child = fork();
			if (child == 0) {
				printf("%c %d\n", at[0], at[PAGE]);
				_exit(0);
			}
			MUST(status_of(child) == 0);
			_exit(0);
		}
		MUST(status_of(child) == 0);
		printf("%c %c %c\n", at[0], at[PAGE], at[2 * PAGE]);
		SHOW(madvise(at, 3 * PAGE, MADV_KEEPONFORK));
		SHOW(madvise(at, 3 * PAGE, MADV_DOFORK));
		SHOW(madvise(shared, PAGE, MADV_DOFORK));
	}
}

int main(void)
{
	advice();
	sizes(64 * PAGE);
	sizes(LARGE);
	edges();
	return 0;
}
