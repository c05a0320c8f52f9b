/* Descriptors that tell of events: eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime
 * inotify_init inotify_init1 inotify_add_watch inotify_rm_watch. */
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

#include "rawposix/files.h"

static int64_t make_eventfd(struct call *call, int flags)
{
	int64_t host = HOST_CALL(SYS_eventfd2, call_unsigned(call, 0), flags | EFD_CLOEXEC);
	return call_install(call, host, O_RDWR, flags & EFD_CLOEXEC);
}

int64_t sys_eventfd(struct call *call)
{
	return make_eventfd(call, 0);
}

int64_t sys_eventfd2(struct call *call)
{
	return make_eventfd(call, call_int(call, 1));
}

int64_t sys_timerfd_create(struct call *call)
{
	int flags = call_int(call, 1);
	int64_t host = HOST_CALL(SYS_timerfd_create, call_int(call, 0), flags | TFD_CLOEXEC);
	return call_install(call, host, O_RDWR, flags & TFD_CLOEXEC);
}

int64_t sys_timerfd_settime(struct call *call)
{
	const size_t size = sizeof(struct itimerspec);
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_timerfd_settime, file->host, call_int(call, 1), call_pointer(call, 2, size),
			 call_pointer(call, 3, size));
}

int64_t sys_timerfd_gettime(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_timerfd_gettime, file->host, call_pointer(call, 1, sizeof(struct itimerspec)));
}

static int64_t make_inotify(struct call *call, int flags)
{
	int64_t host = HOST_CALL(SYS_inotify_init1, flags | IN_CLOEXEC);
	return call_install(call, host, O_RDONLY, flags & IN_CLOEXEC);
}

int64_t sys_inotify_init(struct call *call)
{
	return make_inotify(call, 0);
}

int64_t sys_inotify_init1(struct call *call)
{
	return make_inotify(call, call_int(call, 0));
}

int64_t sys_inotify_add_watch(struct call *call)
{
	CALL_FILE(file, call, 0);
	uint32_t mask = call_unsigned(call, 2);
	cleanup_place struct file_place place = NO_PLACE;
	enum file_place_kind kind = mask & IN_DONT_FOLLOW ? FILE_PLACE_TARGET_NOFOLLOW : FILE_PLACE_TARGET;
	int64_t result = call_place(call, NO_DIRECTORY, 1, kind, 0, &place);
	if (result < 0)
		return result;
	/* The place is found: the host's link to it has to be followed. */
	return HOST_CALL(SYS_inotify_add_watch, file->host, file_host_path(place.host).text,
			 mask & ~(uint32_t)IN_DONT_FOLLOW);
}

int64_t sys_inotify_rm_watch(struct call *call)
{
	CALL_FILE(file, call, 0);
	return HOST_CALL(SYS_inotify_rm_watch, file->host, call_int(call, 1));
}
