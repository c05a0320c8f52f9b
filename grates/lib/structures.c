/* Structures of fixed shape. */
#include "structures.h"

#include "words.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define LOAD(place, to)                                                                                      \
	(grate_read_at((place)->call, (place)->cage, (place)->address, &(to), sizeof(to)) == 0)

/* The guest's layouts, where they differ from what a header offers or no header shows them. */
struct guest_stat {
	uint64_t device, inode, links;
	uint32_t mode, uid, gid, padding;
	uint64_t special_device;
	int64_t size, block_size, blocks;
	int64_t times[6];
	int64_t unused[3];
};
_Static_assert(sizeof(struct guest_stat) == 144, "stat");

struct guest_statx {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, uid, gid;
	uint16_t mode, padding;
	uint64_t inode, size, blocks, attributes_mask;
	uint8_t rest[192];
};
_Static_assert(sizeof(struct guest_statx) == 256, "statx");

struct guest_statfs {
	int64_t type, block_size;
	uint64_t blocks, free, available, files, files_free;
	int32_t id[2];
	int64_t name_length, fragment_size, flags, spare[4];
};
_Static_assert(sizeof(struct guest_statfs) == 120, "statfs");

struct guest_time {
	int64_t seconds, part;
};

struct guest_rusage {
	struct guest_time user, system;
	int64_t counts[14];
};
_Static_assert(sizeof(struct guest_rusage) == 144, "rusage");

struct guest_sysinfo {
	int64_t uptime;
	uint64_t loads[3], total_ram, free_ram, shared_ram, buffer_ram, total_swap, free_swap;
	uint16_t processes, padding[3];
	uint64_t total_high, free_high;
	uint32_t unit, tail;
};
_Static_assert(sizeof(struct guest_sysinfo) == 112, "sysinfo");

struct guest_sigaction {
	uint32_t handler, flags;
	uint64_t mask;
};
_Static_assert(sizeof(struct guest_sigaction) == 16, "sigaction");

struct guest_siginfo {
	int32_t number, error, code;
	int32_t pid, uid, status;
	uint8_t rest[104];
};
_Static_assert(sizeof(struct guest_siginfo) == 128, "siginfo");

struct guest_stack {
	uint32_t address;
	int32_t flags;
	uint32_t size;
};

struct guest_epoll_event {
	uint32_t events;
	uint64_t data;
} __attribute__((packed));

struct guest_termios {
	uint32_t input, output, control, local;
	uint8_t line, characters[19];
};
_Static_assert(sizeof(struct guest_termios) == 36, "termios");

struct guest_lock {
	int16_t type, whence;
	int32_t padding;
	int64_t start, length;
	int32_t pid, tail;
};
_Static_assert(sizeof(struct guest_lock) == 32, "flock");

static void put_mode(struct text *text, uint32_t mode)
{
	words_put(text, ARG_FILE_MODE, mode);
}

static bool put_stat(struct text *text, const struct place *place)
{
	struct guest_stat stat;
	if (!LOAD(place, stat))
		return false;
	text_put(text, "{st_mode=");
	put_mode(text, stat.mode);
	if (S_ISCHR(stat.mode) || S_ISBLK(stat.mode))
		text_format(text, ", st_rdev=makedev(%#x, %#x)", major(stat.special_device),
			    minor(stat.special_device));
	else
		text_format(text, ", st_size=%lld", (long long)stat.size);
	text_put(text, ", ...}");
	return true;
}

static bool put_statx(struct text *text, const struct place *place)
{
	struct guest_statx stat;
	if (!LOAD(place, stat))
		return false;
	text_put(text, "{stx_mask=");
	words_put(text, ARG_STATX_MASK, stat.mask);
	text_put(text, ", stx_attributes=");
	words_put_inner(text, WORDS_STATX_ATTRIBUTES, stat.attributes);
	text_put(text, ", stx_mode=");
	put_mode(text, stat.mode);
	text_format(text, ", stx_size=%llu, ...}", (unsigned long long)stat.size);
	return true;
}

