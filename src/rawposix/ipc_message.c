/* System V message queues: msgget msgsnd msgrcv msgctl. A message's type is a guest's long: 32 bits. */
#include <errno.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/stat.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/ipc.h"

_Static_assert(sizeof(struct msqid_ds) == 120, "guests have it as on x86-64: docs/abi.md");

struct message {
	struct message *next;
	int32_t type;
	size_t size;
	uint8_t text[];
};

/* What a receiver takes. */
struct choice {
	int32_t type;
	int flags;
	size_t room;
};

/* A call that waits, on its thread's stack. */
struct waiter {
	struct ipc_sleeper sleeper;
	struct message *message; /* a sender's, or what a receiver has got */
	struct choice choice;
	uint32_t cage;
	struct waiter *next;
};

struct queue {
	struct ipc_object object;
	struct message *first, **end;
	struct waiter *senders, *receivers; /* the eldest first */
	size_t bytes, count, limit;
	int64_t sent, received, changed; /* times */
	uint32_t sender, receiver;
};

static size_t total; /* what all messages take */

static size_t cost(size_t size)
{
	return sizeof(struct message) + size;
}

static struct message *message_new(size_t size)
{
	struct message *message = NULL;

	pthread_mutex_lock(&ipc_lock);
	if (cost(size) <= LIMIT_MESSAGES_BYTES - total && (message = malloc(cost(size))))
		total += cost(size);
	pthread_mutex_unlock(&ipc_lock);
	if (message)
		message->size = size;
	return message;
}

/* With the lock held. */
static void message_free(struct message *message)
{
	if (message)
		total -= cost(message->size);
	free(message);
}

static int fits(struct call *call, const struct ipc_object *object)
{
	(void)call, (void)object;
	return 0;
}

static struct ipc_object *make(struct call *call, int *error)
{
	struct queue *queue = calloc(1, sizeof *queue);

	(void)call;
	*error = -ENOMEM;
	if (!queue)
		return NULL;
	queue->end = &queue->first;
	queue->limit = LIMIT_QUEUE_BYTES;
	queue->changed = ipc_now();
	return &queue->object;
}

static void wake_all(struct waiter *waiter)
{
	for (struct waiter *next; waiter; waiter = next) {
		next = waiter->next;
		ipc_wake(&waiter->sleeper, -EIDRM);
	}
}

static void queue_free(struct ipc_object *object)
{
	struct queue *queue = (struct queue *)object;

	wake_all(queue->senders);
	wake_all(queue->receivers);
	for (struct message *message = queue->first, *next; message; message = next) {
		next = message->next;
		message_free(message);
	}
	free(queue);
}

static struct ipc_table table = {.limit = LIMIT_IPC_OBJECTS, .fits = fits, .make = make, .free = queue_free};

static struct queue *find(int id, int *error)
{
	return (struct queue *)ipc_find(&table, id, error);
}

int64_t sys_msgget(struct call *call)
{
	return ipc_get(&table, call, call_int(call, 1));
}

static void enqueue(struct waiter **list, struct waiter *waiter)
{
	while (*list)
		list = &(*list)->next;
	waiter->next = NULL;
	*list = waiter;
}

static void dequeue(struct waiter **list, const struct waiter *waiter)
{
	while (*list && *list != waiter)
		list = &(*list)->next;
	if (*list)
		*list = waiter->next;
}

/* -- sending -- */

static bool wants(const struct choice *choice, const struct message *message)
{
	if (choice->type == 0)
		return true;
	if (choice->type < 0)
		return message->type <= -(int64_t)choice->type;
	return (message->type == choice->type) != !!(choice->flags & MSG_EXCEPT);
}

static bool too_long(const struct choice *choice, const struct message *message)
{
	return message->size > choice->room && !(choice->flags & MSG_NOERROR);
}

static bool has_room(const struct queue *queue, const struct message *message)
{
	return message->size + queue->bytes <= queue->limit && queue->count < queue->limit;
}

static void note_received(struct queue *queue, uint32_t cage)
{
	queue->receiver = cage;
	queue->received = ipc_now();
}

/* Hands the message to whoever waits for it, or puts it into the queue. */
static void deliver(struct queue *queue, struct message *message, uint32_t cage)
{
	struct waiter *receiver = queue->receivers, *next;

	queue->sender = cage;
	queue->sent = ipc_now();
	message->next = NULL;
	for (; receiver; receiver = next) {
		bool refused = too_long(&receiver->choice, message);

		next = receiver->next;
		if (!wants(&receiver->choice, message))
			continue;
		dequeue(&queue->receivers, receiver);
		if (!refused) {
			receiver->message = message;
			note_received(queue, receiver->cage);
		}
		ipc_wake(&receiver->sleeper, refused ? -E2BIG : 0);
		if (!refused)
			return;
	}
	*queue->end = message;
	queue->end = &message->next;
	queue->bytes += message->size;
	queue->count++;
}

