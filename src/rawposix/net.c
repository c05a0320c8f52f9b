/* See net.h. Addresses of IPv4 are compared as IPv6's mapped ones, for which the kernel takes them too. */
#include "rawposix/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum rawposix_network rawposix_network = NETWORK_NONE;

#define MAPPED_BITS 96 /* of an IPv4 address in IPv6's form, those before it */
#define ALL_BITS    128

struct rule {
	struct in6_addr address;
	unsigned bits; /* of the address that count */
	uint16_t first, last;
};

static struct rule rules[2][LIMIT_NET_RULES];
static size_t counts[2];

/* -- parsing -- */

static struct in6_addr mapped(uint32_t address)
{
	struct in6_addr out = IN6ADDR_ANY_INIT;
	out.s6_addr[10] = out.s6_addr[11] = 0xff;
	memcpy(out.s6_addr + 12, &address, sizeof address);
	return out;
}

/* Decimal digits alone, to `end`. */
static bool parse_number(const char *text, const char *end, unsigned most, unsigned *out)
{
	unsigned value = 0;
	if (text == end)
		return false;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned)(*text - '0');
		if (value > most)
			return false;
	}
	*out = value;
	return true;
}

static bool parse_ports(const char *text, struct rule *out)
{
	const char *end = text + strlen(text), *dash = strchr(text, '-');
	unsigned first = 0, last = UINT16_MAX;
	if (strcmp(text, "*") != 0) {
		if (!parse_number(text, dash ? dash : end, UINT16_MAX, &first) || first == 0)
			return false;
		last = first;
		if (dash && !parse_number(dash + 1, end, UINT16_MAX, &last))
			return false;
	}
	out->first = (uint16_t)first;
	out->last = (uint16_t)last;
	return first <= last;
}

static bool parse_host(const char *text, size_t length, struct rule *out)
{
	char host[INET6_ADDRSTRLEN + 8];
	struct in_addr four;
	unsigned family_bits = 0, bits;
	if (length >= sizeof host)
		return false;
	memcpy(host, text, length);
	host[length] = 0;
	if (strcmp(host, "*") == 0) {
		out->bits = 0;
		return true;
	}
	char *slash = strchr(host, '/'), *close = strchr(host, ']');
	if (slash)
		*slash = 0;
	if (inet_pton(AF_INET, host, &four) == 1) {
		out->address = mapped(four.s_addr);
		family_bits = 32;
	} else if (host[0] == '[' && close && !close[1]) {
		*close = 0;
		if (inet_pton(AF_INET6, host + 1, &out->address) != 1)
			return false;
		family_bits = ALL_BITS;
	} else {
		return false;
	}
	bits = family_bits;
	if (slash && !parse_number(slash + 1, host + length, family_bits, &bits))
		return false;
	out->bits = ALL_BITS - family_bits + bits;
	return true;
}

static bool add(enum net_direction direction, const struct rule *rule)
{
	if (counts[direction] == LIMIT_NET_RULES)
		return false;
	rules[direction][counts[direction]++] = *rule;
	return true;
}

bool net_allow(enum net_direction direction, const char *text)
{
	static const char localhost[] = "localhost";
	const char *colon = strrchr(text, ':');
	struct rule rule = {.bits = 0};
	if (!parse_ports(colon ? colon + 1 : text, &rule) || (!colon && direction == NET_CONNECT))
		return false;
	if (!colon)
		return add(direction, &rule);
	size_t length = (size_t)(colon - text);
	if (length == strlen(localhost) && strncmp(text, localhost, length) == 0) {
		rule.address = mapped(htonl(INADDR_LOOPBACK));
		rule.bits = MAPPED_BITS + 8;
		if (!add(direction, &rule))
			return false;
		rule.address = in6addr_loopback;
		rule.bits = ALL_BITS;
		return add(direction, &rule);
	}
	return parse_host(text, length, &rule) && add(direction, &rule);
}

bool net_has_rules(void)
{
	return counts[NET_CONNECT] || counts[NET_LISTEN];
}

bool net_ports(enum net_direction direction, size_t index, uint16_t *first, uint16_t *last)
{
	if (index >= counts[direction])
		return false;
	*first = rules[direction][index].first;
	*last = rules[direction][index].last;
	return true;
}

/* -- checking -- */

static bool begins_like(const struct in6_addr *address, const struct rule *rule)
{
	unsigned whole = rule->bits / 8, rest = rule->bits % 8;
	if (memcmp(address, &rule->address, whole) != 0)
		return false;
	return !rest || !((address->s6_addr[whole] ^ rule->address.s6_addr[whole]) >> (8 - rest));
}