static bool put_statfs(struct text *text, const struct place *place)
{
	struct guest_statfs stat;
	if (!LOAD(place, stat))
		return false;
	text_format(text,
		    "{f_type=%#llx, f_bsize=%lld, f_blocks=%llu, f_bfree=%llu, f_bavail=%llu, f_files=%llu, "
		    "f_ffree=%llu, ",
		    (long long)stat.type, (long long)stat.block_size, (unsigned long long)stat.blocks,
		    (unsigned long long)stat.free, (unsigned long long)stat.available,
		    (unsigned long long)stat.files, (unsigned long long)stat.files_free);
	text_format(text, "f_fsid={val=[%#x, %#x]}, f_namelen=%lld, f_frsize=%lld, f_flags=%#llx}",
		    (unsigned)stat.id[0], (unsigned)stat.id[1], (long long)stat.name_length,
		    (long long)stat.fragment_size, (long long)stat.flags);
	return true;
}

/* Values of tv_nsec to which utimensat gives a meaning. */
#define NOW  ((1 << 30) - 1)
#define OMIT ((1 << 30) - 2)

static void put_time(struct text *text, const struct guest_time *time, const char *part)
{
	if (part[3] == 'n' && (time->part == NOW || time->part == OMIT))
		text_put(text, time->part == NOW ? "UTIME_NOW" : "UTIME_OMIT");
	else
		text_format(text, "{tv_sec=%lld, %s=%lld}", (long long)time->seconds, part,
			    (long long)time->part);
}

/* One time or two of them, between the given words. */
static bool put_times(struct text *text, const struct place *place, unsigned count, const char *part,
		      const char *before, const char *between, const char *after)
{
	struct guest_time times[2];
	if (grate_read_at(place->call, place->cage, place->address, times, count * sizeof *times))
		return false;
	text_put(text, before);
	put_time(text, &times[0], part);
	if (count == 2) {
		text_put(text, between);
		put_time(text, &times[1], part);
	}
	text_put(text, after);
	return true;
}

static void put_limit(struct text *text, uint64_t limit)
{
	if (limit == UINT64_MAX)
		text_put(text, "RLIM64_INFINITY");
	else if (limit > 1024 && limit % 1024 == 0)
		text_format(text, "%llu*1024", (unsigned long long)(limit / 1024));
	else
		text_format(text, "%llu", (unsigned long long)limit);
}

static bool put_limits(struct text *text, const struct place *place)
{
	uint64_t limits[2];
	if (!LOAD(place, limits))
		return false;
	text_put(text, "{rlim_cur=");
	put_limit(text, limits[0]);
	text_put(text, ", rlim_max=");
	put_limit(text, limits[1]);
	text_put(text, "}");
	return true;
}

static bool put_usage(struct text *text, const struct place *place)
{
	struct guest_rusage usage;
	if (!LOAD(place, usage))
		return false;
	text_put(text, "{ru_utime=");
	put_time(text, &usage.user, "tv_usec");
	text_put(text, ", ru_stime=");
	put_time(text, &usage.system, "tv_usec");
	text_put(text, ", ...}");
	return true;
}

static bool put_sysinfo(struct text *text, const struct place *place)
{
	struct guest_sysinfo info;
	if (!LOAD(place, info))
		return false;
	text_format(text,
		    "{uptime=%lld, loads=[%llu, %llu, %llu], totalram=%llu, freeram=%llu, sharedram=%llu, "
		    "bufferram=%llu, ",
		    (long long)info.uptime, (unsigned long long)info.loads[0],
		    (unsigned long long)info.loads[1], (unsigned long long)info.loads[2],
		    (unsigned long long)info.total_ram, (unsigned long long)info.free_ram,
		    (unsigned long long)info.shared_ram, (unsigned long long)info.buffer_ram);
	text_format(text,
		    "totalswap=%llu, freeswap=%llu, procs=%u, totalhigh=%llu, freehigh=%llu, mem_unit=%u}",
		    (unsigned long long)info.total_swap, (unsigned long long)info.free_swap, info.processes,
		    (unsigned long long)info.total_high, (unsigned long long)info.free_high, info.unit);
	return true;
}

static bool put_times_buffer(struct text *text, const struct place *place)
{
	int64_t times[4];
	if (!LOAD(place, times))
		return false;
	text_format(text, "{tms_utime=%lld, tms_stime=%lld, tms_cutime=%lld, tms_cstime=%lld}",
		    (long long)times[0], (long long)times[1], (long long)times[2], (long long)times[3]);
	return true;
}

