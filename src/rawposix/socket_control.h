/* Control messages: what travels beside the bytes of a message. */
#ifndef LIND_RAWPOSIX_SOCKET_CONTROL_H
#define LIND_RAWPOSIX_SOCKET_CONTROL_H

#include <stdint.h>
#include <sys/socket.h>

#include "abi/call.h"
#include "file/file.h"

#define CONTROL_FILES 253 /* in one message, as Linux */

/* Control data on its way to the host: files are counted until the message is sent. */
struct control_out {
	void *host; /* owned */
	size_t length;
	unsigned file_count;
	struct file *files[CONTROL_FILES];
};

/* Reads `length` bytes of the guest's control messages and makes them the host's. Returns 0, or -errno as
 * sendmsg gives it. control_out_end afterwards, in any case. */
int control_read(struct call *call, const struct guest_memory *memory, uint32_t from, uint32_t length,
		 struct control_out *out);
void control_out_end(struct control_out *out);

/* Writes what the host has put into message->msg_control to the guest's `room` bytes at `to`: files become
 * descriptors of the cage, close-on-exec if `close_on_exec`. What has no room is dropped, and MSG_CTRUNC set
 * in message->msg_flags. *written says how many bytes the guest got. Returns 0 or -errno; then no descriptor
 * is left. */
int control_write(struct call *call, const struct guest_memory *memory, uint32_t to, uint32_t room,
		  bool close_on_exec, struct msghdr *message, uint32_t *written);

/* How much room the host needs for what fits into `room` bytes of a guest. */
size_t control_room(uint32_t room);

#endif
