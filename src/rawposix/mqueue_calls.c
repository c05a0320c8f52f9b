/* Message queues of POSIX: mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "abi/layout.h"
#include "rawposix/files.h"
#include "rawposix/mqueue.h"

_Static_assert(sizeof(struct mq_attr) == 64, "guests have it as on x86-64: docs/abi.md");

/* Reads a name, which has lost its '/' on the way here. */
static int read_name(struct call *call, char name[static 256])
{
	int64_t length = guest_read_string(call_memory(call, 0), name, call_address(call, 0), 256);

	if (length == 0)
		return -ENOENT;
	if (length < 0)
		return (int)length;
	return strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ? -EACCES : 0;
}

/* -- opening -- */

static struct mqueue *make(struct call *call, const char *name, const struct mq_attr *wanted, int *error)
{
	const struct cage_credentials *who = &call->cage->credentials;
	mode_t mode = call_unsigned(call, 2) & 0777 & ~file_space_umask(call->cage->space);
	struct mqueue *queue;

	*error = -EINVAL;
	if (wanted->mq_maxmsg <= 0 || wanted->mq_maxmsg > LIMIT_QUEUE_MESSAGES || wanted->mq_msgsize <= 0 ||
	    wanted->mq_msgsize > LIMIT_QUEUE_MESSAGE)
		return NULL;
	queue = mqueue_new(name, (size_t)wanted->mq_maxmsg, (size_t)wanted->mq_msgsize,
			   call->cage->limits[RLIMIT_MSGQUEUE].rlim_cur, error);
	if (queue)
		queue->object.permission = (struct ipc_perm){.uid = who->euid,
							     .gid = who->egid,
							     .cuid = who->euid,
							     .cgid = who->egid,
							     .mode = mode};
	return queue;
}

static struct mqueue *find_or_make(struct call *call, const char *name, const struct mq_attr *wanted,
				   int *error)
{
	static const unsigned asks[] = {[O_RDONLY] = 0444, [O_WRONLY] = 0222, [O_RDWR] = 0666};
	int flags = call_int(call, 1);
	struct mqueue *queue = mqueue_find(name);

	if (!queue && !(flags & O_CREAT)) {
		*error = -ENOENT;
		return NULL;
	}
	if (!queue)
		return make(call, name, wanted, error);
	if ((flags & O_CREAT) && (flags & O_EXCL))
		*error = -EEXIST;
	else if ((flags & O_ACCMODE) == O_ACCMODE)
		*error = -EINVAL;
	else
		*error = ipc_may(call, &queue->object, asks[flags & O_ACCMODE]);
	return *error < 0 ? NULL : queue;
}

int64_t sys_mq_open(struct call *call)
{
	struct mq_attr wanted = {.mq_maxmsg = LIMIT_QUEUE_MESSAGES, .mq_msgsize = LIMIT_QUEUE_MESSAGE};
	uint64_t limit = call_descriptor_limit(call);
	struct file *file = NULL;
	struct mqueue *queue;
	char name[256];
	bool fresh;
	int error;

	if (call_address(call, 3) && call_read(call, 3, &wanted, sizeof wanted))
		return -EFAULT;
	error = read_name(call, name);
	if (error < 0)
		return error;
	if (!file_can_install(call->cage->files, limit))
		return -EMFILE;
	pthread_mutex_lock(&ipc_lock);
	fresh = !mqueue_find(name);
	queue = find_or_make(call, name, &wanted, &error);
	if (queue) {
		error = -ENFILE;
		file = mqueue_open(queue, call_int(call, 1));
	}
	if (queue && !file && fresh)
		mqueue_unlink(queue);
	pthread_mutex_unlock(&ipc_lock);
	return file ? file_install(call->cage->files, file, 0, limit, true) : error;
}

