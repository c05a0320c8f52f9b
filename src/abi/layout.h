/* Structures with pointers or longs inside, as guests lay them out (docs/abi.md): 32-bit pointers and longs,
 * 64-bit times, 64-bit integers aligned to 8. All others are laid out as on x86-64 and need no translation;
 * layout.c asserts the sizes of both kinds. */
#ifndef LIND_ABI_LAYOUT_H
#define LIND_ABI_LAYOUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "abi/call.h"

/* What the host's kernel gets in place of a pointer that leaves the guest's memory: it lies in the kernel's
 * half of the address space, for which the answer is EFAULT. */
#define CALL_NO_ADDRESS ((void *)INTPTR_MIN)

struct guest_iovec {
	uint32_t base, length;
};

struct guest_msghdr {
	uint32_t name, name_length;
	uint32_t vector, vector_length;
	uint32_t control, control_length;
	int32_t flags;
};

struct guest_mmsghdr {
	struct guest_msghdr header;
	uint32_t length;
};

/* Data follows, and the next header after it, each aligned to 4. */
struct guest_cmsghdr {
	uint32_t length;
	int32_t level, type;
};
#define GUEST_CMSG_ALIGN(length) (((length) + 3) & ~(uint64_t)3)

/* What rt_sigaction takes. */
struct guest_sigaction {
	uint32_t handler, flags;
	uint64_t mask;
};

/* stack_t */
struct guest_stack {
	uint32_t base;
	int32_t flags;
	uint32_t size;
};

/* siginfo_t, as on i386. */
struct guest_siginfo {
	int32_t number, error, code;
	union {
		int32_t words[29];
		struct {
			int32_t pid;
			uint32_t uid;
			uint32_t value; /* rt_sigqueueinfo */
		} sent;
		struct {
			int32_t timer, overrun;
			uint32_t value;
		} timer;
		struct {
			int32_t pid;
			uint32_t uid;
			int32_t status, user_time, system_time;
		} child;
		struct {
			uint32_t address;
		} fault;
		struct {
			int32_t band, fd;
		} poll;
	};
};

/* sigevent, as on i386. */
struct guest_sigevent {
	uint32_t value;
	int32_t number, notify;
	union {
		int32_t thread_id;
		struct {
			uint32_t function, attributes;
		} thread;
		int32_t words[13];
	};
};

/* pselect6's sixth argument, as on x86-64. */
struct guest_pselect_mask {
	uint64_t set, size;
};

struct guest_robust_list_head {
	uint32_t next;
	int32_t futex_offset;
	uint32_t pending;
};

struct guest_ifconf {
	int32_t length;
	uint32_t buffer;
};

#define GUEST_IFREQ_SIZE 32 /* name 16, then a union of 16: no pointer that is served */

/* Reads `count` iovecs at `address` into out[0 … count-1], ready for the host's kernel: what leaves the
 * guest's memory gets an address for which it answers EFAULT. Returns the sum of the lengths, -EINVAL (more
 * than LIMIT_VECTOR, or a length past INT32_MAX) or -EFAULT. A sum past INT32_MAX is cut by the kernel, as
 * Linux does for any program. */
int64_t guest_read_iovec(const struct guest_memory *memory, uint64_t address, uint64_t count,
			 struct iovec *out);

/* The same for argument `index` of a call. */
int64_t call_iovec(struct call *call, unsigned index, uint64_t count, struct iovec *out);

#endif
