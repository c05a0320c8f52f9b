/* Socket options. Those listed are laid out alike on both sides and do nothing that a program without
 * privilege may not; all others don't exist. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "rawposix/files.h"
#include "rawposix/net.h"

/* No option below is longer. */
#define LONGEST 1024

/* Numbers of the times with 64 bits each, which some headers leave out. */
#define TIMESTAMP_64   63
#define TIMESTAMPNS_64 64
#define RCVTIMEO_64    66
#define SNDTIMEO_64    67

static bool socket_level(int option)
{
	switch (option) {
	case SO_REUSEADDR:
	case SO_TYPE:
	case SO_ERROR:
	case SO_DONTROUTE:
	case SO_BROADCAST:
	case SO_SNDBUF:
	case SO_RCVBUF:
	case SO_KEEPALIVE:
	case SO_OOBINLINE:
	case SO_LINGER:
	case SO_REUSEPORT:
	case SO_PASSCRED:
	case SO_PEERCRED:
	case SO_RCVLOWAT:
	case SO_SNDLOWAT:
	case SO_RCVTIMEO:
	case SO_SNDTIMEO:
	case SO_TIMESTAMP:
	case SO_TIMESTAMPNS:
	case SO_ACCEPTCONN:
	case SO_PROTOCOL:
	case SO_DOMAIN:
	case SO_PEEK_OFF:
	case SO_INCOMING_CPU:
	case SO_COOKIE:
	case TIMESTAMP_64:
	case TIMESTAMPNS_64:
	case RCVTIMEO_64:
	case SNDTIMEO_64:
		return true;
	case SO_BINDTODEVICE:
		return rawposix_network == NETWORK_HOST;
	default:
		return false;
	}
}

static bool ip_level(int option)
{
	switch (option) {
	case IP_TOS:
	case IP_TTL:
	case IP_PKTINFO:
	case IP_MTU_DISCOVER:
	case IP_RECVERR:
	case IP_RECVTTL:
	case IP_RECVTOS:
	case IP_MTU:
	case IP_MINTTL:
	case IP_BIND_ADDRESS_NO_PORT:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
		return true;
	case IP_MULTICAST_IF:
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return rawposix_network == NETWORK_HOST;
	default:
		return false;
	}
}

static bool ipv6_level(int option)
{
	switch (option) {
	case IPV6_UNICAST_HOPS:
	case IPV6_MULTICAST_HOPS:
	case IPV6_MULTICAST_LOOP:
	case IPV6_MTU_DISCOVER:
	case IPV6_MTU:
	case IPV6_RECVERR:
	case IPV6_V6ONLY:
	case IPV6_RECVPKTINFO:
	case IPV6_RECVHOPLIMIT:
	case IPV6_RECVTCLASS:
	case IPV6_TCLASS:
	case IPV6_DONTFRAG:
		return true;
	case IPV6_MULTICAST_IF:
	case IPV6_JOIN_GROUP:
	case IPV6_LEAVE_GROUP:
		return rawposix_network == NETWORK_HOST;
	default:
		return false;
	}
}

static bool tcp_level(int option)
{
	switch (option) {
	case TCP_NODELAY:
	case TCP_MAXSEG:
	case TCP_CORK:
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
	case TCP_KEEPCNT:
	case TCP_SYNCNT:
	case TCP_LINGER2:
	case TCP_DEFER_ACCEPT:
	case TCP_WINDOW_CLAMP:
	case TCP_INFO:
	case TCP_QUICKACK:
	case TCP_CONGESTION:
	case TCP_USER_TIMEOUT:
	case TCP_FASTOPEN:
	case TCP_FASTOPEN_CONNECT:
	case TCP_NOTSENT_LOWAT:
	case TCP_INQ:
		return true;
	default:
		return false;
	}
}

static bool is_served(int level, int option)
{
	switch (level) {
	case SOL_SOCKET:
		return socket_level(option);
	case IPPROTO_IP:
		return ip_level(option);
	case IPPROTO_IPV6:
		return ipv6_level(option);
	case IPPROTO_TCP:
		return tcp_level(option);
	case IPPROTO_UDP:
		return option == UDP_CORK || option == UDP_SEGMENT || option == UDP_GRO;
	default:
		return false;
	}
}

int64_t sys_setsockopt(struct call *call)
{
	uint8_t value[LONGEST];
	int level = call_int(call, 1), option = call_int(call, 2);
	int32_t length = call_int(call, 4);
	CALL_FILE(file, call, 0);
	if (length < 0)
		return -EINVAL;
	/* What is not a socket says so first. */
	int type;
	socklen_t size = sizeof type;
	if (getsockopt(file->host, SOL_SOCKET, SO_TYPE, &type, &size))
		return -errno;
	if (!is_served(level, option))
		return -ENOPROTOOPT;
	if ((size_t)length > sizeof value)
		length = sizeof value;
	int error = call_read(call, 3, value, (size_t)length);
	if (error)
		return error;
	return setsockopt(file->host, level, option, value, (socklen_t)length) ? -errno : 0;
}

int64_t sys_getsockopt(struct call *call)
{
	uint8_t value[LONGEST];
	int level = call_int(call, 1), option = call_int(call, 2);
	int32_t length;
	CALL_FILE(file, call, 0);
	int type;
	socklen_t size = sizeof type;
	if (getsockopt(file->host, SOL_SOCKET, SO_TYPE, &type, &size))
		return -errno;
	int error = call_read(call, 4, &length, sizeof length);
	if (error)
		return error;
	if (length < 0)
		return -EINVAL;
	if (!is_served(level, option))
		return -ENOPROTOOPT;
	size = (size_t)length < sizeof value ? (socklen_t)length : sizeof value;
	if (getsockopt(file->host, level, option, value, &size))
		return -errno;
	if (level == SOL_SOCKET && option == SO_PEERCRED && size >= sizeof(pid_t)) {
		/* The host knows this process; which cage it was, nobody does (socket_control.c). */
		const pid_t nobody = 0;
		memcpy(value, &nobody, sizeof nobody);
	}
	error = call_write(call, 3, value, size);
	uint32_t written = size;
	return error ? error : call_write(call, 4, &written, sizeof written);
}
