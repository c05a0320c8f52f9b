/* Record locks of POSIX: each belongs to a cage (to its descriptor table), whichever descriptor set it, and
 * goes when the cage closes any descriptor of that file.
 *
 * The host knows one process for all cages. Between cages the ranges here decide; against others, the
 * strongest of them is held on the host through one open file description a locked file, which nothing else
 * uses (F_OFD_SETLK), so that no close elsewhere gives it up. */
#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/interruptible.h"
#include "file/range.h"

/* One lock for all: whoever sleeps does so without it. Taken after a table's. */
static pthread_mutex_t records_lock = PTHREAD_MUTEX_INITIALIZER;
static struct locked_file *locked_files;
static _Atomic uint32_t
	changes; /* counts up when a range goes or weakens: what waits in a process sleeps on it */

/* The bytes that `lock` means, as POSIX has it. Returns 0, -EINVAL or -EOVERFLOW. */
static int bounds(const struct file *file, const struct flock *lock, int64_t *start, int64_t *end)
{
	struct stat status;
	int64_t base = 0;
	switch (lock->l_whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		base = lseek(file->host, 0, SEEK_CUR);
		break;
	case SEEK_END:
		base = fstat(file->host, &status) ? -1 : status.st_size;
		break;
	default:
		return -EINVAL;
	}
	if (base < 0)
		base = 0;
	if (__builtin_add_overflow(base, lock->l_start, start))
		return -EOVERFLOW;
	if (*start < 0)
		return -EINVAL;
	*end = INT64_MAX;
	if (lock->l_len > 0 && __builtin_add_overflow(*start, lock->l_len - 1, end))
		return -EOVERFLOW;
	if (lock->l_len < 0) {
		*end = *start - 1;
		*start += lock->l_len;
		if (*start < 0)
			return -EINVAL;
	}
	return 0;
}

static struct locked_file *find(const struct stat *status)
{
	struct locked_file *at = locked_files;
	while (at && (at->device != status->st_dev || at->inode != status->st_ino))
		at = at->next;
	return at;
}

static struct locked_file *find_or_make(const struct file *file, const struct stat *status)
{
	struct locked_file *at = find(status);
	if (at)
		return at;
	at = calloc(1, sizeof *at);
	if (!at)
		return NULL;
	at->device = status->st_dev;
	at->inode = status->st_ino;
	at->host = -1;
	if (S_ISREG(status->st_mode)) {
		/* For both kinds of lock where the host allows it, whatever the guest opened it for. */
		struct file_host_path path = file_host_path(file->host);
		at->host = open(path.text, O_RDWR | O_CLOEXEC | O_NOCTTY);
		if (at->host < 0)
			at->host = open(path.text, (file->flags & O_ACCMODE) | O_CLOEXEC | O_NOCTTY);
		if (at->host < 0) {
			free(at);
			return NULL;
		}
	}
	at->next = locked_files;
	locked_files = at;
	return at;
}

/* Forgets a file in which nobody has a range or waits for one. */
static void let_go(struct locked_file *file)
{
	if (file->ranges || file->waiters)
		return;
	struct locked_file **at = &locked_files;
	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	if (file->host >= 0)
		close(file->host);
	free(file);
}

