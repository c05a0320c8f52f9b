/* System calls of the host that answer -errno, as everything here does. */
#ifndef LIND_FILE_HOST_H
#define LIND_FILE_HOST_H

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* HOST_CALL(number, up to six arguments): numbers or pointers. */
#define HOST_CALL(number, ...)                host_call(number, HOST_ARGUMENTS(__VA_ARGS__, 0, 0, 0, 0, 0, 0))
#define HOST_ARGUMENTS(a, b, c, d, e, f, ...) (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)

static inline int64_t host_call(long number, long a, long b, long c, long d, long e, long f)
{
#ifdef __x86_64__
	int64_t result;
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = e;
	register long sixth __asm__("r9") = f;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "rcx", "r11", "memory");
	return result;
#else
	long result = syscall(number, a, b, c, d, e, f);
	return result < 0 ? -(int64_t)errno : result;
#endif
}

/* openat2 that follows no symbolic link and does not leave `directory`. A build of the tests defines it as
 * nothing, to see what then holds. */
#ifndef HOST_CONFINED
#define HOST_CONFINED (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
#endif

static inline int host_open(int directory, const char *path, int flags)
{
	struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC), .resolve = HOST_CONFINED};
	return (int)HOST_CALL(SYS_openat2, directory, path, &how, sizeof how);
}

#endif
