/* Guest addresses and the only ways from them to host memory.
 *
 * A cage's memory is 4 GiB of host address space at `base`, followed by a guard (engine.h); what the guest
 * has not mapped is inaccessible. A guest address is 32 bits, so base + address can never leave the
 * reservation; a length is checked here. Nothing looks up what is mapped before it touches memory: the copy
 * routines recover from the fault itself, and the kernel answers EFAULT for pointers handed to it. So there
 * is no time between check and use. */
#ifndef LIND_ABI_GUEST_H
#define LIND_ABI_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUEST_SPACE (UINT64_C(1) << 32)
#define GUEST_PAGE  UINT32_C(4096)
/* Leaf functions may use this much below the stack pointer (docs/abi.md). */
#define GUEST_RED_ZONE 128

/* An address in a guest's memory: its own type, so that the compiler refuses to mix it with host pointers and
 * plain numbers. */
struct guest_address {
	uint32_t value;
};

/* One cage's memory, as the copy routines see it. */
struct guest_memory {
	uint8_t *base;
};

/* Host pointer for [address, address + length), or NULL if that leaves the 4 GiB. For handing to a system
 * call of the host, which checks each page itself; RawPOSIX must not dereference it (another guest thread may
 * unmap it): that is what guest_read and guest_write are for. */
static inline void *guest_pointer(const struct guest_memory *memory, uint64_t address, uint64_t length)
{
	if (address >= GUEST_SPACE || length > GUEST_SPACE - address)
		return NULL;
	return memory->base + address;
}

/* Copies `length` bytes in from, or out to, a guest. Returns 0, or -EFAULT if any byte is out of range or
 * inaccessible; then the destination holds an unspecified part. Any thread; takes no lock. */
int guest_read(const struct guest_memory *memory, void *to, uint64_t from, size_t length);
int guest_write(const struct guest_memory *memory, uint64_t to, const void *from, size_t length);

/* Copies between two cages' memories (they may be the same; overlap is allowed only if equal). Returns as
 * above. */
int guest_copy(const struct guest_memory *to_memory, uint64_t to, const struct guest_memory *from_memory,
	       uint64_t from, size_t length);

/* Compares and exchanges a guest's word: 0 if it was *expected and now is `wanted`; 1 if not, and *expected
 * is what it was; or -EFAULT, also where the address is not aligned. */
int guest_exchange(const struct guest_memory *memory, uint64_t address, uint32_t *expected, uint32_t wanted);

/* Copies a NUL-terminated string of fewer than `size` bytes, NUL included, to `to`. Returns its length,
 * -EFAULT, or -ENAMETOOLONG if no NUL lies within `size` bytes. */
int64_t guest_read_string(const struct guest_memory *memory, char *to, uint64_t from, size_t size);

/* Installs the fault handlers that the copies rely on, in front of the engine's, which they pass on to. Once,
 * after engine_start. Returns 0 or -errno. */
int guest_faults_start(void);

#endif