static bool put_uname(struct text *text, const struct place *place)
{
	char names[6][65];
	if (!LOAD(place, names))
		return false;
	/* strace, too, shows the first two only. */
	text_put(text, "{sysname=");
	text_quoted(text, names[0], strnlen(names[0], sizeof names[0]), false);
	text_put(text, ", nodename=");
	text_quoted(text, names[1], strnlen(names[1], sizeof names[1]), false);
	text_put(text, ", ...}");
	return true;
}

static bool put_sigaction(struct text *text, const struct place *place)
{
	static const char *const handlers[] = {"SIG_DFL", "SIG_IGN"};
	struct guest_sigaction action;
	if (!LOAD(place, action))
		return false;
	text_put(text, "{sa_handler=");
	if (action.handler < 2)
		text_put(text, handlers[action.handler]);
	else
		text_format(text, "%#x", action.handler);
	text_put(text, ", sa_mask=");
	words_put_signal_set(text, action.mask);
	text_put(text, ", sa_flags=");
	words_put_inner(text, WORDS_SIGACTION, action.flags);
	text_put(text, "}");
	return true;
}

static bool put_siginfo(struct text *text, const struct place *place)
{
	struct guest_siginfo info;
	if (!LOAD(place, info))
		return false;
	if (!info.number) {
		text_put(text, "{}");
		return true;
	}
	text_put(text, "{si_signo=");
	words_put_signal(text, info.number);
	text_put(text, ", si_code=");
	if (info.number == 17)
		words_put_inner(text, WORDS_SIGNAL_CODE, (uint32_t)info.code);
	else
		text_format(text, "%d", info.code);
	text_format(text, ", si_pid=%d, si_uid=%d", info.pid, info.uid);
	if (info.number == 17)
		text_format(text, ", si_status=%d", info.status);
	text_put(text, ", ...}");
	return true;
}

static bool put_stack(struct text *text, const struct place *place)
{
	struct guest_stack stack;
	if (!LOAD(place, stack))
		return false;
	text_format(text, stack.address ? "{ss_sp=%#x, ss_flags=" : "{ss_sp=NULL, ss_flags=", stack.address);
	words_put_inner(text, WORDS_STACK_FLAGS, (uint32_t)stack.flags);
	text_format(text, ", ss_size=%u}", stack.size);
	return true;
}

static bool put_epoll_event(struct text *text, const struct place *place)
{
	struct guest_epoll_event event;
	if (!LOAD(place, event))
		return false;
	text_put(text, "{events=");
	words_put_inner(text, WORDS_EPOLL, event.events);
	text_format(text, ", data={u32=%u, u64=%llu}}", (uint32_t)event.data, (unsigned long long)event.data);
	return true;
}

static bool put_status(struct text *text, const struct place *place)
{
	uint32_t status;
	if (!LOAD(place, status))
		return false;
	unsigned signal = status & 0x7f;
	if (!signal) {
		text_format(text, "[{WIFEXITED(s) && WEXITSTATUS(s) == %u}]", status >> 8 & 0xff);
	} else if (signal == 0x7f && status == 0xffff) {
		text_put(text, "[{WIFCONTINUED(s)}]");
	} else {
		bool stopped = signal == 0x7f;
		text_format(text, "[{%s(s) && %s(s) == ", stopped ? "WIFSTOPPED" : "WIFSIGNALED",
			    stopped ? "WSTOPSIG" : "WTERMSIG");
		words_put_signal(text, (int)(stopped ? status >> 8 & 0xff : signal));
		text_put(text, !stopped && status & 0x80 ? " && WCOREDUMP(s)}]" : "}]");
	}
	return true;
}

