/* Arguments one by one: what each is comes from the call table. */
#include "argument.h"

#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>

/* Strings of a vector that are shown. */
#define STRINGS_SHOWN 32

/* fcntl's commands for locks, which libc's headers may call by other names. */
enum { KERNEL_GETLK = 5, KERNEL_SETLK = 6, KERNEL_SETLKW = 7, KERNEL_OFD_GETLK = 36, KERNEL_OFD_SETLKW = 38 };

struct place argument_place(const struct decode *line, unsigned n)
{
	return (struct place){line->call, line->call->cage[n], (uint32_t)line->call->argument[n]};
}

void argument_put_address(struct text *text, uint64_t address)
{
	if (!(uint32_t)address)
		text_put(text, "NULL");
	else
		text_format(text, "%#x", (uint32_t)address);
}

static bool put_string(struct decode *line, const struct place *place, bool path)
{
	size_t limit = path ? PATH_MAX : line->string_limit + 1;
	char *string = grate_take(line->call, limit);
	if (!string)
		return false;
	int64_t length = grate_read_string_at(line->call, place->cage, place->address, string, limit);
	if (length < 0 && length != -ENAMETOOLONG)
		return false;
	text_quoted(&line->text, string, length < 0 ? limit - 1 : (size_t)length, false);
	if (length < 0)
		text_put(&line->text, "...");
	return true;
}

static uint64_t count_strings(const struct place *place)
{
	uint32_t word;
	for (uint64_t i = 0;; i++)
		if (grate_read_at(place->call, place->cage, place->address + i * sizeof word, &word,
				  sizeof word) ||
		    !word)
			return i;
}

static void put_strings(struct decode *line, const struct place *place)
{
	uint64_t count = count_strings(place);
	text_put(&line->text, "[");
	for (uint64_t i = 0; i < count; i++) {
		uint32_t string;
		struct place element = {place->call, place->cage, 0};
		if (i)
			text_put(&line->text, ", ");
		if (i == STRINGS_SHOWN ||
		    grate_read_at(place->call, place->cage, place->address + i * sizeof string, &string,
				  sizeof string)) {
			text_put(&line->text, "...");
			break;
		}
		element.address = string;
		if (!put_string(line, &element, false))
			argument_put_address(&line->text, string);
	}
	text_put(&line->text, "]");
}

static void put_entries(struct decode *line, const struct place *place, int64_t size)
{
	/* linux_dirent64: inode, offset, then the record's length in 16 bits. */
	uint64_t count = 0;
	for (int64_t at = 0; at + 19 <= size; count++) {
		uint16_t length;
		if (grate_read_at(place->call, place->cage, place->address + (uint64_t)at + 16, &length,
				  sizeof length) ||
		    length < 19)
			break;
		at += length;
	}
	text_format(&line->text, "%#x /* %llu entries */", (uint32_t)place->address,
		    (unsigned long long)count);
}

uint64_t argument_length(const struct decode *line, unsigned n)
{
	const struct argument_description *about = &line->row->argument[n];
	if (!about->length)
		return 0;
	unsigned other = about->length - 1u;
	if (line->row->argument[other].kind != ARG_INT_POINTER)
		return (uint32_t)line->call->argument[other];
	struct place place = argument_place(line, other);
	uint32_t length;
	return grate_read_at(place.call, place.cage, place.address, &length, sizeof length) ? 0 : length;
}

static bool put_fcntl_value(struct decode *line, unsigned n, const struct place *place)
{
	uint32_t value = (uint32_t)line->call->argument[n];
	switch ((uint32_t)line->call->argument[n - 1]) {
	case F_SETFD:
		return words_put_inner(&line->text, WORDS_FD_FLAGS, value);
	case F_SETFL:
		return words_put(&line->text, ARG_OPEN_FLAGS, value);
	case KERNEL_GETLK:
	case KERNEL_SETLK:
	case KERNEL_SETLKW:
	case KERNEL_OFD_GETLK ... KERNEL_OFD_SETLKW:
		return structure_put_lock(&line->text, place);
	default:
		text_format(&line->text, "%d", (int)value);
		return true;
	}
}

