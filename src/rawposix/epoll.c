/* epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2. */
#include <sys/epoll.h>

#include "rawposix/waiting.h"

int64_t sys_epoll_create1(struct call *call)
{
	int flags = call_int(call, 0);
	int64_t host = HOST_CALL(SYS_epoll_create1, flags | EPOLL_CLOEXEC);
	return call_install(call, host, O_RDWR, flags & EPOLL_CLOEXEC);
}

int64_t sys_epoll_create(struct call *call)
{
	if (call_int(call, 0) <= 0)
		return -EINVAL;
	return call_install(call, HOST_CALL(SYS_epoll_create1, EPOLL_CLOEXEC), O_RDWR, false);
}

int64_t sys_epoll_ctl(struct call *call)
{
	CALL_FILE(epoll, call, 0);
	CALL_FILE(file, call, 2);
	return HOST_CALL(SYS_epoll_ctl, epoll->host, call_int(call, 1), file->host,
			 call_pointer(call, 3, sizeof(struct epoll_event)));
}

static int64_t wait_for_events(struct call *call, long number, long timeout)
{
	CALL_FILE(epoll, call, 0);
	int count = call_int(call, 2);
	uint64_t size = count > 0 ? (uint64_t)count * sizeof(struct epoll_event) : 0;
	return host_call_interruptible(&call->thread->attention, number, epoll->host,
				       (long)call_pointer(call, 1, size), count, timeout, 0,
				       sizeof(uint64_t));
}

int64_t sys_epoll_wait(struct call *call)
{
	return wait_for_events(call, SYS_epoll_pwait, call_int(call, 3));
}

int64_t sys_epoll_pwait(struct call *call)
{
	bool masked;
	int64_t result = waiting_begin(call, 4, call_address(call, 4), call_size(call, 5), &masked);
	if (result == 0)
		result = wait_for_events(call, SYS_epoll_pwait, call_int(call, 3));
	return waiting_end(call, masked, result);
}

int64_t sys_epoll_pwait2(struct call *call)
{
	bool masked;
	int64_t result = waiting_begin(call, 4, call_address(call, 4), call_size(call, 5), &masked);
	if (result == 0)
		result = wait_for_events(call, SYS_epoll_pwait2,
					 (long)call_pointer(call, 3, 2 * sizeof(int64_t)));
	return waiting_end(call, masked, result);
}
