/* What of the network cages may use. All of it is settled before the first cage runs, and constant after. */
#ifndef LIND_RAWPOSIX_NET_H
#define LIND_RAWPOSIX_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum rawposix_network {
	NETWORK_NONE,     /* sockets between cages, and on paths of their view; any other is -EACCES */
	NETWORK_LOOPBACK, /* also internet sockets, which the host's kernel holds to its loopback interface */
	NETWORK_HOST,     /* also internet sockets that reach whatever the host does */
};

extern enum rawposix_network rawposix_network;

/* Rules: while there are none, all that the network offers is allowed; with any, of either direction, only
 * what one names. */
enum net_direction {
	NET_CONNECT, /* whom a socket may be connected to or send to */
	NET_LISTEN,  /* where it may be bound and listen */
};

/* Adds the rule HOST:PORT, or for NET_LISTEN PORT alone. HOST is an address (of IPv6 in []), with /BITS all
 * that begin like it, "localhost", or "*"; PORT a number, a range N-M, or "*". False: that is none, or there
 * are too many. */
bool net_allow(enum net_direction direction, const char *text);
bool net_has_rules(void);
/* The ports of a direction's rules, one by one: false past the last. */
bool net_ports(enum net_direction direction, size_t index, uint16_t *first, uint16_t *last);

/* Before a socket of the host is connected to the address or sends to it, is bound to it, or listens. 0, or
 * what Linux says: -ENETUNREACH and -EADDRNOTAVAIL for what is not there under NETWORK_LOOPBACK, -EACCES for
 * what a firewall would stop. Addresses that are not the internet's are somebody else's to check. */
int net_check_connect(int host, const struct sockaddr *address, socklen_t length);
int net_check_send(int host, const struct sockaddr *address, socklen_t length);
int net_check_bind(int host, const struct sockaddr *address, socklen_t length);
int net_check_listen(int host);

#endif
