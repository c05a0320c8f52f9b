/* A cage's memory and its map: what of the 4 GiB exists, with which protection, backed by what.
 *
 * Mappings are real host mappings laid over the reservation, so files are mapped and not copied. The
 * reservation never has a hole: what is unmapped becomes inaccessible anonymous memory, or another mapping of
 * the host process could land there. PROT_EXEC never reaches the host. Counted: threads of a cage and a vfork
 * child share one. All functions take the memory's lock; results are -errno as Linux gives them. */
#ifndef LIND_CAGE_MEMORY_H
#define LIND_CAGE_MEMORY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/guest.h"

/* One mapped range: [start, end), page aligned, sorted. What the guest takes for one may be several. */
struct memory_area {
	uint64_t start, end;
	int protection;  /* PROT_* as the guest asked */
	int flags;       /* MAP_SHARED or MAP_PRIVATE, MAP_ANONYMOUS, MAP_GROWSDOWN … as the guest asked */
	uint64_t offset; /* in the guest's file, or in `file` */
	char *path;      /* guest path for /proc/self/maps, or NULL */
	/* What a private area shows where it has no pages of its own, counted: of an anonymous one, a
	 * snapshot, and NULL stands for zeros. And the segment of System V's that a shared one shows. */
	struct memory_file *file;
	/* The host maps the snapshot shared: pages are written right into it. No other memory shows them. */
	bool direct;
	bool copied; /* during a fork: its own pages are copied to the child */
};

struct memory {
	struct guest_memory guest; /* base is constant for the object's life */
	atomic_uint references;    /* and memory.c's mark that nobody else may have it now */
	pthread_mutex_t lock;
	struct memory_area *areas;
	size_t area_count, area_capacity;
	uint64_t break_start, break_end;
	uint64_t mapped;              /* bytes, for RLIMIT_AS */
	uint64_t direct_above;        /* what is mapped beyond so many bytes is direct, if it can be */
	struct memory_file *snapshot; /* the one that was written last, counted, or NULL */
};

/* A memory with [GUEST_PAGE, heap_base) mapped for a program image, which may be one that forks. NULL: out of
 * memory or address space. */
struct memory *memory_new(uint32_t heap_base, bool may_fork);
/* Before a second thread uses the memory: a futex that is not private is known to the host by the page that
 * lies there, so fork must not exchange what a sleeping thread's word lies in. 0 or -ENOMEM. */
int memory_settle(struct memory *memory);
/* A new memory for a forked cage: the areas of `parent`, shared ones shared, private ones with what they hold
 * now. Other threads may use the parent's meanwhile, and what they write then is in the copy or not; `alone`
 * says that none does: the cage has no other thread, and none that is still about to end, which makes later
 * forks cheaper. Whoever counts the parent afresh waits. NULL: out of memory or address space. */
struct memory *memory_fork(struct memory *parent, bool alone);
struct memory *memory_ref(struct memory *memory);
void memory_unref(struct memory *memory);

/* `host_fd` is -1 for MAP_ANONYMOUS. `limit` is RLIMIT_AS. Returns the guest address. */
int64_t memory_map(struct memory *memory, uint64_t address, uint64_t length, int protection, int flags,
		   int host_fd, uint64_t offset, const char *path, uint64_t limit);
/* True if the address is mapped, whatever may be done with it. */
bool memory_has(struct memory *memory, uint64_t address);
int64_t memory_unmap(struct memory *memory, uint64_t address, uint64_t length);
int64_t memory_protect(struct memory *memory, uint64_t address, uint64_t length, int protection);
int64_t memory_remap(struct memory *memory, uint64_t address, uint64_t old_length, uint64_t new_length,
		     int flags, uint64_t new_address, uint64_t limit);
int64_t memory_break(struct memory *memory, uint64_t address, uint64_t limit);
int64_t memory_advise(struct memory *memory, uint64_t address, uint64_t length, int advice);
int64_t memory_sync(struct memory *memory, uint64_t address, uint64_t length, int flags);
/* Maps `host_fd`, a segment of System V's, shared; at `address` if that is not 0, where nothing may be unless
 * `replace`. Returns the address. */
int64_t memory_attach(struct memory *memory, uint64_t address, uint64_t length, int protection, bool replace,
		      int host_fd, const char *path, uint64_t limit);
/* Unmaps what is left of the segment that was attached there. 0, and what it showed, counted; or -EINVAL. */
int memory_detach(struct memory *memory, uint64_t address, struct memory_file **shown);
int64_t memory_resident(struct memory *memory, uint64_t address, uint64_t length, uint8_t *vector);

#endif
