/* See mqueue.h. */
#include "rawposix/mqueue.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "cage/cage.h"

static struct mqueue *queues;
static size_t queue_count;
static uint64_t taken;

/* What Linux counts for a message beside its text. */
#define MESSAGE_COST 96

struct mqueue *mqueue_find(const char *name)
{
	struct mqueue *queue = queues;

	while (queue && strcmp(queue->name, name) != 0)
		queue = queue->next;
	return queue;
}

struct mqueue *mqueue_new(const char *name, size_t room, size_t message_size, uint64_t limit, int *error)
{
	size_t takes = room * (message_size + MESSAGE_COST);
	struct mqueue *queue;

	*error = queue_count >= LIMIT_MESSAGE_QUEUES ? -ENOSPC : taken + takes > limit ? -EMFILE : -ENOMEM;
	if (*error != -ENOMEM || !(queue = calloc(1, sizeof *queue)))
		return NULL;
	snprintf(queue->name, sizeof queue->name, "%s", name);
	queue->room = room;
	queue->message_size = message_size;
	queue->taken = takes;
	queue->next = queues;
	queues = queue;
	queue_count++;
	taken += takes;
	return queue;
}

/* Gives the queue back if nothing leads to it any more. */
static void queue_end(struct mqueue *queue)
{
	struct mqueue **link = &queues;

	if (*queue->name || queue->opens)
		return;
	while (*link != queue)
		link = &(*link)->next;
	*link = queue->next;
	queue_count--;
	taken -= queue->taken;
	for (struct mqueue_message *message = queue->first, *next; message; message = next) {
		next = message->next;
		free(message);
	}
	free(queue);
}

void mqueue_unlink(struct mqueue *queue)
{
	*queue->name = 0;
	queue_end(queue);
}

/* -- descriptors -- */

static const uint8_t filler[8192];
/* A guest that plays with its socket meanwhile shall not keep us. */
#define MOST_TURNS 64

