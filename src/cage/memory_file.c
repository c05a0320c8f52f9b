/* Files kept open for being mapped again. A file is found by device and inode, which stay its own as long as
 * it is open. */
#include "cage/memory_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

struct memory_file {
	struct memory_file *next; /* of the same bucket */
	unsigned references;
	dev_t device;
	ino_t inode;
	int host;
};

#define BUCKETS 64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct memory_file *buckets[BUCKETS];

/* Opened anew where that is allowed: locks belong to what was opened, and shall not outlive it. Not devices,
 * where it might do something. */
static int open_again(int host, const struct stat *status)
{
	struct file_host_path path = file_host_path(host);
	int fresh = S_ISREG(status->st_mode) ? open(path.text, O_RDONLY | O_CLOEXEC) : -1;

	return fresh < 0 ? fcntl(host, F_DUPFD_CLOEXEC, 0) : fresh;
}

static struct memory_file *keep_open(int host, const struct stat *status)
{
	struct memory_file *file = calloc(1, sizeof *file);

	if (!file)
		return NULL;
	*file = (struct memory_file){.references = 1,
				     .device = status->st_dev,
				     .inode = status->st_ino,
				     .host = open_again(host, status)};
	if (file->host < 0) {
		free(file);
		return NULL;
	}
	return file;
}

struct memory_file *memory_file_get(int host)
{
	struct memory_file *file, **bucket;
	struct stat status;

	if (fstat(host, &status) < 0)
		return NULL;
	bucket = &buckets[status.st_ino % BUCKETS];
	pthread_mutex_lock(&lock);
	for (file = *bucket; file; file = file->next)
		if (file->inode == status.st_ino && file->device == status.st_dev)
			break;
	if (file) {
		file->references++;
	} else if ((file = keep_open(host, &status))) {
		file->next = *bucket;
		*bucket = file;
	}
	pthread_mutex_unlock(&lock);
	return file;
}

struct memory_file *memory_file_ref(struct memory_file *file)
{
	if (!file)
		return NULL;
	pthread_mutex_lock(&lock);
	file->references++;
	pthread_mutex_unlock(&lock);
	return file;
}

void memory_file_unref(struct memory_file *file)
{
	struct memory_file **link;

	if (!file)
		return;
	pthread_mutex_lock(&lock);
	if (--file->references > 0) {
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

int memory_file_host(const struct memory_file *file)
{
	return file->host;
}
