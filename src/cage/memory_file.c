/* Files kept open for being mapped again. A file is found by device and inode, which stay its own as long as
 * it is open. */
#include "cage/memory_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

#define BUCKETS       64
#define SNAPSHOT_SIZE (UINT64_C(1) << 62)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct memory_file *buckets[BUCKETS];

/* Takes `host` over. */
static struct memory_file *keep(int host, const struct stat *status)
{
	struct memory_file *file = host >= 0 ? calloc(1, sizeof *file) : NULL;
	struct memory_file **bucket = &buckets[status->st_ino % BUCKETS];

	if (!file) {
		if (host >= 0)
			close(host);
		return NULL;
	}
	file->host = host;
	atomic_init(&file->references, 1);
	file->device = status->st_dev;
	file->inode = status->st_ino;
	file->next = *bucket;
	*bucket = file;
	return file;
}

/* Opened anew where that is allowed: locks belong to what was opened, and shall not outlive it. Not devices,
 * where it might do something. */
static int open_again(int host, const struct stat *status)
{
	struct file_host_path path = file_host_path(host);
	int fresh = S_ISREG(status->st_mode) ? open(path.text, O_RDONLY | O_CLOEXEC) : -1;

	return fresh < 0 ? fcntl(host, F_DUPFD_CLOEXEC, 0) : fresh;
}

struct memory_file *memory_file_get(int host)
{
	struct memory_file *file;
	struct stat status;

	if (fstat(host, &status) < 0)
		return NULL;
	pthread_mutex_lock(&lock);
	for (file = buckets[status.st_ino % BUCKETS]; file; file = file->next)
		if (file->inode == status.st_ino && file->device == status.st_dev)
			break;
	if (file)
		memory_file_ref(file);
	else
		file = keep(open_again(host, &status), &status);
	pthread_mutex_unlock(&lock);
	return file;
}

struct memory_file *memory_file_new(void)
{
	int host = memfd_create("lind", MFD_CLOEXEC);
	struct memory_file *file;
	struct stat status;

	if (host < 0)
		return NULL;
	if (ftruncate(host, (off_t)SNAPSHOT_SIZE) < 0 || fstat(host, &status) < 0) {
		close(host);
		return NULL;
	}
	pthread_mutex_lock(&lock);
	file = keep(host, &status);
	pthread_mutex_unlock(&lock);
	return file;
}

unsigned memory_file_count(const struct memory_file *file)
{
	return atomic_load_explicit(&file->references, memory_order_acquire);
}

struct memory_file *memory_file_ref(struct memory_file *file)
{
	if (file)
		atomic_fetch_add_explicit(&file->references, 1, memory_order_relaxed);
	return file;
}

void memory_file_unref(struct memory_file *file)
{
	struct memory_file **link;

	if (!file)
		return;
	/* Under the lock, since whoever finds it in its bucket counts it. */
	pthread_mutex_lock(&lock);
	if (atomic_fetch_sub_explicit(&file->references, 1, memory_order_acq_rel) != 1) {
		pthread_mutex_unlock(&lock);
		return;
	}
	for (link = &buckets[file->inode % BUCKETS]; *link != file;)
		link = &(*link)->next;
	*link = file->next;
	pthread_mutex_unlock(&lock);
	close(file->host);
	free(file);
}
