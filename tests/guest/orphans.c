/* A process ends with children of both kinds left: some that still run, and some that have ended and were not
 * waited for. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

extern char **environ;

static pid_t start(const char *role)
{
	char *arguments[] = {"orphans", (char *)role, NULL};
	pid_t child;

	if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) != 0)
		_exit(99);
	return child;
}

/* Leaves children behind in the order that `kinds` names: l lives on for a while, z is a zombie. */
static int leave_behind(const char *kinds)
{
	siginfo_t info;

	for (; *kinds; kinds++) {
		pid_t child = start(*kinds == 'l' ? "live" : "end");

		if (*kinds == 'z' && waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) != 0)
			return 98;
	}
	return 7;
}

int main(int count, char **arguments)
{
	static const char *const families[] = {"lz", "zl", "lzl", "zlz", "llzz", "zzll", ""};
	int status;

	if (count > 1 && strcmp(arguments[1], "live") == 0) {
		usleep(100000);
		return 0;
	}
	if (count > 1)
		return strcmp(arguments[1], "end") == 0 ? 0 : leave_behind(arguments[1] + 1);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		char role[8] = "-";
		pid_t child = start(strcat(role, families[i]));

		if (waitpid(child, &status, 0) != child)
			return 1;
		printf("[%s] ended with %d\n", families[i], WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	}
	printf("nobody is left: %d\n", waitpid(-1, &status, 0));
	return 0;
}