int64_t sys_mq_unlink(struct call *call)
{
	struct mqueue *queue;
	char name[256];
	int error = read_name(call, name);

	if (error < 0)
		return error;
	CLEANUP_LOCK(&ipc_lock);
	queue = mqueue_find(name);
	if (!queue)
		return -ENOENT;
	error = ipc_owns(call, &queue->object);
	if (error == 0)
		mqueue_unlink(queue);
	return error;
}

/* -- messages -- */

/* Reads the time in argument 4: 1, 0 if there is none, or -errno. */
static int read_deadline(struct call *call, struct timespec *deadline)
{
	if (!call_address(call, 4))
		return 0;
	if (call_read(call, 4, deadline, sizeof *deadline))
		return -EFAULT;
	return deadline->tv_sec < 0 || deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000 ? -EINVAL : 1;
}

/* May this file do it at all? `unfit`: the access mode that can't. */
static struct mqueue_open *open_for(const struct file *file, int unfit)
{
	struct mqueue_open *open = mqueue_of(file);

	return open && (file->flags & O_ACCMODE) != unfit ? open : NULL;
}

/* With the lock held: waits in `list`. */
static int64_t wait_in(struct call *call, struct mqueue_waiter **list, struct mqueue_waiter *waiter,
		       const struct timespec *deadline, const struct file *file)
{
	int64_t result;

	if (HOST_CALL(SYS_fcntl, file->host, F_GETFL, 0) & O_NONBLOCK)
		return -EAGAIN;
	mqueue_enqueue(list, waiter);
	result = ipc_sleep(call, &waiter->sleeper, deadline, true);
	if (!atomic_load_explicit(&waiter->sleeper.done, memory_order_relaxed))
		mqueue_dequeue(list, waiter);
	return result == -EAGAIN ? -ETIMEDOUT : result;
}

int64_t sys_mq_timedsend(struct call *call)
{
	uint64_t size = call_size(call, 2);
	struct mqueue_notice notice = {0};
	struct mqueue_waiter waiter = {0};
	struct mqueue_message *message;
	struct timespec deadline;
	struct mqueue_open *open;
	int64_t result = 0;
	int limited = read_deadline(call, &deadline);

	if (limited < 0)
		return limited;
	if (call_unsigned(call, 3) >= MQ_PRIO_MAX)
		return -EINVAL;
	CALL_FILE(file, call, 0);
	open = open_for(file, O_RDONLY);
	if (!open)
		return -EBADF;
	if (size > open->queue->message_size)
		return -EMSGSIZE;
	message = malloc(sizeof *message + size);
	if (!message)
		return -ENOMEM;
	message->priority = call_unsigned(call, 3);
	message->size = size;
	if (call_read(call, 1, message->text, size)) {
		free(message);
		return -EFAULT;
	}
	pthread_mutex_lock(&ipc_lock);
	if (open->queue->count < open->queue->room) {
		mqueue_put(open->queue, message, &notice);
	} else {
		waiter.message = message;
		result = wait_in(call, &open->queue->senders, &waiter, limited ? &deadline : NULL, file);
		if (result < 0)
			free(message);
	}
	pthread_mutex_unlock(&ipc_lock);
	mqueue_tell(&notice, call->cage);
	return result;
}

int64_t sys_mq_timedreceive(struct call *call)
{
	struct mqueue_notice notice = {0};
	struct mqueue_waiter waiter = {0};
	cleanup_free struct mqueue_message *message = NULL;
	struct timespec deadline;
	struct mqueue_open *open;
	int64_t result = 0;
	int limited = read_deadline(call, &deadline);

	if (limited < 0)
		return limited;
	CALL_FILE(file, call, 0);
	open = open_for(file, O_WRONLY);
	if (!open)
		return -EBADF;
	if (call_size(call, 2) < open->queue->message_size)
		return -EMSGSIZE;
	pthread_mutex_lock(&ipc_lock);
	if (open->queue->count) {
		message = mqueue_take(open->queue, &notice);
	} else {
		result = wait_in(call, &open->queue->receivers, &waiter, limited ? &deadline : NULL, file);
		message = waiter.message;
	}
	pthread_mutex_unlock(&ipc_lock);
	mqueue_tell(&notice, call->cage);
	if (result < 0)
		return result;
	if ((call_address(call, 3) && call_write(call, 3, &message->priority, sizeof message->priority)) ||
	    call_write(call, 1, message->text, message->size))
		return -EFAULT;
	return (int64_t)message->size;
}

