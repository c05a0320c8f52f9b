/* System V shared memory: shmget shmat shmdt shmctl. A segment is a file without a name; each attachment is a
 * reference to it that a memory's map holds, so forks, ends and munmap count by themselves. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "cage/memory_file.h"
#include "rawposix/calls.h"
#include "rawposix/ipc.h"

_Static_assert(sizeof(struct shmid_ds) == 112, "guests have it as on x86-64: docs/abi.md");

struct segment {
	struct ipc_object object;
	int host; /* for reading and writing; `shown` only for reading */
	struct memory_file *shown;
	uint64_t size;
	int64_t attached, detached, changed; /* times */
	uint32_t creator, last;
};

static uint64_t total;

static int fits(struct call *call, const struct ipc_object *object)
{
	return call_size(call, 1) > ((const struct segment *)object)->size ? -EINVAL : 0;
}

static uint64_t taken(uint64_t size)
{
	return (size + GUEST_PAGE - 1) & ~(uint64_t)(GUEST_PAGE - 1);
}

static struct ipc_object *make(struct call *call, int *error)
{
	uint64_t size = call_size(call, 1);
	struct segment *segment;

	*error = !size ? -EINVAL : taken(size) > LIMIT_SEGMENTS_BYTES - total ? -ENOSPC : -ENOMEM;
	if (*error != -ENOMEM)
		return NULL;
	if (call_int(call, 2) & SHM_HUGETLB) {
		*error = -EPERM;
		return NULL;
	}
	cleanup_fd int host = memfd_create("segment", MFD_CLOEXEC);
	if (host < 0 || ftruncate(host, (off_t)taken(size)) < 0 || !(segment = calloc(1, sizeof *segment)))
		return NULL;
	segment->shown = memory_file_get(host);
	if (!segment->shown) {
		free(segment);
		return NULL;
	}
	segment->host = steal_fd(&host);
	segment->size = size;
	segment->changed = ipc_now();
	segment->creator = call->cage->id;
	total += taken(size);
	return &segment->object;
}

static void segment_free(struct ipc_object *object)
{
	struct segment *segment = (struct segment *)object;

	total -= taken(segment->size);
	memory_file_unref(segment->shown);
	close(segment->host);
	free(segment);
}

static struct ipc_table table = {
	.limit = LIMIT_IPC_OBJECTS, .fits = fits, .make = make, .free = segment_free};

static unsigned attachments(const struct segment *segment)
{
	return memory_file_count(segment->shown) - 1;
}

/* Segments that were removed go with their last attachment, which nobody tells us of. */
static void sweep(void)
{
	for (int i = ipc_highest(&table); i >= 0; i--) {
		struct segment *segment = (struct segment *)ipc_at(&table, i);

		if (segment && (segment->object.permission.mode & SHM_DEST) && !attachments(segment))
			ipc_remove(&table, &segment->object);
	}
}

void segments_cage_ends(void)
{
	CLEANUP_LOCK(&ipc_lock);
	sweep();
}

static struct segment *find(int id, int *error)
{
	sweep();
	return (struct segment *)ipc_find(&table, id, error);
}

int64_t sys_shmget(struct call *call)
{
	pthread_mutex_lock(&ipc_lock);
	sweep();
	pthread_mutex_unlock(&ipc_lock);
	return ipc_get(&table, call, call_int(call, 2));
}

/* -- attaching -- */

/* What shmat is asked for, and what it found. */
struct attachment {
	uint64_t address, size;
	int host, protection;
	struct memory_file *shown; /* counted: the segment stays */
	char path[32];
};

static int read_place(struct call *call, struct attachment *out)
{
	int flags = call_int(call, 2);

	out->address = call_address(call, 1);
	out->protection =
		PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
	if (out->address % GUEST_PAGE && !(flags & SHM_RND))
		return -EINVAL;
	out->address -= out->address % GUEST_PAGE;
	return (flags & SHM_REMAP) && !out->address ? -EINVAL : 0;
}

static int open_segment(struct call *call, struct attachment *out)
{
	bool writes = out->protection & PROT_WRITE;
	unsigned mode = 0444 | (writes ? 0222 : 0) | (out->protection & PROT_EXEC ? 0111 : 0);
	int error, id = call_int(call, 0);

	CLEANUP_LOCK(&ipc_lock);
	struct segment *segment = find(id, &error);
	if (!segment)
		return error;
	error = ipc_may(call, &segment->object, mode);
	if (error < 0)
		return error;
	/* Whoever attaches it for reading alone must not be able to change that. */
	out->host = fcntl(writes ? segment->host : segment->shown->host, F_DUPFD_CLOEXEC, 0);
	if (out->host < 0)
		return -ENOMEM;
	out->size = segment->size;
	out->shown = memory_file_ref(segment->shown);
	snprintf(out->path, sizeof out->path, "/SYSV%08x (deleted)",
		 (unsigned)segment->object.permission.__key);
	return 0;
}

static void note(struct call *call, const struct memory_file *shown, bool attached)
{
	CLEANUP_LOCK(&ipc_lock);
	for (int i = ipc_highest(&table); i >= 0; i--) {
		struct segment *segment = (struct segment *)ipc_at(&table, i);

		if (!segment || segment->shown != shown)
			continue;
		segment->last = call->cage->id;
		*(attached ? &segment->attached : &segment->detached) = ipc_now();
	}
}