static bool allowed(enum net_direction direction, const struct in6_addr *address, uint16_t port)
{
	if (!net_has_rules())
		return true;
	for (size_t i = 0; i < counts[direction]; i++) {
		const struct rule *rule = &rules[direction][i];
		if (port >= rule->first && port <= rule->last && begins_like(address, rule))
			return true;
	}
	return false;
}

/* Takes an address of the internet apart; false: it is none, or too short to be. */
static bool take_apart(const struct sockaddr *any, socklen_t length, struct in6_addr *address, uint16_t *port)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	if (length < sizeof any->sa_family)
		return false;
	/* What is sent to AF_UNSPEC, or bound to it, Linux takes for IPv4's. */
	if ((any->sa_family == AF_INET || any->sa_family == AF_UNSPEC) && length >= sizeof four) {
		memcpy(&four, any, sizeof four);
		*address = mapped(four.sin_addr.s_addr);
		*port = ntohs(four.sin_port);
		return true;
	}
	/* Without the scope, which came later. */
	if (any->sa_family != AF_INET6 || length < offsetof(struct sockaddr_in6, sin6_scope_id))
		return false;
	memcpy(&six, any, offsetof(struct sockaddr_in6, sin6_scope_id));
	*address = six.sin6_addr;
	*port = ntohs(six.sin6_port);
	return true;
}

static bool is_any(const struct in6_addr *address)
{
	const struct in6_addr four = mapped(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(address) || memcmp(address, &four, sizeof four) == 0;
}

static bool is_loopback(const struct in6_addr *address)
{
	const struct rule four = {.address = mapped(htonl(INADDR_LOOPBACK)), .bits = MAPPED_BITS + 8};
	return IN6_IS_ADDR_LOOPBACK(address) || begins_like(address, &four);
}

/* A refusal, where the socket is one of the internet: others' addresses the kernel judges. */
static int refuse(int host, int error)
{
	int domain;
	socklen_t size = sizeof domain;
	if (getsockopt(host, SOL_SOCKET, SO_DOMAIN, &domain, &size))
		return 0;
	return domain == AF_INET || domain == AF_INET6 ? error : 0;
}

int net_check_send(int host, const struct sockaddr *any, socklen_t length)
{
	struct in6_addr address;
	uint16_t port;
	if ((rawposix_network == NETWORK_HOST && !net_has_rules()) ||
	    !take_apart(any, length, &address, &port))
		return 0;
	if (is_any(&address)) /* which Linux takes for the loopback's */
		address =
			IN6_IS_ADDR_UNSPECIFIED(&address) ? in6addr_loopback : mapped(htonl(INADDR_LOOPBACK));
	if (rawposix_network == NETWORK_NONE)
		return refuse(host, -EACCES);
	if (rawposix_network == NETWORK_LOOPBACK && !is_loopback(&address))
		return refuse(host, -ENETUNREACH);
	return allowed(NET_CONNECT, &address, port) ? 0 : refuse(host, -EACCES);
}

int net_check_connect(int host, const struct sockaddr *any, socklen_t length)
{
	/* To connect to AF_UNSPEC is to end a connection. */
	if (length >= sizeof any->sa_family && any->sa_family == AF_UNSPEC)
		return 0;
	return net_check_send(host, any, length);
}

int net_check_bind(int host, const struct sockaddr *any, socklen_t length)
{
	struct in6_addr address;
	uint16_t port;
	if ((rawposix_network == NETWORK_HOST && !net_has_rules()) ||
	    !take_apart(any, length, &address, &port))
		return 0;
	if (rawposix_network == NETWORK_NONE)
		return refuse(host, -EACCES);
	if (rawposix_network == NETWORK_LOOPBACK && !is_any(&address) && !is_loopback(&address))
		return refuse(host, -EADDRNOTAVAIL);
	/* Any port that is free is a client's wish; to listen there is checked again. */
	return port == 0 || allowed(NET_LISTEN, &address, port) ? 0 : refuse(host, -EACCES);
}

int net_check_listen(int host)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	struct in6_addr address;
	uint16_t port;
	if (!net_has_rules() || getsockname(host, (struct sockaddr *)&bound, &length) ||
	    !take_apart((struct sockaddr *)&bound, length, &address, &port))
		return 0;
	return allowed(NET_LISTEN, &address, port) ? 0 : -EACCES;
}
