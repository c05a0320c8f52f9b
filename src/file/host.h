/* System calls of the host that answer -errno, as everything here does. */
#ifndef LIND_FILE_HOST_H
#define LIND_FILE_HOST_H

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HOST_CALL(number, ...) host_result(syscall((number), __VA_ARGS__))

static inline int64_t host_result(long result)
{
	return result < 0 ? -(int64_t)errno : result;
}

/* openat2 that follows no symbolic link and does not leave `directory`. */
#define HOST_CONFINED (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

static inline int host_open(int directory, const char *path, int flags)
{
	struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC), .resolve = HOST_CONFINED};
	return (int)HOST_CALL(SYS_openat2, directory, path, &how, sizeof how);
}

#endif
