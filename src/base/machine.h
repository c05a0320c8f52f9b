/* What depends on the host's instruction set: code whose position in a signal handler means something. A port
 * to another machine rewrites machine.c. */
#ifndef LIND_BASE_MACHINE_H
#define LIND_BASE_MACHINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `length` bytes. Returns 0, or -EFAULT if a fault stopped it (machine_access_recover); then the
 * destination holds an unspecified part. The ranges do not overlap, or are the same. */
int machine_copy(void *to, const void *from, size_t length);

/* Compares and exchanges an aligned word: 0 if it was *expected and now is `wanted`; 1 if not, and *expected
 * is what it was; or -EFAULT. A full barrier. */
int machine_exchange(uint32_t *word, uint32_t *expected, uint32_t wanted);

/* For a handler of SIGSEGV and SIGBUS: if the fault that `context` tells of was one of the two above, makes
 * it return -EFAULT when the handler returns. False: the fault is somebody else's, and nothing is changed. */
bool machine_access_recover(void *context);

/* The call behind host_call_interruptible (interruptible.h), and the same for its kick: true if the thread
 * had not yet entered the kernel. */
int64_t machine_call(const _Atomic uint32_t *attention, long number, long a, long b, long c, long d, long e,
		     long f);
bool machine_call_leave(void *context);

/* The program counter in a ucontext_t. */
uintptr_t machine_counter(const void *context);

#endif