/* -- mq_notify -- */

/* Fills in what is to be told; *out owns nothing after an error. */
static int read_notice(struct call *call, struct mqueue_notice *out)
{
	struct guest_sigevent event;

	if (call_read(call, 1, &event, sizeof event))
		return -EFAULT;
	out->notify = event.notify;
	out->number = event.number;
	out->value = event.value;
	out->table = call->cage->files;
	switch (event.notify) {
	case SIGEV_NONE:
		break;
	case SIGEV_SIGNAL:
		if (event.number < 0 || event.number > SIGNAL_COUNT)
			return -EINVAL;
		break;
	case SIGEV_THREAD:
		if (guest_read(call_memory(call, 1), out->cookie, event.value, sizeof out->cookie))
			return -EFAULT;
		out->socket = file_get(call->cage->files, event.number);
		if (!out->socket)
			return -EBADF;
		if (!mqueue_is_socket(out->socket)) {
			file_unref(out->socket);
			return -EINVAL;
		}
		break;
	default:
		return -EINVAL;
	}
	out->cage = cage_ref(call->cage);
	return 0;
}

int64_t sys_mq_notify(struct call *call)
{
	struct mqueue_notice notice = {0}, none = {0};
	bool wanted = call_address(call, 1);
	struct mqueue_open *open;
	int64_t result = wanted ? read_notice(call, &notice) : 0;

	if (result < 0)
		return result;
	cleanup_file struct file *file = call_file(call, 0);
	open = file ? mqueue_of(file) : NULL;
	pthread_mutex_lock(&ipc_lock);
	if (!open) {
		result = -EBADF;
	} else if (wanted && open->queue->notice.cage) {
		result = -EBUSY;
	} else if (wanted) {
		open->queue->notice = notice;
		notice = none;
	} else if (open->queue->notice.cage == call->cage) {
		notice = open->queue->notice;
		open->queue->notice = none;
	}
	pthread_mutex_unlock(&ipc_lock);
	if (result < 0)
		notice.notify = SIGEV_NONE; /* it never was in force: nothing to tell */
	mqueue_tell_removed(&notice);
	return result;
}

int64_t sys_mq_getsetattr(struct call *call)
{
	struct mq_attr wanted, now = {0};
	bool sets = call_address(call, 1);
	struct mqueue_open *open;
	int64_t flags;

	if (sets && call_read(call, 1, &wanted, sizeof wanted))
		return -EFAULT;
	if (sets && (wanted.mq_flags & ~(int64_t)O_NONBLOCK))
		return -EINVAL;
	CALL_FILE(file, call, 0);
	open = mqueue_of(file);
	if (!open)
		return -EBADF;
	pthread_mutex_lock(&ipc_lock);
	flags = HOST_CALL(SYS_fcntl, file->host, F_GETFL, 0);
	now.mq_flags = flags & O_NONBLOCK;
	now.mq_maxmsg = (int64_t)open->queue->room;
	now.mq_msgsize = (int64_t)open->queue->message_size;
	now.mq_curmsgs = (int64_t)open->queue->count;
	if (sets)
		HOST_CALL(SYS_fcntl, file->host, F_SETFL, (flags & ~(int64_t)O_NONBLOCK) | wanted.mq_flags);
	pthread_mutex_unlock(&ipc_lock);
	return call_address(call, 2) && call_write(call, 2, &now, sizeof now) ? -EFAULT : 0;
}
