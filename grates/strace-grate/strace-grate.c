/* strace-grate: shows every system call of its clients, one line each, in the form that strace(1) made known.
 * All knowledge of calls is in the call table and libgrate's decoder; here are the choice of calls, where
 * lines go, and who comes and goes. */
#include "clients.h"
#include "summary.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <lind/decode.h>
#include <lind/grate.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int output = STDERR_FILENO;
static size_t string_limit = 32;
static unsigned column = 40;
static bool summary, chosen;

/* One write a line, so that lines of parallel calls don't mix. An output that fails or is full must not harm
 * the client. */
static void show(const char *data, size_t length)
{
	ssize_t written = write(output, data, length);
	(void)written;
}

static void put_prefix(struct text *text, uint64_t client)
{
	if (clients_several())
		text_format(text, "[pid %5llu] ", (unsigned long long)client);
}

/* exit_group comes back to its handler, but its line and the last one must stand before the client is gone.
 */
static int64_t end_client(struct grate_call *call)
{
	if (summary)
		return grate_forward(call);
	struct text text = {.call = call};
	put_prefix(&text, call->client);
	text_format(&text, "+++ exited with %d +++\n", (int)call->argument[0] & 0xff);
	clients_remove(call->client);
	show(text.data, text.length);
	return grate_forward(call);
}

static int64_t count(struct grate_call *call)
{
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	int64_t result = grate_forward(call);
	clock_gettime(CLOCK_MONOTONIC, &after);
	summary_add(call->number,
		    (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec,
		    result < 0 && result >= -4095);
	return result;
}

static int64_t trace(struct grate_call *call)
{
	if (summary)
		return count(call);
	struct decode line = {.text.call = call};
	clients_add(call->client);
	put_prefix(&line.text, call->client);
	unsigned indent = (unsigned)line.text.length;
	decode_begin(&line, call, string_limit);
	bool leaves = line.row->flags & CALL_NORETURN;
	int64_t result = leaves ? 0 : grate_forward(call);
	decode_end(&line, result, indent + column);
	show(line.text.data, line.text.length);
	if (call->number == SYS_exit_group)
		return end_client(call);
	if (call->number == SYS_wait4 && result > 0)
		clients_remove((uint64_t)result);
	return leaves ? grate_forward(call) : result;
}

static void ended(pid_t client, int wait_status)
{
	char line[80], prefix[32] = "";
	if (!WIFSIGNALED(wait_status) || summary)
		return;
	if (clients_several())
		snprintf(prefix, sizeof prefix, "[pid %5d] ", client);
	clients_remove((uint64_t)client);
	const char *name = sigabbrev_np(WTERMSIG(wait_status));
	int length = name ? snprintf(line, sizeof line, "%s+++ killed by SIG%s +++\n", prefix, name)
			  : snprintf(line, sizeof line, "%s+++ killed by signal %d +++\n", prefix,
				     WTERMSIG(wait_status));
	show(line, (size_t)length);
}

static unsigned parse_number(const char *value, const char *what)
{
	char *end;
	errno = 0;
	unsigned long number = strtoul(value, &end, 10);
	if (errno || end == value || *end || *value == '-' || number > INT_MAX)
		grate_die(125, "%s: not a %s", value, what);
	return (unsigned)number;
}

static void set_limit(const char *value)
{
	string_limit = parse_number(value, "length");
}

static void set_column(const char *value)
{
	column = parse_number(value, "column");
}

static void set_output(const char *value)
{
	output = open(value, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	if (output < 0)
		grate_die(125, "%s: %s", value, strerror(errno));
}

static void set_summary(const char *value)
{
	(void)value;
	summary = true;
}

static void set_follow(const char *value)
{
	/* What a client starts inherits its handlers: that is followed in any case. */
	(void)value;
}

/* "trace=a,b" or "a,b", as strace takes it; "all" is every call. */
static void set_calls(const char *value)
{
	const char *names = strncmp(value, "trace=", 6) ? value : value + 6;
	char *list = strdup(names), *rest = list;
	for (char *name; list && (name = strsep(&rest, ","));) {
		if (!strcmp(name, "all"))
			grate_handle_all(trace);
		else if (!grate_handle_name(name, trace))
			grate_die(125, "%s: no such system call", name);
	}
	free(list);
	chosen = true;
}

int main(int argc, char **argv)
{
	static const struct grate_option options[] = {
		{'a', "columns", "COLUMN", "where results stand (40)", set_column},
		{'c', "summary-only", NULL, "count calls, errors and time instead of showing lines",
		 set_summary},
		{'e', "trace", "CALL,...", "only these calls, as trace=CALL,... or by themselves", set_calls},
		{'f', "follow-forks", NULL, "follow children: done in any case", set_follow},
		{'o', "output", "FILE", "write to FILE instead of standard error", set_output},
		{'s', "string-limit", "LENGTH", "show that many bytes of a string (32)", set_limit},
		{0},
	};
	grate_handle(SYS_exit_group, end_client); /* the last line is shown whatever calls are chosen */
	char **command = grate_options(
		argc, argv, "Shows the system calls of a program and of all that it starts", options);
	if (!chosen)
		grate_handle_all(trace);
	grate_set_end(GRATE_END_FALLS_THROUGH);
	int status;
	pid_t client = grate_spawn(command, &status);
	if (client < 0)
		return status;
	int wait_status = grate_wait(client, ended);
	if (summary)
		summary_write(output);
	grate_exit(wait_status);
}