/* There is room again: those who wait to send go on, in their order. */
static void serve_senders(struct queue *queue)
{
	struct waiter *sender;

	while ((sender = queue->senders) && has_room(queue, sender->message)) {
		struct message *message = sender->message;
		uint32_t cage = sender->cage;

		queue->senders = sender->next;
		sender->message = NULL;
		ipc_wake(&sender->sleeper, 0);
		deliver(queue, message, cage);
	}
}

/* With the lock held. Takes the message over where it sets *message to NULL. */
static int64_t send_locked(struct call *call, struct message **message, int flags)
{
	struct waiter waiter = {.message = *message, .cage = call->cage->id};
	int error, id = call_int(call, 0);
	struct queue *queue = find(id, &error);
	int64_t result = queue ? ipc_may(call, &queue->object, 0222) : error;

	if (result < 0)
		return result;
	if (!queue->senders && has_room(queue, *message)) {
		deliver(queue, *message, waiter.cage);
		*message = NULL;
		return 0;
	}
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	enqueue(&queue->senders, &waiter);
	result = ipc_sleep(call, &waiter.sleeper, NULL, false);
	if (!atomic_load_explicit(&waiter.sleeper.done, memory_order_relaxed))
		dequeue(&queue->senders, &waiter); /* nobody has woken it, so its queue is still there */
	*message = waiter.message;
	return result == -EINTR ? -ERESTARTNOHAND : result;
}

int64_t sys_msgsnd(struct call *call)
{
	uint64_t size = call_size(call, 2), from = call_address(call, 1);
	struct message *message;
	int64_t result;
	int32_t type;

	if (call_read(call, 1, &type, sizeof type))
		return -EFAULT;
	if (size > LIMIT_MESSAGE_BYTES || call_int(call, 0) < 0 || type < 1)
		return -EINVAL;
	message = message_new(size);
	if (!message)
		return -ENOMEM;
	message->type = type;
	result = guest_read(call_memory(call, 1), message->text, from + sizeof type, size);
	pthread_mutex_lock(&ipc_lock);
	if (result == 0)
		result = send_locked(call, &message, call_int(call, 3));
	message_free(message);
	pthread_mutex_unlock(&ipc_lock);
	return result;
}

/* -- receiving -- */

/* The message that the choice means, as the link to it, or NULL. */
static struct message **choose(struct queue *queue, const struct choice *choice)
{
	struct message **best = NULL;

	for (struct message **link = &queue->first; *link; link = &(*link)->next) {
		if (!wants(choice, *link))
			continue;
		if (choice->type >= 0)
			return link;
		/* The lowest type of those; the eldest of it. */
		if (!best || (*link)->type < (*best)->type)
			best = link;
	}
	return best;
}

/* MSG_COPY: a copy of the message at this place. */
static int64_t copy(struct queue *queue, const struct choice *choice, struct message **out)
{
	struct message *message = queue->first;

	for (int32_t i = 0; message && i != choice->type; i++)
		message = message->next;
	if (!message)
		return -ENOMSG;
	if (too_long(choice, message))
		return -E2BIG;
	*out = cost(message->size) <= LIMIT_MESSAGES_BYTES - total ? malloc(cost(message->size)) : NULL;
	if (!*out)
		return -ENOMEM;
	total += cost(message->size);
	__builtin_memcpy(*out, message, cost(message->size));
	return 0;
}

static struct message *take(struct queue *queue, struct message **link)
{
	struct message *message = *link;

	*link = message->next;
	if (queue->end == &message->next)
		queue->end = link;
	queue->bytes -= message->size;
	queue->count--;
	return message;
}

/* With the lock held. */
static int64_t receive_locked(struct call *call, const struct choice *choice, struct message **out)
{
	struct waiter waiter = {.choice = *choice, .cage = call->cage->id};
	int error, id = call_int(call, 0);
	struct queue *queue = find(id, &error);
	int64_t result = queue ? ipc_may(call, &queue->object, 0444) : error;
	struct message **link;

	if (result < 0)
		return result;
	if (choice->flags & MSG_COPY)
		return copy(queue, choice, out);
	link = choose(queue, choice);
	if (link && too_long(choice, *link))
		return -E2BIG;
	if (link) {
		*out = take(queue, link);
		note_received(queue, waiter.cage);
		serve_senders(queue);
		return 0;
	}
	if (choice->flags & IPC_NOWAIT)
		return -ENOMSG;
	enqueue(&queue->receivers, &waiter);
	result = ipc_sleep(call, &waiter.sleeper, NULL, false);
	if (!atomic_load_explicit(&waiter.sleeper.done, memory_order_relaxed))
		dequeue(&queue->receivers, &waiter);
	*out = waiter.message;
	return result == -EINTR ? -ERESTARTNOHAND : result;
}

