/* Control messages have a size and an alignment of their own in the guest. Of the host's kinds, files and
 * credentials change on the way; the contents of all others are laid out alike. The host knows no cages: a
 * sender's process id is 0, as for one that Linux cannot name in the receiver's terms. */
#include "rawposix/socket_control.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/layout.h"
#include "cage/cage.h"
#include "rawposix/net.h"
#include "rawposix/socket_rights.h"

#define CONTROL_LARGEST 65536
#define HEADER          sizeof(struct guest_cmsghdr)

size_t control_room(uint32_t room)
{
	/* A header takes 4 bytes more than the guest's, and data up to 4 more; twelve bytes become at
	 * most 24. */
	if (!room)
		return 0;
	return 2 * (size_t)(room < CONTROL_LARGEST ? room : CONTROL_LARGEST) + 64;
}

/* -- to the host -- */

/* Makes the descriptors in `data` the host's. */
static int send_files(struct call *call, const uint8_t *data, size_t length, struct control_out *out,
		      uint8_t *host)
{
	size_t count = length / sizeof(int32_t);
	if (count > CONTROL_FILES - out->file_count)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		int32_t descriptor;
		memcpy(&descriptor, data + i * sizeof descriptor, sizeof descriptor);
		struct file *file = file_get(call->cage->files, descriptor);
		if (!file)
			return -EBADF;
		out->files[out->file_count++] = file;
		rights_note(file);
		memcpy(host + i * sizeof file->host, &file->host, sizeof file->host);
	}
	return 0;
}

/* A cage may show its own ids, which for the host are this process'. */
static int send_credentials(struct call *call, const uint8_t *data, size_t length, uint8_t *host)
{
	struct ucred ids;
	const struct cage_credentials *own = &call->cage->credentials;
	if (length != sizeof ids)
		return -EINVAL;
	memcpy(&ids, data, sizeof ids);
	if ((uint32_t)ids.pid != call->cage->id ||
	    (ids.uid != own->uid && ids.uid != own->euid && ids.uid != own->suid) ||
	    (ids.gid != own->gid && ids.gid != own->egid && ids.gid != own->sgid))
		return -EPERM;
	ids = (struct ucred){getpid(), getuid(), getgid()};
	memcpy(host, &ids, sizeof ids);
	return 0;
}

/* One message's data, `length` bytes of it, for the host. */
static int send_one(struct call *call, const struct guest_cmsghdr *header, const uint8_t *data, size_t length,
		    struct control_out *out, uint8_t *host)
{
	if (header->level == SOL_SOCKET && header->type == SCM_RIGHTS)
		return send_files(call, data, length, out, host);
	if (header->level == SOL_SOCKET && header->type == SCM_CREDENTIALS)
		return send_credentials(call, data, length, host);
	/* Others than the socket's could name another interface than the one that the socket is held to, or a
	 * way by another host than the rules allow. */
	if (header->level != SOL_SOCKET && (rawposix_network != NETWORK_HOST || net_has_rules()))
		return -EPERM;
	memcpy(host, data, length);
	return 0;
}

int control_read(struct call *call, const struct guest_memory *memory, uint32_t from, uint32_t length,
		 struct control_out *out)
{
	out->host = NULL;
	out->length = 0;
	out->file_count = 0;
	if (!length)
		return 0;
	if (length > CONTROL_LARGEST)
		return -ENOBUFS;
	size_t room = control_room(length);
	uint8_t *copy = malloc(length);
	uint8_t *host = calloc(1, room);
	out->host = host;
	int error = copy && host ? guest_read(memory, copy, from, length) : -ENOMEM;
	for (size_t at = 0; !error && length - at >= HEADER;) {
		struct guest_cmsghdr header;
		memcpy(&header, copy + at, HEADER);
		if (header.length < HEADER || header.length > length - at) {
			error = -EINVAL;
			break;
		}
		size_t data = header.length - HEADER;
		struct cmsghdr host_header = {CMSG_LEN(data), header.level, header.type};
		memcpy(host + out->length, &host_header, sizeof host_header);
		error = send_one(call, &header, copy + at + HEADER, data, out,
				 host + out->length + CMSG_LEN(0));
		out->length += CMSG_SPACE(data);
		size_t step = GUEST_CMSG_ALIGN(header.length);
		at = step < length - at ? at + step : length;
	}
	free(copy);
	return error;
}