/* Makes the descriptor's socket look like the queue. Nothing here can block. */
static void show(struct mqueue_open *open)
{
	bool readable = open->queue->count, full = open->queue->count >= open->queue->room;
	uint8_t drain[sizeof filler];

	if (readable && !open->readable)
		send(open->peer, filler, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (!readable && open->readable)
		recv(open->host, drain, sizeof drain, MSG_DONTWAIT);
	for (int i = 0; i < MOST_TURNS && full && !open->full; i++)
		if (send(open->host, filler, sizeof filler, MSG_DONTWAIT | MSG_NOSIGNAL) <= 0)
			break;
	for (int i = 0; i < MOST_TURNS && !full && open->full; i++)
		if (recv(open->peer, drain, sizeof drain, MSG_DONTWAIT) <= 0)
			break;
	open->readable = readable;
	open->full = full;
}

static void show_all(const struct mqueue *queue)
{
	for (struct mqueue_open *open = queue->opens; open; open = open->next)
		show(open);
}

static void ended(struct file *file)
{
	struct mqueue_open *open = file->context, **link;

	pthread_mutex_lock(&ipc_lock);
	for (link = &open->queue->opens; *link != open;)
		link = &(*link)->next;
	*link = open->next;
	queue_end(open->queue);
	pthread_mutex_unlock(&ipc_lock);
	close(open->peer);
	free(open);
}

/* As Linux: whichever descriptor of the queue it is that a program closes. */
static void closed(struct file *file, const struct file_table *table)
{
	struct mqueue *queue = ((struct mqueue_open *)file->context)->queue;
	struct mqueue_notice notice = {0};

	pthread_mutex_lock(&ipc_lock);
	if (queue->notice.cage && queue->notice.table == table) {
		notice = queue->notice;
		queue->notice = (struct mqueue_notice){0};
	}
	pthread_mutex_unlock(&ipc_lock);
	mqueue_tell_removed(&notice);
}

struct mqueue_open *mqueue_of(const struct file *file)
{
	return file->ended == ended ? file->context : NULL;
}

struct file *mqueue_open(struct mqueue *queue, int flags)
{
	struct mqueue_open *open = calloc(1, sizeof *open);
	int type = SOCK_STREAM | SOCK_CLOEXEC, least = 1, pair[2];
	struct file *file = NULL;

	if (open && socketpair(AF_UNIX, type | (flags & O_NONBLOCK ? SOCK_NONBLOCK : 0), 0, pair) == 0) {
		setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
		file = file_new(pair[0], flags & O_ACCMODE);
		if (!file)
			close(pair[1]);
	}
	if (!file) {
		free(open);
		return NULL;
	}
	*open = (struct mqueue_open){.queue = queue, .host = pair[0], .peer = pair[1], .next = queue->opens};
	queue->opens = open;
	file->context = open;
	file->ended = ended;
	file->closed = closed;
	show(open);
	return file;
}

/* -- messages -- */

void mqueue_enqueue(struct mqueue_waiter **list, struct mqueue_waiter *waiter)
{
	while (*list)
		list = &(*list)->next;
	waiter->next = NULL;
	*list = waiter;
}

void mqueue_dequeue(struct mqueue_waiter **list, const struct mqueue_waiter *waiter)
{
	while (*list && *list != waiter)
		list = &(*list)->next;
	if (*list)
		*list = waiter->next;
}

static void insert(struct mqueue *queue, struct mqueue_message *message)
{
	struct mqueue_message **link = &queue->first;

	while (*link && (*link)->priority >= message->priority)
		link = &(*link)->next;
	message->next = *link;
	*link = message;
	queue->count++;
}

void mqueue_put(struct mqueue *queue, struct mqueue_message *message, struct mqueue_notice *notice)
{
	struct mqueue_waiter *receiver = queue->receivers;

	if (receiver) {
		queue->receivers = receiver->next;
		receiver->message = message;
		ipc_wake(&receiver->sleeper, 0);
		return;
	}
	insert(queue, message);
	if (queue->count == 1 && queue->notice.cage) {
		*notice = queue->notice;
		queue->notice = (struct mqueue_notice){0};
	}
	show_all(queue);
}

struct mqueue_message *mqueue_take(struct mqueue *queue, struct mqueue_notice *notice)
{
	struct mqueue_message *message = queue->first;
	struct mqueue_waiter *sender = queue->senders;

	queue->first = message->next;
	queue->count--;
	if (sender) {
		struct mqueue_message *next = sender->message;

		queue->senders = sender->next;
		sender->message = NULL;
		ipc_wake(&sender->sleeper, 0);
		mqueue_put(queue, next, notice);
	} else {
		show_all(queue);
	}
	return message;
}

/* -- telling -- */

static void socket_ended(struct file *file)
{
	int *peer = file->context;

	close(*peer);
	free(peer);
}

bool mqueue_is_socket(const struct file *file)
{
	return file->ended == socket_ended;
}

struct file *mqueue_socket(int flags)
{
	int *peer = malloc(sizeof *peer), pair[2];
	struct file *file = NULL;

	if (peer && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | (flags & SOCK_NONBLOCK), 0, pair) == 0) {
		file = file_new(pair[0], O_RDWR);
		if (!file)
			close(pair[1]);
	}
	if (!file) {
		free(peer);
		return NULL;
	}
	shutdown(pair[0], SHUT_WR); /* there is nobody to tell */
	*peer = pair[1];
	file->context = peer;
	file->ended = socket_ended;
	return file;
}

static void send_cookie(struct mqueue_notice *notice, uint8_t code)
{
	notice->cookie[NOTIFY_COOKIE_LEN - 1] = code;
	send(*(int *)notice->socket->context, notice->cookie, sizeof notice->cookie,
	     MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void notice_end(struct mqueue_notice *notice)
{
	if (notice->socket)
		file_unref(notice->socket);
	cage_unref(notice->cage);
	notice->cage = NULL;
}

void mqueue_tell(struct mqueue_notice *notice, const struct cage *sender)
{
	const struct signal_info info = {
		.number = notice->number,
		.code = SI_MESGQ,
		.sender_id = sender->id,
		.sender_uid = sender->credentials.uid,
		.value = notice->value,
	};

	if (!notice->cage)
		return;
	if (notice->notify == SIGEV_SIGNAL && info.number)
		signal_send_cage(notice->cage, &info);
	if (notice->notify == SIGEV_THREAD)
		send_cookie(notice, NOTIFY_WOKENUP);
	notice_end(notice);
}

void mqueue_tell_removed(struct mqueue_notice *notice)
{
	if (!notice->cage)
		return;
	if (notice->notify == SIGEV_THREAD)
		send_cookie(notice, NOTIFY_REMOVED);
	notice_end(notice);
}
