/* Sending and receiving. Bytes go between the guest's memory and the kernel without a copy here; what
 * surrounds them is translated. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "abi/layout.h"
#include "rawposix/files.h"
#include "rawposix/net.h"
#include "rawposix/socket_address.h"
#include "rawposix/socket_control.h"

/* The kernel is always told not to send the signal to this process; a stream's program gets its own. */
static int64_t after_send(struct call *call, struct file *file, int flags, int64_t result)
{
	int type;
	socklen_t size = sizeof type;
	if (result != -EPIPE || (flags & MSG_NOSIGNAL))
		return result;
	if (getsockopt(file->host, SOL_SOCKET, SO_TYPE, &type, &size) || type != SOCK_STREAM)
		return result;
	return call_written(call, result);
}

int64_t sys_sendto(struct call *call)
{
	struct socket_address address = {.length = 0};
	uint64_t length = call_size(call, 2);
	int flags = call_int(call, 3);
	CALL_FILE(file, call, 0);
	int64_t result = 0;
	if (call_address(call, 4)) {
		result = address_read(call_memory(call, 4), call_address(call, 4), call_unsigned(call, 5),
				      &address);
		if (!result)
			result = net_check_send(file->host, &address.any, address.length);
		if (!result)
			result = address_resolve(call, &address);
	}
	if (!result)
		result = call_waiting(call, file, SYS_sendto, file->host, (long)call_pointer(call, 1, length),
				      (long)length, flags | MSG_NOSIGNAL,
				      address.length ? (long)&address.any : 0, (long)address.length);
	address_end(&address);
	return after_send(call, file, flags, result);
}

int64_t sys_recvfrom(struct call *call)
{
	struct socket_address address = {.length = sizeof address.storage};
	uint64_t length = call_size(call, 2);
	bool wants_address = call_address(call, 4);
	int32_t room = 0;
	CALL_FILE(file, call, 0);
	int64_t result =
		call_waiting(call, file, SYS_recvfrom, file->host, (long)call_pointer(call, 1, length),
			     (long)length, call_int(call, 3), wants_address ? (long)&address.any : 0,
			     wants_address ? (long)&address.length : 0);
	if (result < 0 || !wants_address)
		return result;
	int error = call_read(call, 5, &room, sizeof room);
	if (error)
		return error;
	if (room < 0)
		return -EINVAL;
	address_virtualize(&address);
	error = address_write(call_memory(call, 4), call_address(call, 4), (uint32_t)room,
			      call_memory(call, 5), call_address(call, 5), &address);
	return error ? error : result;
}

/* -- whole messages -- */

/* Reads the guest's header and its vector. */
static int read_header(const struct guest_memory *memory, uint64_t from, struct guest_msghdr *header,
		       struct iovec *vector)
{
	int error = guest_read(memory, header, from, sizeof *header);
	if (error)
		return error;
	if (header->vector_length > LIMIT_VECTOR)
		return -EMSGSIZE;
	int64_t total = guest_read_iovec(memory, header->vector, header->vector_length, vector);
	return total < 0 ? (int)total : 0;
}

static int64_t send_message(struct call *call, struct file *file, uint64_t from, int flags)
{
	const struct guest_memory *memory = call_memory(call, 1);
	struct socket_address address = {.length = 0};
	struct iovec vector[LIMIT_VECTOR];
	struct guest_msghdr header;
	struct control_out control = {.host = NULL};
	int64_t result = read_header(memory, from, &header, vector);
	if (result)
		return result;
	if (header.name && header.name_length) {
		if (header.name_length > INT32_MAX)
			return -EINVAL;
		if (header.name_length > sizeof address.storage)
			header.name_length = sizeof address.storage;
		result = address_read(memory, header.name, header.name_length, &address);
		if (!result)
			result = net_check_send(file->host, &address.any, address.length);
		if (!result)
			result = address_resolve(call, &address);
	}
	if (!result)
		result = control_read(call, memory, header.control, header.control_length, &control);
	if (!result) {
		struct msghdr host = {
			.msg_name = address.length ? &address.any : NULL,
			.msg_namelen = address.length,
			.msg_iov = vector,
			.msg_iovlen = header.vector_length,
			.msg_control = control.length ? control.host : NULL,
			.msg_controllen = control.length,
		};
		result = call_waiting(call, file, SYS_sendmsg, file->host, (long)&host, flags | MSG_NOSIGNAL,
				      0, 0, 0);
	}
	control_out_end(&control);
	address_end(&address);
	return after_send(call, file, flags, result);
}

