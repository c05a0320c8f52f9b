/* What has a length or a count: addresses of sockets, sets and vectors. */
#include "structures.h"

#include "words.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Elements of a vector that are shown; "..." stands for the rest. */
#define SHOWN 32

struct guest_iovec {
	uint32_t base, length;
};

struct guest_msghdr {
	uint32_t name, name_length, vector, vector_length, control, control_length;
	int32_t flags;
};
_Static_assert(sizeof(struct guest_msghdr) == 28, "msghdr");

struct guest_pollfd {
	int32_t fd;
	int16_t events, results;
};

bool structure_put_bytes(struct text *text, const struct place *place, uint64_t length, size_t string_limit,
			 bool hexadecimal)
{
	size_t shown = length < string_limit ? (size_t)length : string_limit;
	char *bytes = grate_take(place->call, shown ? shown : 1);
	if (!bytes || grate_read_at(place->call, place->cage, place->address, bytes, shown))
		return false;
	text_quoted(text, bytes, shown, hexadecimal);
	if (shown < length)
		text_put(text, "...");
	return true;
}

static bool put_address(struct text *text, const struct place *place, uint64_t length)
{
	union {
		sa_family_t family;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		char bytes[sizeof(struct sockaddr_storage)];
	} address = {0};
	char name[INET6_ADDRSTRLEN];
	if (length > sizeof address)
		length = sizeof address;
	if (length < sizeof address.family ||
	    grate_read_at(place->call, place->cage, place->address, &address, (size_t)length))
		return false;
	text_put(text, "{sa_family=");
	words_put_inner(text, WORDS_ADDRESS_FAMILY, address.family);
	if (address.family == AF_INET && length >= sizeof address.in) {
		text_format(text, ", sin_port=htons(%u), sin_addr=inet_addr(\"%s\")",
			    ntohs(address.in.sin_port),
			    inet_ntop(AF_INET, &address.in.sin_addr, name, sizeof name));
	} else if (address.family == AF_INET6 && length >= sizeof address.in6) {
		text_format(text,
			    ", sin6_port=htons(%u), sin6_flowinfo=htonl(%u), inet_pton(AF_INET6, \"%s\", "
			    "&sin6_addr), sin6_scope_id=%u",
			    ntohs(address.in6.sin6_port), ntohl(address.in6.sin6_flowinfo),
			    inet_ntop(AF_INET6, &address.in6.sin6_addr, name, sizeof name),
			    address.in6.sin6_scope_id);
	} else if (address.family == AF_UNIX && length > sizeof address.family) {
		const char *path = address.un.sun_path;
		size_t size = (size_t)length - sizeof address.family;
		bool abstract = !*path;
		text_put(text, abstract ? ", sun_path=@" : ", sun_path=");
		text_quoted(text, path + abstract, abstract ? size - 1 : strnlen(path, size), false);
	} else if (length > sizeof address.family) {
		text_put(text, ", sa_data=");
		text_quoted(text, address.bytes + sizeof address.family,
			    (size_t)length - sizeof address.family, false);
	}
	text_put(text, "}");
	return true;
}

/* The poll vector as it goes in, or, `results`, what came out. */
static bool put_polls(struct text *text, const struct place *place, uint64_t count, bool results)
{
	const char *join = "";
	text_put(text, "[");
	for (uint64_t i = 0, shown = 0; i < count; i++) {
		struct guest_pollfd poll;
		if (shown == SHOWN) {
			text_format(text, "%s...", join);
			break;
		}
		if (grate_read_at(place->call, place->cage, place->address + i * sizeof poll, &poll,
				  sizeof poll)) {
			text_format(text, "%s...", join);
			break;
		}
		if (results && !poll.results)
			continue;
		text_format(text, "%s{fd=%d, %s=", join, poll.fd, results ? "revents" : "events");
		words_put_inner(text, WORDS_POLL, (uint16_t)(results ? poll.results : poll.events));
		text_put(text, "}");
		join = ", ";
		shown++;
	}
	text_put(text, "]");
	return true;
}

bool structure_put_polled(struct text *text, const struct place *place, uint64_t count)
{
	return put_polls(text, place, count, true);
}

