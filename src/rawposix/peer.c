/* What processes may do with one another as such, which here is little: process_vm_readv process_vm_writev
 * kcmp, each on the caller's own cage; and unshare, where nothing is shared. */
#include <linux/kcmp.h>
#include <sched.h>
#include <string.h>

#include "abi/layout.h"
#include "base/machine.h"
#include "rawposix/files.h"

/* Is `id` the call's own process? 0, -ESRCH, or -EPERM: that one is nobody's to look into. */
static int only_self(struct call *call, int32_t id)
{
	if ((uint32_t)id == call->cage->id)
		return 0;
	struct cage *other = id > 0 ? cage_get((uint64_t)id) : NULL;
	cage_unref(other);
	return other ? -EPERM : -ESRCH;
}

/* Copies from part to part up to the first byte that is not there. */
static int64_t copy_parts(const struct iovec *to, size_t to_count, const struct iovec *from,
			  size_t from_count)
{
	size_t to_done = 0, from_done = 0, i = 0, j = 0;
	int64_t total = 0;

	while (i < to_count && j < from_count) {
		size_t room = to[i].iov_len - to_done, rest = from[j].iov_len - from_done;
		size_t piece = room < rest ? room : rest;
		/* Page by page, so that what lies before the fault arrives. */
		size_t in_page = GUEST_PAGE - ((uintptr_t)from[j].iov_base + from_done) % GUEST_PAGE;

		if (!room || !rest) {
			i += !room;
			to_done = room ? to_done : 0;
			j += !rest;
			from_done = rest ? from_done : 0;
			continue;
		}
		piece = piece < in_page ? piece : in_page;
		if (machine_copy((uint8_t *)to[i].iov_base + to_done, (uint8_t *)from[j].iov_base + from_done,
				 piece) < 0)
			return total ? total : -EFAULT;
		to_done += piece;
		from_done += piece;
		total += (int64_t)piece;
	}
	return total;
}

static int64_t copy(struct call *call, bool writes)
{
	struct iovec local[LIMIT_VECTOR], remote[LIMIT_VECTOR];
	uint64_t local_count = call_size(call, 2), remote_count = call_size(call, 4);
	int64_t result;

	if (call_size(call, 5) || local_count > LIMIT_VECTOR || remote_count > LIMIT_VECTOR)
		return -EINVAL;
	result = call_iovec(call, 1, local_count, local);
	if (result > 0)
		result = call_iovec(call, 3, remote_count, remote);
	if (result < 0)
		return result;
	result = only_self(call, call_int(call, 0));
	if (result < 0)
		return result;
	return writes ? copy_parts(remote, remote_count, local, local_count)
		      : copy_parts(local, local_count, remote, remote_count);
}

int64_t sys_process_vm_readv(struct call *call)
{
	return copy(call, false);
}

int64_t sys_process_vm_writev(struct call *call)
{
	return copy(call, true);
}

#define SAME      0
#define DIFFERENT 3 /* and nothing is said of which comes first */

int64_t sys_kcmp(struct call *call)
{
	int kind = call_int(call, 2), error = only_self(call, call_int(call, 0));

	if (error == 0)
		error = only_self(call, call_int(call, 1));
	if (error < 0)
		return error;
	switch (kind) {
	case KCMP_FILE: {
		CALL_FILE(first, call, 3);
		CALL_FILE(second, call, 4);
		return first == second ? SAME : DIFFERENT;
	}
	case KCMP_VM:
	case KCMP_FILES:
	case KCMP_FS:
	case KCMP_SIGHAND:
	case KCMP_IO:
	case KCMP_SYSVSEM:
		return SAME;
	default:
		return -EINVAL;
	}
}

/* Threads share all with their process, and processes nothing. */
int64_t sys_unshare(struct call *call)
{
	const uint64_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
				CLONE_NEWPID | CLONE_NEWNET | 0x80;
	const uint64_t parts =
		CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND | CLONE_VM | CLONE_THREAD;
	uint64_t flags = call_size(call, 0);
	bool alone;

	if (flags & ~(spaces | parts))
		return -EINVAL;
	if (flags & spaces)
		return -EPERM;
	pthread_mutex_lock(&cage_tree_lock);
	alone = call->cage->thread_count <= 1;
	pthread_mutex_unlock(&cage_tree_lock);
	return !flags || alone ? 0 : -EINVAL;
}
