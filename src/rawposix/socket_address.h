/* Socket addresses on their way between a guest and the host. Internet addresses pass untouched; those of
 * AF_UNIX are names in the guest's view of the file system, or in a name space of abstract names that belongs
 * to this run alone. */
#ifndef LIND_RAWPOSIX_SOCKET_ADDRESS_H
#define LIND_RAWPOSIX_SOCKET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "abi/call.h"
#include "file/file.h"

struct socket_address {
	union {
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_storage storage;
	};
	socklen_t length;
	bool has_place;
	struct file_place place; /* keeps what `local` names reachable */
};

/* Copies the address in. Returns 0, -EINVAL (too long) or -EFAULT. Whatever it returns, address_end may be
 * called. */
int address_read(const struct guest_memory *memory, uint64_t from, uint32_t length,
		 struct socket_address *out);
/* Makes it one that the host can be given to connect or send to. Returns 0 or -errno. */
int address_resolve(struct call *call, struct socket_address *address);
void address_end(struct socket_address *address);

/* Binds `socket` of the host to the address, which has been read but not resolved. Returns 0 or -errno. */
int address_bind(struct call *call, int socket, struct socket_address *address);

/* Makes an address that the host has given out the guest's. */
void address_virtualize(struct socket_address *address);
/* Writes it to `to`, cut to the `room` that the guest has; its full length goes to `length_to`. Returns 0 or
 * -EFAULT. */
int address_write(const struct guest_memory *memory, uint64_t to, uint32_t room,
		  const struct guest_memory *length_memory, uint64_t length_to,
		  const struct socket_address *address);

#endif
