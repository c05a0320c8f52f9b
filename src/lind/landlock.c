/* The interface is newer than many headers: numbers and layouts are the kernel's, and stand here. */
#include "lind/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET 444
#define ADD_RULE       445
#define RESTRICT_SELF  446

#define ASK_VERSION  1U
#define PATH_BENEATH 1
#define NET_PORT     2

#define EXECUTE      (UINT64_C(1) << 0)
#define WRITE_FILE   (UINT64_C(1) << 1)
#define READ_FILE    (UINT64_C(1) << 2)
#define READ_DIR     (UINT64_C(1) << 3)
#define REMOVE_DIR   (UINT64_C(1) << 4)
#define MAKE_CHAR    (UINT64_C(1) << 6)
#define MAKE_BLOCK   (UINT64_C(1) << 11)
#define REFER        (UINT64_C(1) << 13) /* version 2: names move between folders */
#define TRUNCATE     (UINT64_C(1) << 14) /* version 3 */
#define IOCTL_DEVICE (UINT64_C(1) << 15) /* version 5 */

#define BIND_TCP    (UINT64_C(1) << 0) /* version 4 */
#define CONNECT_TCP (UINT64_C(1) << 1)

#define SCOPE_ABSTRACT (UINT64_C(1) << 0) /* version 6 */
#define SCOPE_SIGNAL   (UINT64_C(1) << 1)

/* Before version 2 no file can get a name in another folder than its own. */
#define OLDEST 2

/* What a rule for something that is no folder may grant. */
#define OF_FILES (WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE)

struct ruleset_attributes {
	uint64_t files, ports, scopes;
};

struct path_rule {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

struct port_rule {
	uint64_t allowed, port;
};

static uint64_t rights_of_version(int version)
{
	return version >= 5 ? (IOCTL_DEVICE << 1) - 1 : version >= 3 ? (TRUNCATE << 1) - 1 : (REFER << 1) - 1;
}

int landlock_begin(struct landlock *landlock, bool any_bound, bool any_connected)
{
	struct ruleset_attributes attributes = {0};
	size_t size = offsetof(struct ruleset_attributes, ports);
	*landlock = (struct landlock){.rules = -1};
	landlock->version = (int)syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	if (landlock->version < 0)
		return -errno;
	if (landlock->version < OLDEST)
		return -EOPNOTSUPP;
	landlock->handled = rights_of_version(landlock->version);
	attributes.files = landlock->handled;
	if (landlock->version >= 4) {
		landlock->net = (any_bound ? 0 : BIND_TCP) | (any_connected ? 0 : CONNECT_TCP);
		attributes.ports = landlock->net;
		size = offsetof(struct ruleset_attributes, scopes);
	}
	if (landlock->version >= 6) {
		attributes.scopes = SCOPE_ABSTRACT | SCOPE_SIGNAL;
		size = sizeof attributes;
	}
	landlock->rules = (int)syscall(CREATE_RULESET, &attributes, size, 0);
	return landlock->rules < 0 ? -errno : 0;
}

/* Nothing is ever executed here, and no device is made. */
static uint64_t rights_of(enum landlock_grant grant)
{
	switch (grant) {
	case LANDLOCK_READ:
		return READ_FILE | READ_DIR;
	case LANDLOCK_CHANGE:
		return ~(EXECUTE | MAKE_CHAR | MAKE_BLOCK);
	case LANDLOCK_WRITE_ONLY:
		return WRITE_FILE | TRUNCATE | IOCTL_DEVICE;
	case LANDLOCK_REMOVE_EMPTY:
		return REMOVE_DIR;
	}
	return 0;
}

int landlock_grant(const struct landlock *landlock, int fd, enum landlock_grant grant)
{
	struct path_rule rule = {.allowed = rights_of(grant) & landlock->handled, .fd = fd};
	struct stat status;
	if (fstat(fd, &status))
		return -errno;
	if (!S_ISDIR(status.st_mode))
		rule.allowed &= OF_FILES;
	if (syscall(ADD_RULE, landlock->rules, PATH_BENEATH, &rule, 0) == 0 || errno == EBADFD)
		return 0;
	return -errno;
}

int landlock_grant_port(const struct landlock *landlock, uint16_t port, bool connects)
{
	struct port_rule rule = {.allowed = connects ? CONNECT_TCP : BIND_TCP, .port = port};
	if (!(landlock->net & rule.allowed))
		return 0;
	return syscall(ADD_RULE, landlock->rules, NET_PORT, &rule, 0) ? -errno : 0;
}

int landlock_enforce(struct landlock *landlock)
{
	int error = syscall(RESTRICT_SELF, landlock->rules, 0) ? -errno : 0;
	landlock_end(landlock);
	return error;
}

void landlock_end(struct landlock *landlock)
{
	if (landlock->rules >= 0)
		close(landlock->rules);
	landlock->rules = -1;
}