static bool put_ioctl_value(struct decode *line, unsigned n, int64_t result, const struct place *place)
{
	switch ((uint32_t)line->call->argument[n - 1]) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return structure_put_termios(&line->text, place);
	case TIOCSWINSZ:
		return structure_put_winsize(&line->text, place);
	case FIONBIO:
	case FIOASYNC:
	case TIOCSPGRP:
		return structure_put(&line->text, ARG_INT_POINTER, place);
	case TCGETS:
		return result >= 0 && structure_put_termios(&line->text, place);
	case TIOCGWINSZ:
		return result >= 0 && structure_put_winsize(&line->text, place);
	case FIONREAD:
	case TIOCOUTQ:
	case TIOCGPGRP:
	case TIOCGSID:
		return result >= 0 && structure_put(&line->text, ARG_INT_POINTER, place);
	default:
		return false;
	}
}

static bool put_socket_value(struct decode *line, unsigned n, const struct place *place)
{
	uint64_t length = argument_length(line, n);
	if (length == sizeof(int32_t))
		return structure_put(&line->text, ARG_INT_POINTER, place);
	return structure_put_bytes(&line->text, place, length, line->string_limit, false);
}

/* An argument that stands for itself. False: it isn't one of those. */
static bool put_value(struct decode *line, unsigned n, enum argument_kind kind)
{
	struct text *text = &line->text;
	uint64_t value = line->call->argument[n];
	const struct call_description *call;
	switch (kind) {
	case ARG_DIRFD:
		if ((int32_t)value == AT_FDCWD) {
			text_put(text, "AT_FDCWD");
			return true;
		}
		__attribute__((fallthrough));
	case ARG_INT:
	case ARG_FD:
	case ARG_LONG:
		text_format(text, "%d", (int32_t)value);
		return true;
	case ARG_UNSIGNED:
	case ARG_SIZE:
		text_format(text, "%u", (uint32_t)value);
		return true;
	case ARG_OFFSET:
		text_format(text, "%lld", (long long)value);
		return true;
	case ARG_HEX:
		text_format(text, "%#llx", (unsigned long long)value);
		return true;
	case ARG_OCTAL:
	case ARG_CREATE_MODE:
		text_format(text, "%#03o", (uint32_t)value);
		return true;
	case ARG_ID:
		text_format(text, (int32_t)value == -1 ? "-1" : "%u", (uint32_t)value);
		return true;
	case ARG_KEY:
		text_format(text, value ? "%#x" : "IPC_PRIVATE", (uint32_t)value);
		return true;
	case ARG_DEVICE:
		text_format(text, "makedev(%#x, %#x)",
			    (unsigned)((value >> 8 & 0xfff) | (value >> 32 & ~0xfffull)),
			    (unsigned)((value & 0xff) | (value >> 12 & ~0xffull)));
		return true;
	case ARG_SIGNAL:
		words_put_signal(text, (int32_t)value);
		return true;
	case ARG_SOCKET_OPTION:
		switch ((uint32_t)line->call->argument[n - 1]) {
		case SOL_SOCKET:
			return words_put_inner(text, WORDS_SOCKET_OPTION, value);
		case 6: /* SOL_TCP */
			return words_put_inner(text, WORDS_TCP_OPTION, value);
		default:
			text_format(text, "%d", (int32_t)value);
			return true;
		}
	case ARG_ADDRESS:
	case ARG_ROBUST_LIST:
		argument_put_address(text, value);
		return true;
	case ARG_CAGE:
		text_format(text, "%llu", (unsigned long long)value);
		return true;
	case ARG_CAGE_AND_CALL:
		call = call_describe(line->call->cage[n]);
		text_format(text, "%llu, ", (unsigned long long)value);
		if (call)
			text_put(text, call->name);
		else
			text_format(text, "%llu", (unsigned long long)line->call->cage[n]);
		return true;
	case ARG_CAGE_SLOT:
		text_format(text, "%llu", (unsigned long long)line->call->cage[n]);
		return true;
	case ARG_CAGE_ADDRESS:
		text_format(text, "%llu:%#x", (unsigned long long)line->call->cage[n], (uint32_t)value);
		return true;
	default:
		return words_put(text, kind, value);
	}
}

