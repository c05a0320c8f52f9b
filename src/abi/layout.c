/* Vectors of buffers, and proof that both sides of the interface agree on sizes: each figure is
 * docs/abi.md's. */
#include "abi/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>

#include "base/limits.h"

/* Translated. */
_Static_assert(sizeof(struct guest_iovec) == 8, "iovec");
_Static_assert(sizeof(struct guest_msghdr) == 28, "msghdr");
_Static_assert(offsetof(struct guest_msghdr, vector) == 8 && offsetof(struct guest_msghdr, control) == 16 &&
		       offsetof(struct guest_msghdr, flags) == 24,
	       "msghdr");
_Static_assert(sizeof(struct guest_mmsghdr) == 32, "mmsghdr");
_Static_assert(sizeof(struct guest_cmsghdr) == 12, "cmsghdr");
_Static_assert(sizeof(struct guest_sigaction) == 16 && offsetof(struct guest_sigaction, mask) == 8,
	       "sigaction");
_Static_assert(sizeof(struct guest_stack) == 12, "stack_t");
_Static_assert(sizeof(struct guest_siginfo) == 128 && offsetof(struct guest_siginfo, words) == 12, "siginfo");
_Static_assert(offsetof(struct guest_siginfo, sent.value) == 20 &&
		       offsetof(struct guest_siginfo, child.status) == 20,
	       "siginfo");
_Static_assert(sizeof(struct guest_sigevent) == 64 && offsetof(struct guest_sigevent, words) == 12,
	       "sigevent");
_Static_assert(sizeof(struct guest_pselect_mask) == 16, "pselect6");
_Static_assert(sizeof(struct guest_robust_list_head) == 12, "robust_list_head");
_Static_assert(sizeof(struct guest_ifconf) == 8, "ifconf");

/* The host's own, passed through untouched. */
_Static_assert(sizeof(struct stat) == 144 && sizeof(struct statx) == 256 && sizeof(struct statfs) == 120,
	       "stat");
_Static_assert(sizeof(struct timespec) == 16 && sizeof(struct timeval) == 16, "times");
_Static_assert(sizeof(struct itimerval) == 32 && sizeof(struct itimerspec) == 32, "times");
_Static_assert(sizeof(struct timex) == 208 && sizeof(struct timezone) == 8 && sizeof(struct tms) == 32,
	       "times");
_Static_assert(sizeof(struct epoll_event) == 12 && sizeof(struct pollfd) == 8 && sizeof(fd_set) == 128,
	       "poll");
_Static_assert(sizeof(struct flock) == 32, "flock");
_Static_assert(sizeof(struct rusage) == 144 && sizeof(struct rlimit) == 16, "limits");
_Static_assert(sizeof(struct sysinfo) == 112 && sizeof(struct utsname) == 390, "names");
_Static_assert(sizeof(struct winsize) == 8, "terminals");
_Static_assert(sizeof(struct signalfd_siginfo) == 128, "signalfd");
_Static_assert(sizeof(cpu_set_t) == 128, "processors");
_Static_assert(sizeof(struct linger) == 8 && sizeof(struct ucred) == 12, "sockets");
_Static_assert(sizeof(struct mq_attr) == 64, "queues");

/* How many iovecs are read at a time: their copy stays in the cache, and on this stack. */
#define PIECE 64

int64_t guest_read_iovec(const struct guest_memory *memory, uint64_t address, uint64_t count,
			 struct iovec *out)
{
	struct guest_iovec piece[PIECE];
	uint64_t total = 0;
	if (count > LIMIT_VECTOR)
		return -EINVAL;
	for (uint64_t done = 0; done < count; done += PIECE) {
		size_t here = (size_t)(count - done < PIECE ? count - done : PIECE);
		int error = guest_read(memory, piece, address + done * sizeof *piece, here * sizeof *piece);
		if (error)
			return error;
		for (size_t i = 0; i < here; i++) {
			uint32_t length = piece[i].length;
			if (length > INT32_MAX)
				return -EINVAL;
			total += length;
			void *base = guest_pointer(memory, piece[i].base, length);
			out[done + i] = (struct iovec){base ? base : CALL_NO_ADDRESS, length};
		}
	}
	return (int64_t)total;
}
