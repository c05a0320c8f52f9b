/* The one table that describes every system call: dispatch (rawposix/table.c), restart after signals (cage/),
 * strace-grate's printing, docs/syscalls.md all come from abi/syscalls.def. The file is installed with the
 * grate headers, so it includes nothing of the runtime. */
#ifndef LIND_ABI_SYSCALLS_H
#define LIND_ABI_SYSCALLS_H

#include <stdint.h>

/* clang-format off */
/* How an argument reads. Direction and length stand beside it. What a comment calls "by" another argument takes its shape from that one. */
enum argument_kind {
	ARG_NONE,
	/* plain values */
	ARG_INT,      /* 32 bits, signed decimal */
	ARG_UNSIGNED, /* 32 bits, unsigned decimal */
	ARG_SIZE,     /* size_t: unsigned decimal, 32 bits in the guest */
	ARG_LONG,     /* long: signed decimal, 32 bits in the guest, sign-extended */
	ARG_OFFSET,   /* off_t: 64 bits, signed decimal */
	ARG_HEX,      /* bits without names */
	ARG_OCTAL,    /* permissions */
	ARG_ADDRESS,  /* a pointer shown as a number */
	ARG_ID,	      /* user or group, -1 for "leave" */
	ARG_SIGNAL,   /* signal number */
	ARG_DEVICE,   /* dev_t */
	/* descriptors */
	ARG_FD, ARG_DIRFD, /* … or AT_FDCWD */
	/* bytes and strings */
	ARG_PATH,  /* NUL-terminated string */
	ARG_BYTES, /* buffer: `length` names the argument with its size; after the call, the result bounds it */
	ARG_STRINGS, ARG_ENVIRONMENT, /* NULL-ended vectors of strings; the second is shown by its size alone */
	/* words with names: one of a list, or bits */
	ARG_OPEN_FLAGS, ARG_CREATE_MODE /* octal; counts only if the flags before it create */, ARG_FILE_MODE /* type and permissions */,
	ARG_AT_FLAGS, ARG_UNLINK_FLAGS, ARG_EACCESS_FLAGS, ARG_ACCESS_MODE, ARG_SEEK, ARG_PROT, ARG_MAP_FLAGS, ARG_MREMAP_FLAGS, ARG_MSYNC_FLAGS,
	ARG_MADVISE, ARG_MLOCKALL, ARG_CLONE_FLAGS, ARG_FUTEX_OP, ARG_FCNTL, ARG_IOCTL, ARG_FLOCK, ARG_PRCTL, ARG_WAIT_OPTIONS, ARG_ID_TYPE, ARG_CLOCK,
	ARG_ITIMER, ARG_TIMER_FLAGS, ARG_SIGHOW, ARG_RESOURCE, ARG_RUSAGE_WHO, ARG_PRIORITY, ARG_SCHED_POLICY, ARG_SOCKET_DOMAIN, ARG_SOCKET_TYPE,
	ARG_SOCKET_FLAGS, ARG_PROTOCOL, ARG_MSG_FLAGS, ARG_SHUTDOWN, ARG_SOL, ARG_SOCKET_OPTION /* by the level before it */, ARG_EPOLL_OP, ARG_EPOLL_FLAGS,
	ARG_EVENTFD_FLAGS, ARG_SIGNALFD_FLAGS, ARG_TIMERFD_FLAGS, ARG_INOTIFY_FLAGS, ARG_INOTIFY_MASK, ARG_PIPE_FLAGS, ARG_RANDOM_FLAGS, ARG_MEMFD_FLAGS,
	ARG_SPLICE_FLAGS, ARG_FALLOC_FLAGS, ARG_FADVISE, ARG_RENAME_FLAGS, ARG_XATTR_FLAGS, ARG_RW_FLAGS, ARG_STATX_MASK, ARG_CLOSE_RANGE_FLAGS, ARG_KEY,
	ARG_IPC_FLAGS, ARG_IPC_COMMAND,
	/* structures */
	ARG_STAT, ARG_STATX, ARG_STATFS, ARG_TIMESPEC, ARG_TIMESPEC_PAIR, ARG_TIMEVAL, ARG_TIMEVAL_PAIR, ARG_TIME_PAIR /* utimbuf */, ARG_ITIMERVAL,
	ARG_ITIMERSPEC, ARG_TIMEZONE, ARG_RLIMIT, ARG_RUSAGE, ARG_SYSINFO, ARG_TMS, ARG_UTSNAME, ARG_SIGSET, ARG_SIGACTION, ARG_SIGINFO,
	ARG_SIGALTSTACK, ARG_SOCKADDR /* the length is a value, or behind an INT_POINTER */, ARG_MSGHDR, ARG_EPOLL_EVENT, ARG_EPOLL_EVENTS, /* the result counts */
	ARG_FDSET, ARG_DIRENTS, ARG_INT_POINTER, ARG_INT_PAIR, ARG_OFFSET_POINTER /* 64 bits */, ARG_WAIT_STATUS, ARG_ROBUST_LIST, ARG_CPU_SET,
	ARG_POLL_COUNTED, /* vector of pollfd; `length` names the count */
	ARG_IOVEC,	  /* vector; `length` names the count */
	ARG_IDS,	  /* vector of 32-bit ids; `length` names the count */
	/* what another argument decides */
	ARG_FCNTL_VALUE,   /* by the command before it */
	ARG_IOCTL_VALUE,   /* by the request before it */
	ARG_PRCTL_VALUE,   /* by the option before it */
	ARG_FUTEX_TIMEOUT, /* by the operation: a time, a count, or nothing */
	ARG_SOCKET_VALUE,  /* by level and option: an int, a timeval, a linger, or bytes */
	/* 3i's */
	ARG_CAGE,	   /* a cage's id */
	ARG_CAGE_AND_CALL, /* a cage's id; the argument's own cage id holds a call number */
	ARG_CAGE_SLOT,	   /* the argument's own cage id is the value: a cage's id */
	ARG_CAGE_ADDRESS,  /* a pointer into the cage that the argument's cage id names */
};

/* clang-format on */

enum argument_direction { ARG_IN = 0, ARG_OUT = 1, ARG_IN_OUT = 2 };

struct argument_description {
	uint8_t kind, direction;
	uint8_t length; /* 1 + index of the argument that holds the length or count; 0: none */
	const char *name;
};

/* CALL_* flags of a row. */
#define CALL_BLOCKS   1 /* may sleep */
#define CALL_RESTARTS 2 /* is made again after a handler with SA_RESTART */
#define CALL_ADDRESS  4 /* the result is an address: shown in hexadecimal */
#define CALL_NORETURN 8
#define CALL_OCTAL    16 /* the result is a mode */
#define CALL_STOPS    32 /* ends with EINTR when the process was stopped meanwhile */

enum call_status {
	CALL_MISSING, /* nobody serves it: -ENOSYS */
	CALL_FULL,    /* carried out as Linux does */
	CALL_VIRTUAL, /* carried out on the cage's own idea of the thing, or a documented part of it */
	CALL_REFUSED, /* the errno that Linux gives an unprivileged program: -EPERM */
};

struct call_description {
	uint16_t number;
	uint8_t status, flags, count;
	const char *name;
	struct argument_description argument[6];
};

/* The row of `number`, or NULL for a number that Linux on x86-64 does not have and 3i does not add.
 * (abi/syscalls.c) */
const struct call_description *call_describe(uint64_t number);

#endif
