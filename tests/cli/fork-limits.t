#!/bin/bash
# When no more processes can be had, fork says so and leaves nothing behind: what is there goes on, and there is room again when it has ended.
# lind-test: timeout=120
. "$TOP/tests/cli/lib.sh"
cat >full.c <<'C'
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes children that live until told, as many as there is room for. */
static int fill(int limit, int *error)
{
	int ends[2], count = 0, ended = 0, status;
	char byte;

	if (pipe(ends) != 0)
		exit(2);
	for (; count < limit; count++) {
		pid_t pid = fork();

		if (pid == 0) {
			close(ends[1]);
			_exit(read(ends[0], &byte, 1));
		}
		if (pid < 0)
			break;
	}
	*error = errno;
	close(ends[0]);
	close(ends[1]);
	while (wait(&status) > 0)
		ended += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (ended != count || errno != ECHILD)
		exit(3);
	return count;
}

int main(int argc, char **argv)
{
	int limit = atoi(argv[1]), first_error, error;
	int first = fill(limit, &first_error), second = fill(limit, &error);

	if (first == limit)
		puts("no limit");
	else
		printf("%s %s\n", first_error == EAGAIN || first_error == ENOMEM ? "full" : "wrong error",
		       second > first - 4 ? "again" : "less room");
	return argc - 2;
}
C
lind-clang -O1 full.c -o full || fail "full.c does not compile"
works 'no limit' lind ./full 100
(ulimit -v 150000000 && works 'full again' lind ./full 1000 && exit $failures) || fail "with little address space"
finish
