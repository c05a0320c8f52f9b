/* Sockets: making them, their addresses, connections. */
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "rawposix/files.h"
#include "rawposix/mqueue.h"
#include "rawposix/net.h"
#include "rawposix/socket_address.h"

#define TYPE_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)

/* Says whether a cage may have such a socket: 0 or -errno. Protocols of the host that could be used to
 * configure it, and all families that have seen little scrutiny, don't exist for guests; raw sockets are
 * refused as to any program without privilege. */
static int socket_allowed(int domain, int type, int protocol)
{
	switch (domain) {
	case AF_UNIX:
		return 0;
	case AF_INET:
	case AF_INET6:
		break;
	default:
		return -EAFNOSUPPORT;
	}
	switch (type) {
	case SOCK_STREAM:
		if (protocol && protocol != IPPROTO_TCP)
			return -EPROTONOSUPPORT;
		break;
	case SOCK_DGRAM:
		if (protocol && protocol != IPPROTO_UDP && protocol != IPPROTO_ICMP &&
		    protocol != IPPROTO_ICMPV6)
			return -EPROTONOSUPPORT;
		break;
	case SOCK_RAW:
	case SOCK_PACKET:
		return -EPERM;
	default:
		return -ESOCKTNOSUPPORT;
	}
	return rawposix_network == NETWORK_NONE ? -EACCES : 0;
}

/* Gives a socket of the host (taken over) to the cage. */
static int64_t install(struct call *call, int64_t host, int flags)
{
	return call_install(call, host, O_RDWR, flags & SOCK_CLOEXEC);
}

/* The one that glibc wants for mq_notify. It can't be told from one that asks for the network's devices, but
 * refuses all that such a one is for. */
static int64_t notice_socket(struct call *call, int type)
{
	struct file *file = mqueue_socket(type & TYPE_FLAGS);
	if (!file)
		return -ENOMEM;
	return file_install(call->cage->files, file, 0, call_descriptor_limit(call), type & SOCK_CLOEXEC);
}

int64_t sys_socket(struct call *call)
{
	int domain = call_int(call, 0), type = call_int(call, 1), protocol = call_int(call, 2);
	if (type & ~(0xf | TYPE_FLAGS))
		return -EINVAL;
	if (domain == AF_NETLINK && (type & 0xf) == SOCK_RAW && protocol == 0)
		return notice_socket(call, type);
	int error = socket_allowed(domain, type & 0xf, protocol);
	if (error)
		return error;
	int host = socket(domain, type | SOCK_CLOEXEC, protocol);
	if (host < 0)
		return -errno;
	/* The kernel holds it, and what it accepts, to the interface; the option stays out of the guest's
	 * reach. */
	static const char loopback[] = "lo";
	if (domain != AF_UNIX && rawposix_network == NETWORK_LOOPBACK &&
	    setsockopt(host, SOL_SOCKET, SO_BINDTODEVICE, loopback, sizeof loopback)) {
		close(host);
		return -EACCES;
	}
	return install(call, host, type);
}

int64_t sys_socketpair(struct call *call)
{
	int domain = call_int(call, 0), type = call_int(call, 1), hosts[2];
	if (type & ~(0xf | TYPE_FLAGS))
		return -EINVAL;
	if (domain != AF_UNIX)
		return domain == AF_INET || domain == AF_INET6 ? -EOPNOTSUPP : -EAFNOSUPPORT;
	if (socketpair(domain, type | SOCK_CLOEXEC, call_int(call, 2), hosts))
		return -errno;
	int64_t first = install(call, hosts[0], type);
	if (first < 0) {
		close(hosts[1]);
		return first;
	}
	int64_t second = install(call, hosts[1], type);
	const int32_t pair[2] = {(int32_t)first, (int32_t)second};
	int64_t error = second < 0 ? second : call_write(call, 3, pair, sizeof pair);
	if (!error)
		return 0;
	file_close(call->cage->files, (int)first);
	if (second >= 0)
		file_close(call->cage->files, (int)second);
	return error;
}

int64_t sys_bind(struct call *call)
{
	struct socket_address address;
	CALL_FILE(file, call, 0);
	int64_t error =
		address_read(call_memory(call, 1), call_address(call, 1), call_unsigned(call, 2), &address);
	if (!error)
		error = net_check_bind(file->host, &address.any, address.length);
	if (!error)
		error = address_bind(call, file->host, &address);
	address_end(&address);
	return error;
}

int64_t sys_connect(struct call *call)
{
	struct socket_address address;
	CALL_FILE(file, call, 0);
	int64_t error =
		address_read(call_memory(call, 1), call_address(call, 1), call_unsigned(call, 2), &address);
	if (!error)
		error = net_check_connect(file->host, &address.any, address.length);
	if (!error)
		error = address_resolve(call, &address);
	if (!error)
		error = call_waiting(call, file, SYS_connect, file->host, (long)&address.any,
				     (long)address.length, 0, 0, 0);
	address_end(&address);
	return error;
}

int64_t sys_listen(struct call *call)
{
	CALL_FILE(file, call, 0);
	int error = net_check_listen(file->host);
	if (!error && listen(file->host, call_int(call, 1)))
		error = -errno;
	return error;
}

int64_t sys_shutdown(struct call *call)
{
	CALL_FILE(file, call, 0);
	return shutdown(file->host, call_int(call, 1)) ? -errno : 0;
}

/* Writes an address to arguments 1 and 2, where the kernel would. */
static int give_address(struct call *call, struct socket_address *address)
{
	int32_t room;
	int error = call_read(call, 2, &room, sizeof room);
	if (error)
		return error;
	if (room < 0)
		return -EINVAL;
	address_virtualize(address);
	return address_write(call_memory(call, 1), call_address(call, 1), (uint32_t)room,
			     call_memory(call, 2), call_address(call, 2), address);
}

static int64_t accept_connection(struct call *call, int flags)
{
	struct socket_address address = {.length = sizeof address.storage};
	if (flags & ~TYPE_FLAGS)
		return -EINVAL;
	CALL_FILE(file, call, 0);
	int64_t host = call_waiting(call, file, SYS_accept4, file->host, (long)&address.any,
				    (long)&address.length, flags | SOCK_CLOEXEC, 0, 0);
	if (host < 0)
		return host;
	int error = call_address(call, 1) ? give_address(call, &address) : 0;
	if (error) {
		close((int)host);
		return error;
	}
	return install(call, host, flags);
}

int64_t sys_accept(struct call *call)
{
	return accept_connection(call, 0);
}

int64_t sys_accept4(struct call *call)
{
	return accept_connection(call, call_int(call, 3));
}

static int64_t get_name(struct call *call, int (*get)(int, struct sockaddr *, socklen_t *))
{
	struct socket_address address = {.length = sizeof address.storage};
	CALL_FILE(file, call, 0);
	if (get(file->host, &address.any, &address.length))
		return -errno;
	return give_address(call, &address);
}

static int own_name(int socket, struct sockaddr *address, socklen_t *length)
{
	return getsockname(socket, address, length);
}

static int peer_name(int socket, struct sockaddr *address, socklen_t *length)
{
	return getpeername(socket, address, length);
}

int64_t sys_getsockname(struct call *call)
{
	return get_name(call, own_name);
}

int64_t sys_getpeername(struct call *call)
{
	return get_name(call, peer_name);
}
