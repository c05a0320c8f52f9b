/* What of the network cages may use. */
#ifndef LIND_RAWPOSIX_NET_H
#define LIND_RAWPOSIX_NET_H

enum rawposix_network {
	NETWORK_NONE,     /* sockets between cages, and on paths of their view; any other is -EACCES */
	NETWORK_LOOPBACK, /* also internet sockets, which the host's kernel holds to its loopback interface */
	NETWORK_HOST,     /* also internet sockets that reach whatever the host does */
};

/* Set once at start. */
extern enum rawposix_network rawposix_network;

#endif
