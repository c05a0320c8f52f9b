/* Files sent through sockets are remembered by device and inode, each in the one slot that its hash gives. A
 * file that was pushed out of its slot, and one of which two kinds were sent, come out with less: without a
 * place in the view, or read-only. So nothing is gained by sending a file to oneself, and the table never
 * grows. */
#include "rawposix/socket_rights.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/cleanup.h"

#define SLOTS 1024

struct note {
	dev_t device;
	ino_t inode;
	const struct mount *mount;
	bool used, read_only;
};

static struct note notes[SLOTS];
static bool lost; /* a note was pushed out: what is unknown may be read-only */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct note *slot_of(const struct stat *status)
{
	uint64_t hash = (status->st_ino ^ (status->st_dev << 32)) * UINT64_C(0x9e3779b97f4a7c15);
	return &notes[hash >> 54];
}
_Static_assert(SLOTS == 1 << (64 - 54), "the hash's upper bits choose the slot");

static bool is_about(const struct note *note, const struct stat *status)
{
	return note->used && note->device == status->st_dev && note->inode == status->st_ino;
}

void rights_note(const struct file *file)
{
	struct stat status;
	if ((!file->mount && !file->read_only) || fstat(file->host, &status))
		return;
	CLEANUP_LOCK(&lock);
	struct note *note = slot_of(&status);
	if (is_about(note, &status)) {
		note->read_only |= file->read_only;
		if (note->mount != file->mount)
			note->mount = NULL;
		return;
	}
	lost |= note->used;
	*note = (struct note){status.st_dev, status.st_ino, file->mount, true, file->read_only};
}

struct file *rights_receive(int host)
{
	struct stat status;
	int flags = fcntl(host, F_GETFL);
	struct file *file = file_new(host, flags < 0 ? 0 : flags & (O_ACCMODE | O_PATH | O_DIRECTORY));
	if (!file || fstat(host, &status))
		return file;
	CLEANUP_LOCK(&lock);
	const struct note *note = slot_of(&status);
	if (is_about(note, &status)) {
		file->mount = note->mount;
		file->read_only = note->read_only;
	} else {
		file->read_only = lost;
	}
	return file;
}
