/* Message queues of POSIX: messages by priority, who waits, and whom an empty queue's next message is told
 * to. All with ipc_lock held, but where it says otherwise.
 *
 * A descriptor of a queue is one end of a socket pair, so that poll and its like work on it: it can be read
 * from while the queue holds messages, and written to while there is room; what really lies in the sockets is
 * nothing. Whoever reads or writes there himself deceives his own descriptor. */
#ifndef LIND_RAWPOSIX_MQUEUE_H
#define LIND_RAWPOSIX_MQUEUE_H

#include <linux/mqueue.h>

#include "file/file.h"
#include "rawposix/ipc.h"

struct mqueue_message {
	struct mqueue_message *next;
	uint32_t priority;
	size_t size;
	uint8_t text[];
};

/* A call that waits, on its thread's stack. */
struct mqueue_waiter {
	struct ipc_sleeper sleeper;
	struct mqueue_message *message; /* a sender's, or what a receiver has got */
	struct mqueue_waiter *next;
};

/* What a descriptor stands for. */
struct mqueue_open {
	struct mqueue *queue;
	int host, peer; /* the descriptor's, which is the file's, and the other end */
	bool readable, full;
	struct mqueue_open *next;
};

/* mq_notify's: `cage` counted, NULL: nobody is to be told. */
struct mqueue_notice {
	struct cage *cage;
	const struct file_table *table; /* that closes a descriptor of the queue: it is to be told no more */
	int notify, number;
	uint64_t value;
	struct file *socket; /* for SIGEV_THREAD; counted */
	uint8_t cookie[NOTIFY_COOKIE_LEN];
};

struct mqueue {
	struct ipc_object object;  /* permissions; the id counts for nothing */
	char name[256];            /* "": it has been unlinked */
	size_t room, message_size; /* messages, bytes */
	size_t taken;              /* bytes, of its makers' limit */
	struct mqueue_message *first;
	size_t count;
	struct mqueue_waiter *senders, *receivers;
	struct mqueue_open *opens;
	struct mqueue_notice notice;
	struct mqueue *next;
};

/* The queue of this name, or NULL. */
struct mqueue *mqueue_find(const char *name);
/* A new one, in the list. NULL and *error: -ENOSPC, -EMFILE (more than `limit` bytes for all), -ENOMEM. */
struct mqueue *mqueue_new(const char *name, size_t room, size_t message_size, uint64_t limit, int *error);
/* Takes the name away; with the last descriptor the queue goes. */
void mqueue_unlink(struct mqueue *queue);
/* A file for the queue, which then stays at least as long; or NULL: no memory or no descriptors. */
struct file *mqueue_open(struct mqueue *queue, int flags);
/* Without the lock: what the file stands for, or NULL: it is none of these. */
struct mqueue_open *mqueue_of(const struct file *file);

/* Puts a message into a queue that has room, or hands it to whoever waits. If somebody is to be told of that,
 * *notice is filled, to be told, and ended, without the lock. */
void mqueue_put(struct mqueue *queue, struct mqueue_message *message, struct mqueue_notice *notice);
/* The first message of a queue that has one; waiting senders go on, as above. */
struct mqueue_message *mqueue_take(struct mqueue *queue, struct mqueue_notice *notice);
void mqueue_enqueue(struct mqueue_waiter **list, struct mqueue_waiter *waiter);
void mqueue_dequeue(struct mqueue_waiter **list, const struct mqueue_waiter *waiter);

/* Without the lock: tells of a message that `sender` has put in, and gives back what the notice holds. */
void mqueue_tell(struct mqueue_notice *notice, const struct cage *sender);
/* The same where there will be no message; does nothing for an empty notice. */
void mqueue_tell_removed(struct mqueue_notice *notice);

/* The socket that glibc has for SIGEV_THREAD, for which the kernel has one of AF_NETLINK; `flags` are
 * socket(2)'s. Without the lock. NULL: no memory or no descriptors. */
struct file *mqueue_socket(int flags);
bool mqueue_is_socket(const struct file *file);

#endif
