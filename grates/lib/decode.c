/* A call's line: its name, its arguments as far as they count, its result. */
#include <lind/decode.h>

#include "argument.h"
#include "words.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* How many arguments count: with some calls, others decide. */
static unsigned count_arguments(const struct decode *line)
{
	const uint64_t *argument = line->call->argument;
	unsigned count = line->row->count;
	switch (line->call->number) {
	case SYS_open:
	case SYS_openat:
	case SYS_mq_open: {
		unsigned flags = line->call->number == SYS_openat ? 2 : 1;
		bool creates = argument[flags] & O_CREAT || (argument[flags] & O_TMPFILE) == O_TMPFILE;
		return creates ? count : flags + 1;
	}
	case SYS_fcntl:
		switch ((uint32_t)argument[1]) {
		case F_GETFD:
		case F_GETFL:
		case F_GETOWN:
		case F_GETSIG:
		case F_GETLEASE:
		case F_GETPIPE_SZ:
		case F_GET_SEALS:
			return 2;
		default:
			return count;
		}
	case SYS_mremap:
		return argument[3] & MREMAP_FIXED ? count : 4;
	case SYS_prctl:
		switch ((uint32_t)argument[0]) {
		case PR_GET_DUMPABLE:
		case PR_GET_KEEPCAPS:
		case PR_GET_SECCOMP:
		case PR_GET_TIMERSLACK:
			return 1;
		case 0x53564d41: /* PR_SET_VMA */
		case PR_SET_NO_NEW_PRIVS:
		case PR_GET_NO_NEW_PRIVS:
			return count;
		default:
			return 2;
		}
	case SYS_futex:
		switch (argument[1] & 0x7f) {
		case FUTEX_WAIT:
		case FUTEX_LOCK_PI:
			return 4;
		case FUTEX_WAKE:
			return 3;
		case FUTEX_UNLOCK_PI:
		case FUTEX_TRYLOCK_PI:
			return 2;
		default:
			return count;
		}
	default:
		return count;
	}
}

/* True if the argument must be shown only after the call. */
static bool comes_after(const struct argument_description *about)
{
	if (about->direction == ARG_OUT)
		return true;
	if (about->direction == ARG_IN)
		return false;
	return about->kind != ARG_POLL_COUNTED && about->kind != ARG_FDSET && about->kind != ARG_TIMEVAL &&
	       about->kind != ARG_TIMESPEC;
}

/* clone's arguments have names in strace's lines, and come in another order. */
static void put_clone(struct decode *line, int64_t result)
{
	const uint64_t *argument = line->call->argument;
	text_put(&line->text, "child_stack=");
	argument_put_address(&line->text, argument[1]);
	text_put(&line->text, ", flags=");
	words_put(&line->text, ARG_CLONE_FLAGS, argument[0]);
	if (argument[0] & CLONE_PARENT_SETTID) {
		struct place place = argument_place(line, 2);
		text_put(&line->text, ", parent_tid=");
		if (result < 0 || !structure_put(&line->text, ARG_INT_POINTER, &place))
			argument_put_address(&line->text, argument[2]);
	}
	if (argument[0] & CLONE_SETTLS)
		text_format(&line->text, ", tls=%#x", (uint32_t)argument[4]);
	if (argument[0] & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		text_format(&line->text, ", child_tidptr=%#x", (uint32_t)argument[3]);
	line->next = line->row->count;
}

void decode_begin(struct decode *line, struct grate_call *call, size_t string_limit)
{
	line->call = line->text.call = call;
	line->row = call_describe(call->number);
	line->string_limit = string_limit;
	line->next = 0;
	text_format(&line->text, "%s(", line->row->name);
	if (call->number == SYS_clone)
		return;
	for (unsigned count = count_arguments(line);
	     line->next < count && !comes_after(&line->row->argument[line->next]); line->next++) {
		if (line->next)
			text_put(&line->text, ", ");
		argument_put(line, line->next, 0);
	}
}

/* What some calls say in parentheses behind their result. */
static void put_remark(struct decode *line, int64_t result)
{
	struct text *text = &line->text;
	struct place place = argument_place(line, 0);
	const char *join = "";
	static const char *const sets[] = {"in", "out", "exc"};
	switch (line->call->number) {
	case SYS_poll:
	case SYS_ppoll:
		text_put(text, result ? " (" : " (Timeout");
		if (result)
			structure_put_polled(text, &place, argument_length(line, 0));
		text_put(text, ")");
		break;
	case SYS_select:
	case SYS_pselect6:
		text_put(text, result ? " (" : " (Timeout");
		for (unsigned n = 1; result && n <= 3; n++) {
			if (!(uint32_t)line->call->argument[n])
				continue;
			place = argument_place(line, n);
			text_format(text, "%s%s ", join, sets[n - 1]);
			structure_put_counted(text, ARG_FDSET, &place, argument_length(line, n));
			join = ", ";
		}
		text_put(text, ")");
		break;
	case SYS_fcntl:
		if (line->call->argument[1] == F_GETFL) {
			text_put(text, " (flags ");
			words_put(text, ARG_OPEN_FLAGS, (uint64_t)result);
			text_put(text, ")");
		} else if (line->call->argument[1] == F_GETFD && result) {
			text_put(text, " (flags ");
			words_put_inner(text, WORDS_FD_FLAGS, (uint64_t)result);
			text_put(text, ")");
		}
		break;
	default:
		break;
	}
}

static void put_result(struct decode *line, int64_t result)
{
	struct text *text = &line->text;
	const char *name = result < 0 && result >= -4095 ? strerrorname_np((int)-result) : NULL;
	bool hexadecimal =
		line->row->flags & CALL_ADDRESS ||
		(line->call->number == SYS_fcntl &&
		 (line->call->argument[1] == F_GETFL || (line->call->argument[1] == F_GETFD && result)));
	if (line->row->flags & CALL_NORETURN) {
		text_put(text, "?");
	} else if (name) {
		text_format(text, "-1 %s (%s)", name, strerrordesc_np((int)-result));
	} else if (result < 0 && result >= -4095) {
		text_format(text, "-1 (errno %lld)", (long long)-result);
	} else {
		text_format(text,
			    line->row->flags & CALL_OCTAL ? "%#03llo"
			    : hexadecimal                 ? "%#llx"
							  : "%lld",
			    (long long)result);
		put_remark(line, result);
	}
}

void decode_end(struct decode *line, int64_t result, unsigned column)
{
	if (line->call->number == SYS_clone)
		put_clone(line, result);
	for (unsigned count = count_arguments(line); line->next < count; line->next++) {
		if (line->next)
			text_put(&line->text, ", ");
		argument_put(line, line->next, result);
	}
	text_put(&line->text, ") ");
	while (line->text.length < column) {
		size_t before = line->text.length;
		text_put(&line->text, " ");
		if (line->text.length == before)
			break;
	}
	text_put(&line->text, "= ");
	put_result(line, result);
	text_put(&line->text, "\n");
}