static bool put_numbers(struct text *text, enum argument_kind kind, const struct place *place)
{
	int32_t numbers[2] = {0};
	int64_t offset;
	uint64_t set;
	switch (kind) {
	case ARG_INT_POINTER:
		if (!LOAD(place, numbers[0]))
			return false;
		text_format(text, "[%d]", numbers[0]);
		return true;
	case ARG_INT_PAIR:
		if (!LOAD(place, numbers))
			return false;
		text_format(text, "[%d, %d]", numbers[0], numbers[1]);
		return true;
	case ARG_OFFSET_POINTER:
		if (!LOAD(place, offset))
			return false;
		text_format(text, "[%lld]", (long long)offset);
		return true;
	case ARG_TIMEZONE:
		if (!LOAD(place, numbers))
			return false;
		text_format(text, "{tz_minuteswest=%d, tz_dsttime=%d}", numbers[0], numbers[1]);
		return true;
	default: /* ARG_SIGSET */
		if (!LOAD(place, set))
			return false;
		words_put_signal_set(text, set);
		return true;
	}
}

bool structure_put(struct text *text, enum argument_kind kind, const struct place *place)
{
	switch (kind) {
	case ARG_STAT:
		return put_stat(text, place);
	case ARG_STATX:
		return put_statx(text, place);
	case ARG_STATFS:
		return put_statfs(text, place);
	case ARG_TIMESPEC:
		return put_times(text, place, 1, "tv_nsec", "", "", "");
	case ARG_TIMEVAL:
		return put_times(text, place, 1, "tv_usec", "", "", "");
	case ARG_TIMESPEC_PAIR:
		return put_times(text, place, 2, "tv_nsec", "[", ", ", "]");
	case ARG_TIMEVAL_PAIR:
		return put_times(text, place, 2, "tv_usec", "[", ", ", "]");
	case ARG_ITIMERVAL:
		return put_times(text, place, 2, "tv_usec", "{it_interval=", ", it_value=", "}");
	case ARG_ITIMERSPEC:
		return put_times(text, place, 2, "tv_nsec", "{it_interval=", ", it_value=", "}");
	case ARG_RLIMIT:
		return put_limits(text, place);
	case ARG_RUSAGE:
		return put_usage(text, place);
	case ARG_SYSINFO:
		return put_sysinfo(text, place);
	case ARG_TMS:
		return put_times_buffer(text, place);
	case ARG_UTSNAME:
		return put_uname(text, place);
	case ARG_SIGACTION:
		return put_sigaction(text, place);
	case ARG_SIGINFO:
		return put_siginfo(text, place);
	case ARG_SIGALTSTACK:
		return put_stack(text, place);
	case ARG_EPOLL_EVENT:
		return put_epoll_event(text, place);
	case ARG_WAIT_STATUS:
		return put_status(text, place);
	case ARG_INT_POINTER:
	case ARG_INT_PAIR:
	case ARG_OFFSET_POINTER:
	case ARG_TIMEZONE:
	case ARG_SIGSET:
		return put_numbers(text, kind, place);
	default:
		return false;
	}
}

bool structure_put_termios(struct text *text, const struct place *place)
{
	struct guest_termios settings;
	if (!LOAD(place, settings))
		return false;
	text_put(text, "{c_iflag=");
	words_put_inner(text, WORDS_TERMIOS_INPUT, settings.input);
	text_put(text, ", c_oflag=");
	words_put_inner(text, WORDS_TERMIOS_OUTPUT, settings.output);
	text_format(text, ", c_cflag=%#x, c_lflag=", settings.control);
	words_put_inner(text, WORDS_TERMIOS_LOCAL, settings.local);
	text_put(text, ", ...}");
	return true;
}

bool structure_put_winsize(struct text *text, const struct place *place)
{
	uint16_t size[4];
	if (!LOAD(place, size))
		return false;
	text_format(text, "{ws_row=%u, ws_col=%u, ws_xpixel=%u, ws_ypixel=%u}", size[0], size[1], size[2],
		    size[3]);
	return true;
}

bool structure_put_lock(struct text *text, const struct place *place)
{
	struct guest_lock lock;
	if (!LOAD(place, lock))
		return false;
	text_put(text, "{l_type=");
	words_put_inner(text, WORDS_LOCK_TYPE, (uint16_t)lock.type);
	text_put(text, ", l_whence=");
	words_put(text, ARG_SEEK, (uint16_t)lock.whence);
	text_format(text, ", l_start=%lld, l_len=%lld}", (long long)lock.start, (long long)lock.length);
	return true;
}