void control_out_end(struct control_out *out)
{
	for (unsigned i = 0; i < out->file_count; i++)
		file_unref(out->files[i]);
	free(out->host);
}

/* -- to the guest -- */

/* The guest's buffer as it fills. */
struct control_in {
	uint8_t *bytes;
	size_t room, used;
	bool cut;
	unsigned count;
	int descriptors[CONTROL_FILES];
};

/* Appends a message, cut to what fits. */
static void append(struct control_in *in, int level, int type, const void *data, size_t length)
{
	if (in->room - in->used < HEADER) {
		in->cut = true;
		return;
	}
	if (length > in->room - in->used - HEADER) {
		length = in->room - in->used - HEADER;
		in->cut = true;
	}
	struct guest_cmsghdr header = {(uint32_t)(HEADER + length), level, type};
	memcpy(in->bytes + in->used, &header, HEADER);
	memcpy(in->bytes + in->used + HEADER, data, length);
	size_t step = GUEST_CMSG_ALIGN(header.length);
	in->used = step < in->room - in->used ? in->used + step : in->room;
}

/* Gives the cage as many of the host's descriptors as have room; the others are closed. */
static void receive_files(struct call *call, struct control_in *in, const uint8_t *data, size_t length,
			  bool close_on_exec)
{
	uint64_t limit = call->cage->limits[RLIMIT_NOFILE].rlim_cur;
	size_t count = length / sizeof(int), first = in->count;
	size_t fits = in->room - in->used < HEADER ? 0 : (in->room - in->used - HEADER) / sizeof(int32_t);
	for (size_t i = 0; i < count; i++) {
		int host, descriptor = -1;
		memcpy(&host, data + i * sizeof host, sizeof host);
		if (i < fits && in->count < CONTROL_FILES) {
			struct file *file = rights_receive(host);
			if (file)
				descriptor = file_install(call->cage->files, file, 0, limit, close_on_exec);
		} else {
			close(host);
		}
		if (descriptor >= 0) {
			in->descriptors[in->count++] = descriptor;
		} else {
			/* One that cannot be had ends the list. */
			fits = 0;
			in->cut = true;
		}
	}
	if (in->count > first)
		append(in, SOL_SOCKET, SCM_RIGHTS, in->descriptors + first,
		       (in->count - first) * sizeof *in->descriptors);
}

static void receive_one(struct call *call, struct control_in *in, const struct cmsghdr *header,
			bool close_on_exec)
{
	const uint8_t *data = CMSG_DATA(header);
	size_t length = header->cmsg_len - CMSG_LEN(0);
	if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
		receive_files(call, in, data, length, close_on_exec);
	} else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS) {
		struct ucred ids;
		memcpy(&ids, data, sizeof ids);
		ids.pid = 0;
		append(in, SOL_SOCKET, SCM_CREDENTIALS, &ids, sizeof ids);
	} else {
		append(in, header->cmsg_level, header->cmsg_type, data, length);
	}
}

int control_write(struct call *call, const struct guest_memory *memory, uint32_t to, uint32_t room,
		  bool close_on_exec, struct msghdr *message, uint32_t *written)
{
	struct control_in in = {.room = room < CONTROL_LARGEST ? room : CONTROL_LARGEST};
	*written = 0;
	if (!message->msg_control || !message->msg_controllen)
		return 0;
	in.bytes = calloc(1, in.room + 1);
	if (!in.bytes)
		in.room = 0;
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header))
		receive_one(call, &in, header, close_on_exec);
	if (in.cut)
		message->msg_flags |= MSG_CTRUNC;
	int error = in.used ? guest_write(memory, to, in.bytes, in.used) : 0;
	for (unsigned i = 0; error && i < in.count; i++)
		file_close(call->cage->files, in.descriptors[i]);
	*written = (uint32_t)in.used;
	free(in.bytes);
	return error;
}
