/* What the programs here share. Each tries to get out, and exits with 0 when it could not. */
#ifndef ATTACK_H
#define ATTACK_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECRET "the-secret-of-the-outside"

static int escapes;

__attribute__((format(printf, 1, 2), unused)) static void escaped(const char *format, ...)
{
	va_list arguments;
	escapes++;
	fputs("ESCAPED: ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

/* Reads what is open, closes it, and says whether it is the secret. */
__attribute__((unused)) static bool is_secret(int fd)
{
	char text[4096];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	if (length <= 0)
		return false;
	text[length] = 0;
	return memmem(text, (size_t)length, SECRET, strlen(SECRET));
}

/* Runs something in a process of its own, for at most `seconds`, whatever becomes of that. */
__attribute__((unused)) static int apart(void (*function)(void *), void *argument, unsigned seconds)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		escapes = 0;
		function(argument);
		_exit(escapes != 0);
	}
	if (child < 0)
		return -1;
	for (unsigned waited = 0; waitpid(child, &status, WNOHANG) != child; waited++) {
		if (waited == seconds * 100)
			kill(child, SIGKILL);
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		escapes++;
	return status;
}

static inline int end(void)
{
	if (!escapes)
		puts("contained");
	return escapes != 0;
}

#endif