static int64_t receive_message(struct call *call, struct file *file, uint64_t at, int flags)
{
	const struct guest_memory *memory = call_memory(call, 1);
	struct socket_address address = {.length = sizeof address.storage};
	struct iovec vector[LIMIT_VECTOR];
	struct guest_msghdr header;
	int64_t result = read_header(memory, at, &header, vector);
	if (result)
		return result;
	if (header.name && header.name_length > INT32_MAX)
		return -EINVAL;
	size_t room = header.control ? control_room(header.control_length) : 0;
	void *control = room ? malloc(room) : NULL;
	if (room && !control)
		return -ENOBUFS;
	struct msghdr host = {
		.msg_name = header.name ? &address.any : NULL,
		.msg_namelen = header.name ? address.length : 0,
		.msg_iov = vector,
		.msg_iovlen = header.vector_length,
		.msg_control = control,
		.msg_controllen = room,
	};
	/* Host descriptors are never inherited by anything; the guest's own wish counts when they are given
	 * to it. */
	result = call_waiting(call, file, SYS_recvmsg, file->host, (long)&host, flags | MSG_CMSG_CLOEXEC, 0,
			      0, 0);
	int error = 0;
	if (result >= 0) {
		uint32_t written;
		error = control_write(call, memory, header.control, header.control_length,
				      flags & MSG_CMSG_CLOEXEC, &host, &written);
		if (!error && header.name) {
			address.length = host.msg_namelen;
			address_virtualize(&address);
			error = address_write(memory, header.name, header.name_length, memory,
					      at + offsetof(struct guest_msghdr, name_length), &address);
		}
		int32_t seen = host.msg_flags & ~(flags & MSG_CMSG_CLOEXEC ? 0 : MSG_CMSG_CLOEXEC);
		if (!error)
			error = guest_write(memory, at + offsetof(struct guest_msghdr, flags), &seen,
					    sizeof seen);
		if (!error)
			error = guest_write(memory, at + offsetof(struct guest_msghdr, control_length),
					    &written, sizeof written);
	}
	free(control);
	return error ? error : result;
}

int64_t sys_sendmsg(struct call *call)
{
	CALL_FILE(file, call, 0);
	return send_message(call, file, call_address(call, 1), call_int(call, 2));
}

int64_t sys_recvmsg(struct call *call)
{
	CALL_FILE(file, call, 0);
	return receive_message(call, file, call_address(call, 1), call_int(call, 2));
}

/* -- several at once: an error after the first counts for the next call -- */

static int write_length(struct call *call, uint64_t message, int64_t length)
{
	uint32_t value = (uint32_t)length;
	return guest_write(call_memory(call, 1), message + offsetof(struct guest_mmsghdr, length), &value,
			   sizeof value);
}

int64_t sys_sendmmsg(struct call *call)
{
	uint64_t count = call_unsigned(call, 2), at = call_address(call, 1);
	int64_t done = 0, result = 0;
	CALL_FILE(file, call, 0);
	if (count > LIMIT_VECTOR)
		count = LIMIT_VECTOR;
	for (; (uint64_t)done < count; done++, at += sizeof(struct guest_mmsghdr)) {
		result = send_message(call, file, at, call_int(call, 3));
		if (result >= 0)
			result = write_length(call, at, result);
		if (result < 0)
			break;
	}
	return done ? done : result;
}

/* True if the moment has passed. */
static bool has_passed(const struct timespec *moment)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > moment->tv_sec ||
	       (now.tv_sec == moment->tv_sec && now.tv_nsec >= moment->tv_nsec);
}

int64_t sys_recvmmsg(struct call *call)
{
	uint64_t count = call_unsigned(call, 2), at = call_address(call, 1);
	int flags = call_int(call, 3);
	bool limited = call_address(call, 4);
	struct timespec limit, end = {0};
	int64_t done = 0, result = 0;
	if (limited) {
		result = call_read(call, 4, &limit, sizeof limit);
		if (result)
			return result;
		if (limit.tv_sec < 0 || limit.tv_nsec < 0 || limit.tv_nsec >= 1000000000)
			return -EINVAL;
		clock_gettime(CLOCK_MONOTONIC, &end);
		if (__builtin_add_overflow(end.tv_sec, limit.tv_sec, &end.tv_sec))
			limited = false;
		end.tv_nsec += limit.tv_nsec;
		if (end.tv_nsec >= 1000000000 && !__builtin_add_overflow(end.tv_sec, 1, &end.tv_sec))
			end.tv_nsec -= 1000000000;
	}
	CALL_FILE(file, call, 0);
	if (count > LIMIT_VECTOR)
		count = LIMIT_VECTOR;
	while ((uint64_t)done < count) {
		result = receive_message(call, file, at, flags & ~MSG_WAITFORONE);
		if (result >= 0)
			result = write_length(call, at, result);
		if (result < 0)
			break;
		done++;
		at += sizeof(struct guest_mmsghdr);
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		/* As Linux: the time is looked at after each message, never while waiting for one. */
		if (limited && has_passed(&end))
			break;
	}
	return done ? done : result;
}
