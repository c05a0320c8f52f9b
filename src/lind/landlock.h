/* Landlock round the process: what of the host's files, ports, abstract sockets and processes it may ever
 * reach, whatever the layers above it believe. */
#ifndef LIND_LIND_LANDLOCK_H
#define LIND_LIND_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* What may be done with what lies at or below a descriptor. */
enum landlock_grant {
	LANDLOCK_READ,         /* files and folders are read */
	LANDLOCK_CHANGE,       /* and written, made, removed, linked */
	LANDLOCK_WRITE_ONLY,   /* a file alone */
	LANDLOCK_REMOVE_EMPTY, /* empty folders are removed */
};

/* A set of rules while it is made. */
struct landlock {
	int rules;        /* a descriptor, or -1 */
	int version;      /* of the kernel's interface */
	uint64_t handled; /* rights over files that the rules decide */
	uint64_t net;     /* and over ports */
};

/* Starts with no right at all; TCP is left alone where any port may be bound to, or connected to. Returns 0
 * or -errno: -ENOSYS and -EOPNOTSUPP say that the kernel has none, or one that is too old to be used here. */
int landlock_begin(struct landlock *landlock, bool any_bound, bool any_connected);
/* What has no place in a file system (a pipe, a socket) needs no grant and takes none. */
int landlock_grant(const struct landlock *landlock, int fd, enum landlock_grant grant);
/* A TCP port to bind to or to connect to. Ignored where the rules leave that alone. */
int landlock_grant_port(const struct landlock *landlock, uint16_t port, bool connects);
/* From here on for the calling thread and all that it makes; no_new_privs is set. The set is gone. */
int landlock_enforce(struct landlock *landlock);
void landlock_end(struct landlock *landlock);

#endif
