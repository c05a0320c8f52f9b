/* See confine.h, and docs/security.md for what each layer is worth. */
#include "lind/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/worker.h"
#include "cage/memory_pages.h"
#include "engine/engine.h"
#include "lind/filter.h"
#include "lind/landlock.h"
#include "lind/temporary.h"
#include "rawposix/net.h"

/* What root keeps: to be above the permissions of files, and to be served before others. The rest could act
 * on the machine. */
#define KEPT                                                                                                 \
	(1U << CAP_CHOWN | 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH | 1U << CAP_FOWNER |           \
	 1U << CAP_FSETID | 1U << CAP_NET_BIND_SERVICE | 1U << CAP_SYS_NICE | 1U << CAP_SYS_RESOURCE)

/* TCP ports of one direction that Landlock is told one by one; beyond, it leaves them to net.c. */
#define PORTS_LISTED 256

void confine_inheritance(void)
{
	syscall(SYS_close_range, 3U, ~0U, 0U);
}

static int drop_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capget, &header, data))
		return -errno;
	if (!data[0].permitted && !data[1].permitted)
		return 0;
	data[0].effective &= KEPT;
	data[0].permitted &= KEPT;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){0};
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static int grant_path(const struct landlock *landlock, const char *path, enum landlock_grant grant)
{
	cleanup_fd int fd = open(path, O_PATH | O_CLOEXEC);
	return fd < 0 ? 0 : landlock_grant(landlock, fd, grant);
}

/* What was handed in as standard streams may be opened anew with the access that it came with. */
static int grant_streams(const struct landlock *landlock)
{
	int error = 0;
	for (int fd = 0; fd < 3 && !error; fd++) {
		struct stat status;
		int flags = fcntl(fd, F_GETFL);
		if (flags < 0 || fstat(fd, &status) || S_ISDIR(status.st_mode))
			continue;
		error = landlock_grant(landlock, fd,
				       (flags & O_ACCMODE) == O_RDONLY   ? LANDLOCK_READ
				       : (flags & O_ACCMODE) == O_WRONLY ? LANDLOCK_WRITE_ONLY
									 : LANDLOCK_CHANGE);
	}
	return error;
}

static int grant_files(const struct landlock *landlock, struct file_space *space)
{
	bool read_only;
	int error = 0, host;
	for (size_t i = 0; !error && (host = file_space_mount_host(space, i, &read_only)) >= 0; i++)
		error = landlock_grant(landlock, host, read_only ? LANDLOCK_READ : LANDLOCK_CHANGE);
	if (!error && engine_cache_descriptor() >= 0)
		error = landlock_grant(landlock, engine_cache_descriptor(), LANDLOCK_CHANGE);
	if (!error && temporary_folder() >= 0)
		error = landlock_grant(landlock, temporary_folder(), LANDLOCK_CHANGE);
	if (!error && temporary_parent())
		error = grant_path(landlock, temporary_parent(), LANDLOCK_REMOVE_EMPTY);
	/* The kernel opens the other ends of pseudo-terminals there. */
	if (!error)
		error = grant_path(landlock, "/dev/pts", LANDLOCK_CHANGE);
	return error ? error : grant_streams(landlock);
}

/* How many ports a direction's rules name, or more than are worth a list. */
static unsigned count_ports(enum net_direction direction)
{
	unsigned count = 0;
	uint16_t first, last;
	for (size_t i = 0; count <= PORTS_LISTED && net_ports(direction, i, &first, &last); i++)
		count += (unsigned)(last - first) + 1;
	return count;
}

static bool any_port(enum net_direction direction)
{
	if (rawposix_network == NETWORK_NONE)
		return false;
	return !net_has_rules() || count_ports(direction) > PORTS_LISTED;
}

static int grant_ports(const struct landlock *landlock, enum net_direction direction)
{
	bool connects = direction == NET_CONNECT;
	uint16_t first, last;
	int error = 0;
	if (rawposix_network == NETWORK_NONE || any_port(direction))
		return 0;
	if (!connects) /* one that is free */
		error = landlock_grant_port(landlock, 0, false);
	for (size_t i = 0; !error && net_ports(direction, i, &first, &last); i++)
		for (unsigned port = first; !error && port <= last; port++)
			error = landlock_grant_port(landlock, (uint16_t)port, connects);
	return error;
}

static int start_landlock(struct file_space *space)
{
	struct landlock landlock;
	int error = landlock_begin(&landlock, any_port(NET_LISTEN), any_port(NET_CONNECT));
	if (!error)
		error = grant_ports(&landlock, NET_LISTEN);
	if (!error)
		error = grant_ports(&landlock, NET_CONNECT);
	if (!error)
		error = grant_files(&landlock, space);
	if (!error)
		return landlock_enforce(&landlock);
	landlock_end(&landlock);
	return error;
}

/* Opens now what is opened at its first use otherwise. */
static void open_early(void)
{
	worker_limit();
	memory_pages_start();
}

static bool report(const struct options *options, const char *what, int error)
{
	bool required = options->confine == CONFINE_REQUIRED;
	if (!error)
		return true;
	log_error("not confined by %s: %s%s", what,
		  error == -ENOSYS || error == -EOPNOTSUPP ? "the kernel does not have it" : strerror(-error),
		  required ? "" : " (--confine=off says that this is known)");
	return !required;
}

int confine(const struct options *options, struct file_space *space)
{
	if (options->confine == CONFINE_OFF)
		return 0;
	open_early();
	/* The filter comes last: it allows none of what the others need. */
	int privileges = drop_privileges();
	if (!report(options, "giving up privileges", privileges))
		return privileges;
	int landlock = start_landlock(space);
	if (!report(options, "Landlock", landlock))
		return landlock;
	int filter = filter_install(rawposix_network != NETWORK_NONE);
	return report(options, "seccomp", filter) ? 0 : filter;
}
