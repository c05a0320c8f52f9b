/*
 * pty: plays the user of an interactive program. Starts PROGRAM on a pseudo-terminal of its own, as a
 * session's leader, and follows the script on standard input, line by line:
 *
 *   > TEXT    types TEXT; \r \n \t \e \\ \xNN are what they are in C, and no newline is added
 *   < TEXT    waits until TEXT (written the same way) comes out, after what was waited for before
 *   ! TEXT    fails if TEXT has come out since what was waited for before
 *   = STATUS  waits until the program ends, and compares its exit status as a shell tells it
 *   size ROWS COLUMNS
 *   hangup    closes the terminal
 *   # …       says nothing
 *
 * A wait takes at most 60 seconds. What comes out goes to standard output too. Exit status: 0, or 1 and a
 * line that says which line of the script could not be followed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_SECONDS 60

static int master;
static pid_t child;
static char seen[1 << 20];
static size_t seen_length, matched; /* bytes of `seen`, and how many lie before what is waited for next */

static _Noreturn void fail(int line, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	printf("\npty: line %d: ", line);
	vprintf(format, list);
	printf("\n");
	va_end(list);
	fflush(stdout);
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	exit(1);
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Takes the C escapes out of `text`, in place. */
static size_t unescape(char *text)
{
	char *to = text;
	for (const char *from = text; *from; from++) {
		char code[3] = "";
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		switch (*++from) {
		case 'r':
			*to++ = '\r';
			break;
		case 'n':
			*to++ = '\n';
			break;
		case 't':
			*to++ = '\t';
			break;
		case 'e':
			*to++ = '\033';
			break;
		case 'x':
			memcpy(code, from + 1, strnlen(from + 1, 2));
			*to++ = (char)strtol(code, NULL, 16);
			from += strlen(code);
			break;
		default:
			*to++ = *from;
			break;
		}
	}
	*to = 0;
	return (size_t)(to - text);
}

/* Reads what has come out, waiting for it not longer than until `end`. False: the time is up, or nothing more
 * will come. */
static int take(double end)
{
	struct pollfd ready = {.fd = master, .events = POLLIN};
	double rest = end - now();
	ssize_t length;
	if (rest < 0 || seen_length == sizeof seen || poll(&ready, 1, (int)(rest * 1000) + 1) <= 0)
		return 0;
	length = read(master, seen + seen_length, sizeof seen - seen_length);
	if (length <= 0)
		return 0;
	fwrite(seen + seen_length, 1, (size_t)length, stdout);
	fflush(stdout);
	seen_length += (size_t)length;
	return 1;
}

static char *find(const char *text, size_t length)
{
	return memmem(seen + matched, seen_length - matched, text, length);
}

static void await_text(int line, const char *text, size_t length)
{
	double end = now() + WAIT_SECONDS;
	char *found;
	while (!(found = find(text, length)))
		if (!take(end) && !(found = find(text, length)))
			fail(line, "does not come: %s", text);
		else if (found)
			break;
	matched = (size_t)(found - seen) + length;
}

static void await_end(int line, int expected)
{
	double end = now() + WAIT_SECONDS;
	int status, is;
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (now() > end)
			fail(line, "does not end");
		take(now() + 0.02);
	}
	is = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	if (is != expected)
		fail(line, "exit status %d, not %d", is, expected);
	child = 0;
}

static void start(char **command)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	char *name;
	int slave;
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master) || !(name = ptsname(master)))
		fail(0, "no terminal: %s", strerror(errno));
	ioctl(master, TIOCSWINSZ, &size);
	child = fork();
	if (child < 0)
		fail(0, "fork: %s", strerror(errno));
	if (child)
		return;
	setsid();
	slave = open(name, O_RDWR);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0))
		_exit(125);
	for (int i = 0; i < 3; i++)
		dup2(slave, i);
	if (slave > 2)
		close(slave);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	execvp(command[0], command);
	dprintf(2, "%s: %s\n", command[0], strerror(errno));
	_exit(127);
}

static void follow(int line, char *text)
{
	char *words = text[0] && text[1] ? text + 2 : text + strlen(text);
	struct winsize size = {0};
	size_t length;
	switch (text[0]) {
	case '>':
		length = unescape(words);
		if (write(master, words, length) != (ssize_t)length)
			fail(line, "cannot type: %s", strerror(errno));
		return;
	case '<':
		length = unescape(words);
		await_text(line, words, length);
		return;
	case '!':
		length = unescape(words);
		while (take(now() + 0.1))
			;
		if (find(words, length))
			fail(line, "has come: %s", words);
		return;
	case '=':
		await_end(line, atoi(words));
		return;
	case '#':
	case 0:
		return;
	default:
		break;
	}
	if (sscanf(text, "size %hu %hu", &size.ws_row, &size.ws_col) == 2)
		ioctl(master, TIOCSWINSZ, &size);
	else if (strcmp(text, "hangup") == 0)
		close(master);
	else
		fail(line, "no such command: %s", text);
}

int main(int count, char **arguments)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t length;
	if (count < 2) {
		fprintf(stderr, "usage: pty PROGRAM [ARGUMENT...] <SCRIPT\n");
		return 2;
	}
	start(arguments + 1);
	for (int line = 1; (length = getline(&text, &size, stdin)) >= 0; line++) {
		if (length > 0 && text[length - 1] == '\n')
			text[length - 1] = 0;
		follow(line, text);
	}
	free(text);
	if (child) {
		kill(-child, SIGKILL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	printf("\n");
	return 0;
}
