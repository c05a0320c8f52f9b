/* See pidfd.h. Each is one end of a socket pair, which becomes readable when the cage has ended: what else a
 * guest does with it can keep nobody. */
#include "rawposix/pidfd.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "rawposix/files.h"

struct pidfd {
	struct cage *cage; /* counted */
	int peer;
	struct pidfd *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pidfd *all;

static void ended(struct file *file)
{
	struct pidfd *pidfd = file->context, **link;

	pthread_mutex_lock(&lock);
	for (link = &all; *link != pidfd;)
		link = &(*link)->next;
	*link = pidfd->next;
	pthread_mutex_unlock(&lock);
	close(pidfd->peer);
	cage_unref(pidfd->cage);
	free(pidfd);
}

struct cage *pidfd_cage(const struct file *file)
{
	return file->ended == ended ? ((const struct pidfd *)file->context)->cage : NULL;
}

/* With the lock held. */
static void tell(const struct pidfd *pidfd)
{
	send(pidfd->peer, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void pidfd_cage_ended(const struct cage *cage)
{
	CLEANUP_LOCK(&lock);
	for (struct pidfd *pidfd = all; pidfd; pidfd = pidfd->next)
		if (pidfd->cage == cage)
			tell(pidfd);
}

/* Takes `cage` over. */
static struct file *make(struct cage *cage, int flags)
{
	int type = SOCK_STREAM | SOCK_CLOEXEC | (flags & O_NONBLOCK ? SOCK_NONBLOCK : 0), pair[2] = {-1, -1};
	struct pidfd *pidfd = malloc(sizeof *pidfd);
	struct file *file = NULL;

	if (pidfd && socketpair(AF_UNIX, type, 0, pair) == 0)
		file = file_new(pair[0], O_RDWR);
	if (!file) {
		if (pair[1] >= 0)
			close(pair[1]);
		free(pidfd);
		cage_unref(cage);
		return NULL;
	}
	shutdown(pair[1], SHUT_RD);
	file->context = pidfd;
	file->ended = ended;
	pthread_mutex_lock(&lock);
	*pidfd = (struct pidfd){.cage = cage, .peer = pair[1], .next = all};
	all = pidfd;
	/* If it has not ended by now, its end finds this one in the list. */
	if (atomic_load_explicit(&cage->state, memory_order_acquire) >= CAGE_ZOMBIE)
		tell(pidfd);
	pthread_mutex_unlock(&lock);
	return file;
}

int64_t sys_pidfd_open(struct call *call)
{
	int32_t id = call_int(call, 0);
	unsigned flags = call_unsigned(call, 1);
	struct cage *cage;
	struct file *file;

	if (id <= 0 || flags & ~(unsigned)O_NONBLOCK)
		return -EINVAL;
	cage = cage_get((uint64_t)id);
	if (!cage)
		return -ESRCH;
	file = make(cage, (int)flags);
	return file ? file_install(call->cage->files, file, 0, call_descriptor_limit(call), true) : -EMFILE;
}
