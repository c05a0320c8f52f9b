/* What the stresses share: a round is done again and again, and at rest before and after it the runtime is
 * looked at from outside. */
#ifndef STRESS_H
#define STRESS_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(condition)                                                                                      \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			printf("%s:%d: %s is not so: %s\n", __FILE__, __LINE__, #condition,                  \
			       strerrorname_np(errno));                                                      \
			fflush(stdout);                                                                      \
			_exit(99);                                                                           \
		}                                                                                            \
	} while (0)

/* `count` of the full size, by the percentage that the first argument names; at least 1. */
static int stress_percent = 100;
static inline int sized(int count)
{
	return count * stress_percent / 100 > 0 ? count * stress_percent / 100 : 1;
}

/* Waits for this child, which must exit with this status. */
static inline void collect(pid_t pid, int expected)
{
	int status;
	MUST(pid > 0);
	while (waitpid(pid, &status, 0) != pid)
		MUST(errno == EINTR);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != expected) {
		printf("child %d: status %#x instead of exit %d\n", (int)pid, (unsigned)status, expected);
		fflush(stdout);
		_exit(98);
	}
}

/* No child is left, lost or doubled. */
static inline void no_child_left(void)
{
	MUST(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* Tells that it rests, waits to be told to go on, does a round … until standard input ends. */
static inline int stress(int count, char **arguments, void (*round)(void))
{
	char line[16];
	if (count > 1)
		stress_percent = atoi(arguments[1]);
	for (;;) {
		puts("rest");
		fflush(stdout);
		if (!fgets(line, sizeof line, stdin))
			return 0;
		round();
	}
}

#endif