static void tell_waiters(const struct locked_file *file)
{
	atomic_fetch_add_explicit(&changes, 1, memory_order_release);
	if (file->waiters)
		HOST_CALL(SYS_futex, &changes, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

/* Sleeps, without the lock, until the ranges change, or until the host would give what is asked for. */
static int64_t wait_for(struct locked_file *file, bool for_host, const _Atomic uint32_t *attention,
			short type, int64_t start, int64_t end)
{
	struct flock lock = range_as_flock(type, start, end);
	uint32_t seen = atomic_load_explicit(&changes, memory_order_acquire);
	int64_t result;
	file->waiters++;
	pthread_mutex_unlock(&records_lock);
	if (for_host)
		result = host_call_interruptible(attention, SYS_fcntl, file->host, F_OFD_SETLKW, (long)&lock,
						 0, 0, 0);
	else
		result = host_call_interruptible(attention, SYS_futex, (long)&changes, FUTEX_WAIT_PRIVATE,
						 (long)seen, 0, 0, 0);
	pthread_mutex_lock(&records_lock);
	file->waiters--;
	return result == -EAGAIN && !for_host ? 0 : result;
}

/* Gets [start, end] for the owner, against other cages and on the host. */
static int64_t acquire(struct locked_file *file, const struct file_table *owner, short type, int64_t start,
		       int64_t end, const _Atomic uint32_t *attention)
{
	for (;;) {
		bool taken = range_conflict(file, owner, type, start, end);
		int64_t result = taken ? -EAGAIN : range_host_set(file, F_OFD_SETLK, type, start, end);
		if (result == -EACCES)
			result = -EAGAIN;
		if (result != -EAGAIN || !attention)
			return result;
		result = wait_for(file, !taken, attention, type, start, end);
		/* What the host gave meanwhile is not recorded: it is asked for again, or given up. */
		if (result < 0) {
			range_host_follow(file, start, end);
			return result;
		}
	}
}

int64_t file_lock(struct file_table *owner, uint32_t owner_id, struct file *file, const struct flock *lock,
		  const _Atomic uint32_t *attention)
{
	int64_t start, end;
	struct stat status;
	int access = file->flags & O_ACCMODE;
	int64_t result = bounds(file, lock, &start, &end);
	if (result < 0)
		return result;
	if (lock->l_type != F_RDLCK && lock->l_type != F_WRLCK && lock->l_type != F_UNLCK)
		return -EINVAL;
	if ((lock->l_type == F_RDLCK && access == O_WRONLY) ||
	    (lock->l_type == F_WRLCK && access == O_RDONLY))
		return -EBADF;
	if (fstat(file->host, &status))
		return -errno;
	struct range *spare = calloc(1, sizeof *spare), *range = calloc(1, sizeof *range);
	pthread_mutex_lock(&records_lock);
	struct locked_file *locked = lock->l_type == F_UNLCK ? find(&status) : find_or_make(file, &status);
	bool unlocks = lock->l_type == F_UNLCK;
	if (!spare || !range ||
	    (!unlocks && (!locked || file_table_count_locks(owner, 0) >= LIMIT_RECORD_LOCKS))) {
		result = -ENOLCK;
	} else if (locked && !unlocks) {
		result = acquire(locked, owner, lock->l_type, start, end, attention);
	}
	if (locked && result == 0) {
		range_cut(locked, owner, start, end, &spare);
		if (lock->l_type == F_UNLCK) {
			range_host_follow(locked, start, end);
		} else {
			*range = (struct range){NULL, owner, owner_id, lock->l_type, start, end};
			range_join(locked, range);
			range = NULL;
		}
		tell_waiters(locked);
	}
	if (locked)
		let_go(locked);
	pthread_mutex_unlock(&records_lock);
	free(spare);
	free(range);
	return result;
}

int64_t file_lock_test(struct file_table *owner, struct file *file, struct flock *lock)
{
	int64_t start, end;
	struct stat status;
	int64_t result = bounds(file, lock, &start, &end);
	if (result < 0)
		return result;
	if (lock->l_type != F_RDLCK && lock->l_type != F_WRLCK)
		return -EINVAL;
	if (fstat(file->host, &status))
		return -errno;
	CLEANUP_LOCK(&records_lock);
	struct locked_file *locked = find(&status);
	const struct range *other = locked ? range_conflict(locked, owner, lock->l_type, start, end) : NULL;
	if (other) {
		*lock = range_as_flock(other->type, other->start, other->end);
		lock->l_pid = (pid_t)other->owner_id;
		return 0;
	}
	struct flock host = range_as_flock(lock->l_type, start, end);
	int description = locked && locked->host >= 0 ? locked->host : file->host;
	result = HOST_CALL(SYS_fcntl, description, F_OFD_GETLK, &host);
	if (result == 0 && host.l_type != F_UNLCK)
		*lock = host;
	else if (result == 0)
		lock->l_type = F_UNLCK;
	return result;
}

static void release(struct locked_file *locked, struct file_table *owner)
{
	struct range *spare = NULL; /* cutting all leaves no halves */
	range_cut(locked, owner, 0, INT64_MAX, &spare);
	range_host_follow(locked, 0, INT64_MAX);
	tell_waiters(locked);
	let_go(locked);
}

void file_lock_release(struct file_table *owner, struct file *file)
{
	struct stat status;
	if (fstat(file->host, &status))
		return;
	CLEANUP_LOCK(&records_lock);
	struct locked_file *locked = find(&status);
	if (locked)
		release(locked, owner);
}

void file_lock_release_all(struct file_table *owner)
{
	CLEANUP_LOCK(&records_lock);
	for (struct locked_file *locked = locked_files, *next; locked; locked = next) {
		next = locked->next;
		release(locked, owner);
	}
}
