/* One system call on its way from a guest to whoever serves it. */
#ifndef LIND_ABI_CALL_H
#define LIND_ABI_CALL_H

#include <stdint.h>

#include "abi/guest.h"

struct cage;
struct thread;
struct call_pins; /* threei/pins.h */

#define CALL_ARGUMENTS 6

/* What a call that attention ended may return instead of -EINTR, which leaves it to its row in syscalls.def
 * whether it is made again: it always is, or unless a handler ran. As in Linux, no guest sees them; a grate
 * that forwards a call passes them on. */
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514

/* Lives on the calling host thread's stack for the time of the call. Handlers may change `argument` (nothing
 * else reads them afterwards). */
struct call {
	struct thread *thread; /* the guest thread that executes the call; its cage is the caller */
	struct cage *cage;     /* the cage that the call is done to: whose descriptors, memory map, children …
				  (3i: target_cageid) */
	uint64_t number;
	uint64_t argument[CALL_ARGUMENTS];
	uint64_t argument_cage[CALL_ARGUMENTS]; /* id of the cage whose memory the argument points into */
	struct call_pins *pins; /* NULL for a plain system call, whose arguments are all the caller's own */
};

/* The memory that argument `index` points into. Never NULL: where the caller may not touch that cage's
 * memory, or it is gone, an empty memory is returned, in which every access is -EFAULT. Valid until the call
 * returns. (Defined in threei/memory.c, where the rule stands.) */
const struct guest_memory *call_memory(struct call *call, unsigned index);

/* Shorthands of what nearly every call does with a pointer argument. `index` names the argument; results as
 * in guest.h. */
int call_read(struct call *call, unsigned index, void *to, size_t length);
int call_write(struct call *call, unsigned index, const void *from, size_t length);

/* Host pointer for a buffer argument that goes to the host kernel as it is: NULL for a null argument; for a
 * range that leaves the guest's memory, an address that no process can map, so that the kernel answers EFAULT
 * in its own order of checks. */
void *call_pointer(struct call *call, unsigned index, uint64_t length);

#endif
