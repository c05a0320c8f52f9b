/* The one table that describes every system call: dispatch (rawposix/table.c), restart after signals (cage/), strace-grate's printing, docs/syscalls.md
 * all come from abi/syscalls.def. The file is installed with the grate headers, so it includes nothing of the runtime. */
#ifndef LIND_ABI_SYSCALLS_H
#define LIND_ABI_SYSCALLS_H

#include <stdint.h>

/* How an argument reads. Direction and length stand beside it. */
enum argument_kind {
	ARG_NONE,
	ARG_INT,	/* signed decimal */
	ARG_UNSIGNED,	/* unsigned decimal */
	ARG_HEX,	/* bits without names */
	ARG_OCTAL,	/* modes */
	ARG_ADDRESS,	/* a pointer shown as a number */
	ARG_FD,		/* a descriptor */
	ARG_DIRFD,	/* a descriptor or AT_FDCWD */
	ARG_PATH,	/* NUL-terminated string */
	ARG_BYTES,	/* buffer: `length` names the argument with its size; after the call, the result bounds it */
	ARG_SIGNAL,	/* signal number */
	ARG_SIGSET,
	ARG_STRINGS,	/* NULL-ended vector of strings */
	ARG_OPEN_FLAGS, ARG_AT_FLAGS, ARG_ACCESS_MODE, ARG_SEEK, ARG_PROT, ARG_MAP_FLAGS, ARG_CLONE_FLAGS, ARG_FUTEX_OP, ARG_FCNTL, ARG_IOCTL,
	ARG_WAIT_OPTIONS, ARG_CLOCK, ARG_SIGHOW, ARG_RESOURCE, ARG_SOCKET_DOMAIN, ARG_SOCKET_TYPE, ARG_MSG_FLAGS, ARG_SOL, ARG_EPOLL_OP,
	ARG_POLL_COUNTED, /* vector of pollfd; `length` names the count */
	ARG_IOVEC,	  /* vector; `length` names the count */
	ARG_STAT, ARG_STATX, ARG_STATFS, ARG_TIMESPEC, ARG_TIMEVAL, ARG_ITIMERVAL, ARG_ITIMERSPEC, ARG_TIMEZONE, ARG_RLIMIT, ARG_RUSAGE, ARG_SYSINFO,
	ARG_TMS, ARG_UTSNAME, ARG_SIGACTION, ARG_SIGINFO, ARG_SIGALTSTACK, ARG_SOCKADDR, ARG_MSGHDR, ARG_EPOLL_EVENTS, ARG_FDSET, ARG_DIRENTS,
	ARG_INT_POINTER, ARG_INT_PAIR, ARG_OFFSET_POINTER, ARG_WAIT_STATUS, ARG_RANDOM_FLAGS, ARG_ROBUST_LIST, ARG_PIPE_FLAGS, ARG_MADVISE,
	ARG_MREMAP_FLAGS, ARG_MSYNC_FLAGS, ARG_FLOCK, ARG_PRCTL,
};

enum argument_direction { ARG_IN = 0, ARG_OUT = 1, ARG_IN_OUT = 2 };

struct argument_description {
	uint8_t kind, direction;
	uint8_t length; /* 1 + index of the argument that holds the length or count; 0: none */
	const char *name;
};

/* CALL_* flags of a row. */
#define CALL_BLOCKS   1  /* may sleep */
#define CALL_RESTARTS 2  /* is made again after a handler with SA_RESTART */
#define CALL_ADDRESS  4  /* the result is an address: shown in hexadecimal */
#define CALL_NORETURN 8
#define CALL_OCTAL    16 /* the result is a mode */

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

/* The row of `number`, or NULL for a number that Linux on x86-64 does not have and 3i does not add. (abi/syscalls.c) */
const struct call_description *call_describe(uint64_t number);

#endif