int64_t sys_msgrcv(struct call *call)
{
	const struct choice choice = {
		.type = call_int(call, 3), .flags = call_int(call, 4), .room = call_size(call, 2)};
	uint64_t to = call_address(call, 1);
	struct message *message = NULL;
	int64_t result;
	size_t size;

	if (call_int(call, 0) < 0 || choice.room > INT32_MAX)
		return -EINVAL;
	if ((choice.flags & MSG_COPY) && ((choice.flags & MSG_EXCEPT) || !(choice.flags & IPC_NOWAIT)))
		return -EINVAL;
	pthread_mutex_lock(&ipc_lock);
	result = receive_locked(call, &choice, &message);
	pthread_mutex_unlock(&ipc_lock);
	if (result < 0)
		return result;
	size = message->size < choice.room ? message->size : choice.room;
	result = call_write(call, 1, &message->type, sizeof message->type);
	if (result == 0)
		result = guest_write(call_memory(call, 1), to + sizeof message->type, message->text, size);
	pthread_mutex_lock(&ipc_lock);
	message_free(message);
	pthread_mutex_unlock(&ipc_lock);
	return result < 0 ? result : (int64_t)size;
}

/* -- msgctl -- */

static int64_t tell_limits(struct call *call, int command)
{
	struct msginfo info = {.msgpool = LIMIT_IPC_OBJECTS * LIMIT_QUEUE_BYTES / 1024,
			       .msgmap = LIMIT_QUEUE_BYTES,
			       .msgmax = LIMIT_MESSAGE_BYTES,
			       .msgmnb = LIMIT_QUEUE_BYTES,
			       .msgmni = LIMIT_IPC_OBJECTS,
			       .msgssz = 16,
			       .msgtql = LIMIT_QUEUE_BYTES,
			       .msgseg = UINT16_MAX};
	int highest;

	pthread_mutex_lock(&ipc_lock);
	if (command == MSG_INFO) {
		size_t messages = 0, bytes = 0;

		for (int i = ipc_highest(&table); i >= 0; i--) {
			const struct queue *queue = (const struct queue *)ipc_at(&table, i);

			messages += queue ? queue->count : 0;
			bytes += queue ? queue->bytes : 0;
		}
		info.msgpool = (int)table.count;
		info.msgmap = (int)messages;
		info.msgtql = (int)bytes;
	}
	highest = ipc_highest(&table);
	pthread_mutex_unlock(&ipc_lock);
	return call_write(call, 2, &info, sizeof info) ? -EFAULT : highest;
}

static int64_t tell_status(struct call *call, int command)
{
	struct msqid_ds out = {0};
	const struct queue *queue;
	int error = -EINVAL;
	int64_t result;

	pthread_mutex_lock(&ipc_lock);
	queue = command == IPC_STAT ? find(call_int(call, 0), &error)
				    : (const struct queue *)ipc_at(&table, call_int(call, 0));
	result = !queue ? error : command == MSG_STAT_ANY ? 0 : ipc_may(call, &queue->object, 0444);
	if (result == 0) {
		out.msg_perm = queue->object.permission;
		out.msg_stime = queue->sent;
		out.msg_rtime = queue->received;
		out.msg_ctime = queue->changed;
		out.__msg_cbytes = queue->bytes;
		out.msg_qnum = queue->count;
		out.msg_qbytes = queue->limit;
		out.msg_lspid = (pid_t)queue->sender;
		out.msg_lrpid = (pid_t)queue->receiver;
		result = command == IPC_STAT ? 0 : queue->object.id;
	}
	pthread_mutex_unlock(&ipc_lock);
	return result >= 0 && call_write(call, 2, &out, sizeof out) ? -EFAULT : result;
}

static int64_t change(struct call *call, int command)
{
	struct msqid_ds wanted;
	struct queue *queue;
	int error;

	if (command == IPC_SET && call_read(call, 2, &wanted, sizeof wanted))
		return -EFAULT;
	CLEANUP_LOCK(&ipc_lock);
	queue = find(call_int(call, 0), &error);
	if (queue)
		error = ipc_owns(call, &queue->object);
	if (error < 0 || !queue)
		return error;
	if (command == IPC_RMID) {
		ipc_remove(&table, &queue->object);
		return 0;
	}
	if (wanted.msg_qbytes > LIMIT_QUEUE_BYTES)
		return -EPERM;
	error = ipc_set(&queue->object, &wanted.msg_perm);
	if (error < 0)
		return error;
	queue->limit = wanted.msg_qbytes;
	queue->changed = ipc_now();
	serve_senders(queue);
	return 0;
}

int64_t sys_msgctl(struct call *call)
{
	int command = ipc_command(call, 1);

	if (call_int(call, 0) < 0)
		return -EINVAL;
	switch (command) {
	case IPC_INFO:
	case MSG_INFO:
		return tell_limits(call, command);
	case IPC_STAT:
	case MSG_STAT:
	case MSG_STAT_ANY:
		return tell_status(call, command);
	case IPC_SET:
	case IPC_RMID:
		return change(call, command);
	default:
		return -EINVAL;
	}
}