int64_t sys_shmat(struct call *call)
{
	struct attachment wanted;
	int64_t result = call_int(call, 0) < 0 ? -EINVAL : read_place(call, &wanted);

	if (result == 0)
		result = open_segment(call, &wanted);
	if (result < 0)
		return result;
	result = memory_attach(call->cage->memory, wanted.address, wanted.size, wanted.protection,
			       call_int(call, 2) & SHM_REMAP, wanted.host, wanted.path,
			       call->cage->limits[RLIMIT_AS].rlim_cur);
	close(wanted.host);
	if (result >= 0)
		note(call, wanted.shown, true);
	memory_file_unref(wanted.shown);
	return result == -EEXIST ? -EINVAL : result;
}

int64_t sys_shmdt(struct call *call)
{
	struct memory_file *shown;
	int result = call_address(call, 0) % GUEST_PAGE
			     ? -EINVAL
			     : memory_detach(call->cage->memory, call_address(call, 0), &shown);

	if (result < 0)
		return result;
	note(call, shown, false);
	memory_file_unref(shown);
	segments_cage_ends();
	return 0;
}

/* -- shmctl -- */

static int64_t tell_limits(struct call *call, int command)
{
	struct shminfo limits = {.shmmax = UINT32_MAX,
				 .shmmin = 1,
				 .shmmni = LIMIT_IPC_OBJECTS,
				 .shmseg = LIMIT_IPC_OBJECTS,
				 .shmall = LIMIT_SEGMENTS_BYTES / GUEST_PAGE};
	struct shm_info now = {0};
	int highest, error;

	pthread_mutex_lock(&ipc_lock);
	sweep();
	now.used_ids = (int)table.count;
	now.shm_tot = total / GUEST_PAGE;
	for (int i = ipc_highest(&table); i >= 0; i--) {
		struct segment *segment = (struct segment *)ipc_at(&table, i);
		struct stat status;

		if (segment && fstat(segment->host, &status) == 0)
			now.shm_rss += (uint64_t)status.st_blocks * 512 / GUEST_PAGE;
	}
	highest = ipc_highest(&table);
	pthread_mutex_unlock(&ipc_lock);
	error = command == IPC_INFO ? call_write(call, 2, &limits, sizeof limits)
				    : call_write(call, 2, &now, sizeof now);
	return error ? error : highest;
}

static int64_t tell_status(struct call *call, int command)
{
	struct shmid_ds out = {0};
	const struct segment *segment;
	int error = -EINVAL;
	int64_t result;

	pthread_mutex_lock(&ipc_lock);
	segment = command == IPC_STAT ? find(call_int(call, 0), &error)
				      : (const struct segment *)ipc_at(&table, call_int(call, 0));
	result = !segment ? error : command == SHM_STAT_ANY ? 0 : ipc_may(call, &segment->object, 0444);
	if (result == 0) {
		out.shm_perm = segment->object.permission;
		out.shm_segsz = segment->size;
		out.shm_atime = segment->attached;
		out.shm_dtime = segment->detached;
		out.shm_ctime = segment->changed;
		out.shm_cpid = (pid_t)segment->creator;
		out.shm_lpid = (pid_t)segment->last;
		out.shm_nattch = attachments(segment);
		result = command == IPC_STAT ? 0 : segment->object.id;
	}
	pthread_mutex_unlock(&ipc_lock);
	return result >= 0 && call_write(call, 2, &out, sizeof out) ? -EFAULT : result;
}

static int64_t change(struct call *call, int command)
{
	struct shmid_ds wanted;
	struct segment *segment;
	struct ipc_perm *has;
	int error;

	if (command == IPC_SET && call_read(call, 2, &wanted, sizeof wanted))
		return -EFAULT;
	CLEANUP_LOCK(&ipc_lock);
	segment = find(call_int(call, 0), &error);
	if (segment)
		error = ipc_owns(call, &segment->object);
	if (error < 0 || !segment)
		return error;
	has = &segment->object.permission;
	switch (command) {
	case IPC_RMID:
		/* Its key is free again; who is attached stays so. */
		has->__key = IPC_PRIVATE;
		has->mode |= SHM_DEST;
		sweep();
		return 0;
	case SHM_LOCK:
		has->mode |= SHM_LOCKED;
		return 0;
	case SHM_UNLOCK:
		has->mode &= ~(mode_t)SHM_LOCKED;
		return 0;
	}
	error = ipc_set(&segment->object, &wanted.shm_perm);
	if (error == 0)
		segment->changed = ipc_now();
	return error;
}

int64_t sys_shmctl(struct call *call)
{
	int command = ipc_command(call, 1);

	if (call_int(call, 0) < 0)
		return -EINVAL;
	switch (command) {
	case IPC_INFO:
	case SHM_INFO:
		return tell_limits(call, command);
	case IPC_STAT:
	case SHM_STAT:
	case SHM_STAT_ANY:
		return tell_status(call, command);
	case IPC_SET:
	case IPC_RMID:
	case SHM_LOCK:
	case SHM_UNLOCK:
		return change(call, command);
	default:
		return -EINVAL;
	}
}