static bool put_events(struct text *text, const struct place *place, uint64_t count)
{
	text_put(text, "[");
	for (uint64_t i = 0; i < count; i++) {
		/* epoll_event is packed: 12 bytes. */
		struct place element = {place->call, place->cage, place->address + 12 * i};
		if (i)
			text_put(text, ", ");
		if (i == SHOWN || !structure_put(text, ARG_EPOLL_EVENT, &element)) {
			text_put(text, "...");
			break;
		}
	}
	text_put(text, "]");
	return true;
}

static bool put_ids(struct text *text, const struct place *place, uint64_t count)
{
	uint32_t ids[SHOWN];
	uint64_t shown = count < SHOWN ? count : SHOWN;
	if (grate_read_at(place->call, place->cage, place->address, ids, (size_t)shown * sizeof *ids))
		return false;
	text_put(text, "[");
	for (uint64_t i = 0; i < shown; i++)
		text_format(text, "%s%u", i ? ", " : "", ids[i]);
	text_put(text, shown < count ? ", ...]" : "]");
	return true;
}

/* A set of small numbers, one bit each, up to `bits`. */
static bool put_set(struct text *text, const struct place *place, uint64_t bits, const char *join)
{
	uint64_t set[16] = {0};
	if (bits > 8 * sizeof set)
		bits = 8 * sizeof set;
	if (grate_read_at(place->call, place->cage, place->address, set, (size_t)(bits + 63) / 64 * 8))
		return false;
	const char *before = "";
	text_put(text, "[");
	for (uint64_t i = 0; i < bits; i++) {
		if (!(set[i / 64] >> i % 64 & 1))
			continue;
		text_format(text, "%s%llu", before, (unsigned long long)i);
		before = join;
	}
	text_put(text, "]");
	return true;
}

bool structure_put_counted(struct text *text, enum argument_kind kind, const struct place *place,
			   uint64_t count)
{
	switch (kind) {
	case ARG_SOCKADDR:
		return put_address(text, place, count);
	case ARG_POLL_COUNTED:
		return put_polls(text, place, count, false);
	case ARG_EPOLL_EVENTS:
		return put_events(text, place, count);
	case ARG_IDS:
		return put_ids(text, place, count);
	case ARG_FDSET:
		return put_set(text, place, count, " ");
	case ARG_CPU_SET:
		return put_set(text, place, count < 128 ? 8 * count : 1024, ", ");
	default:
		return false;
	}
}

bool structure_put_iovec(struct text *text, const struct place *place, uint64_t count, uint64_t available,
			 size_t string_limit)
{
	text_put(text, "[");
	for (uint64_t i = 0; i < count; i++) {
		struct guest_iovec element;
		if (i)
			text_put(text, ", ");
		if (i == SHOWN || grate_read_at(place->call, place->cage, place->address + i * sizeof element,
						&element, sizeof element)) {
			text_put(text, "...");
			break;
		}
		struct place buffer = {place->call, place->cage, element.base};
		uint64_t length = element.length < available ? element.length : available;
		available -= length;
		text_put(text, "{iov_base=");
		if (!structure_put_bytes(text, &buffer, length, string_limit, false))
			text_format(text, "%#x", element.base);
		text_format(text, ", iov_len=%u}", element.length);
	}
	text_put(text, "]");
	return true;
}

bool structure_put_msghdr(struct text *text, const struct place *place, uint64_t available,
			  size_t string_limit)
{
	struct guest_msghdr message;
	if (grate_read_at(place->call, place->cage, place->address, &message, sizeof message))
		return false;
	struct place name = {place->call, place->cage, message.name},
		     vector = {place->call, place->cage, message.vector};
	text_put(text, "{msg_name=");
	if (!message.name)
		text_put(text, "NULL");
	else if (!put_address(text, &name, message.name_length))
		text_format(text, "%#x", message.name);
	text_format(text, ", msg_namelen=%u, msg_iov=", message.name_length);
	structure_put_iovec(text, &vector, message.vector_length, available, string_limit);
	text_format(text, ", msg_iovlen=%u, ", message.vector_length);
	if (message.control_length)
		text_format(text, "msg_control=%#x, ", message.control);
	text_format(text, "msg_controllen=%u, msg_flags=", message.control_length);
	words_put(text, ARG_MSG_FLAGS, (uint32_t)message.flags);
	text_put(text, "}");
	return true;
}