/* What a pointer argument points to. False: it can't be read, or the call has not filled it. */
static bool put_pointed(struct decode *line, unsigned n, int64_t result)
{
	const struct argument_description *about = &line->row->argument[n];
	struct text *text = &line->text;
	struct place place = argument_place(line, n);
	uint64_t length = argument_length(line, n);
	bool filled = about->direction == ARG_OUT;
	if (filled && result < 0)
		return false;
	uint64_t available = filled && (uint64_t)result < length ? (uint64_t)result : length;
	switch (about->kind) {
	case ARG_PATH:
		return put_string(line, &place, true);
	case ARG_BYTES:
		return structure_put_bytes(text, &place, available, line->string_limit,
					   line->call->number == SYS_getrandom);
	case ARG_STRINGS:
		put_strings(line, &place);
		return true;
	case ARG_ENVIRONMENT:
		length = count_strings(&place);
		text_format(text, "%#x /* %llu var%s */", (uint32_t)place.address, (unsigned long long)length,
			    length == 1 ? "" : "s");
		return true;
	case ARG_IOVEC:
		return structure_put_iovec(text, &place, length, filled ? (uint64_t)result : UINT64_MAX,
					   line->string_limit);
	case ARG_MSGHDR:
		if (about->direction == ARG_IN_OUT && result < 0)
			return false;
		return structure_put_msghdr(text, &place,
					    about->direction == ARG_IN_OUT ? (uint64_t)result : UINT64_MAX,
					    line->string_limit);
	case ARG_EPOLL_EVENTS:
	case ARG_CPU_SET:
		return structure_put_counted(text, about->kind, &place, filled ? (uint64_t)result : length);
	case ARG_IDS:
		return structure_put_counted(text, about->kind, &place, available);
	case ARG_SOCKADDR:
	case ARG_POLL_COUNTED:
	case ARG_FDSET:
		return structure_put_counted(text, about->kind, &place, length);
	case ARG_DIRENTS:
		put_entries(line, &place, result);
		return true;
	case ARG_WAIT_STATUS:
		return result > 0 && structure_put(text, about->kind, &place);
	case ARG_FCNTL_VALUE:
		return put_fcntl_value(line, n, &place);
	case ARG_IOCTL_VALUE:
		return put_ioctl_value(line, n, result, &place);
	case ARG_PRCTL_VALUE:
		if ((uint32_t)line->call->argument[0] == PR_SET_NAME ||
		    (uint32_t)line->call->argument[0] == PR_GET_NAME)
			return put_string(line, &place, true);
		text_format(text, place.address < 4096 ? "%u" : "%#x", (uint32_t)place.address);
		return true;
	case ARG_FUTEX_TIMEOUT:
		return structure_put(text, ARG_TIMESPEC, &place);
	case ARG_SOCKET_VALUE:
		return put_socket_value(line, n, &place);
	default:
		return structure_put(text, about->kind, &place);
	}
}

void argument_put(struct decode *line, unsigned n, int64_t result)
{
	const struct argument_description *about = &line->row->argument[n];
	if (put_value(line, n, about->kind))
		return;
	/* Here 0 is a number and no null pointer. */
	bool number = about->kind == ARG_FCNTL_VALUE || about->kind == ARG_PRCTL_VALUE;
	if ((!number && !(uint32_t)line->call->argument[n]) || !put_pointed(line, n, result))
		argument_put_address(&line->text, line->call->argument[n]);
}
