/* Futexes of the host, on words of this process. */
#ifndef LIND_BASE_FUTEX_H
#define LIND_BASE_FUTEX_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sleeps until woken if *word is `expected`; `timeout` is relative, NULL: for ever. Returns 0, -EAGAIN
 * (another value), -EINTR or -ETIMEDOUT. May return 0 for no reason: look at the word again. */
static inline int futex_wait(const _Atomic uint32_t *word, uint32_t expected, const struct timespec *timeout)
{
	long result = syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, expected, timeout, NULL, 0);
	return result < 0 ? -errno : 0;
}

/* Wakes up to `count` threads that sleep on the word. Returns how many. */
static inline int futex_wake(const _Atomic uint32_t *word, int count)
{
	long result = syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, NULL, NULL, 0);
	return result < 0 ? 0 : (int)result;
}

#define FUTEX_ALL INT_MAX

#endif
