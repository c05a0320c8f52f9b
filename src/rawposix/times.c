/* A file's times: utime utimes futimesat utimensat. */
#include <time.h>

#include "rawposix/files.h"

static int64_t set_times(struct call *call, unsigned directory_index, unsigned path_index, int at_flags,
			 const struct timespec times[2])
{
	cleanup_place struct file_place place = NO_PLACE;
	enum file_place_kind kind =
		at_flags & AT_SYMLINK_NOFOLLOW ? FILE_PLACE_TARGET_NOFOLLOW : FILE_PLACE_TARGET;
	int64_t result = call_place_change(call, directory_index, path_index, kind, at_flags, &place);
	if (result < 0)
		return result;
	return HOST_CALL(SYS_utimensat, place.host, "", times, AT_EMPTY_PATH);
}

/* Without a path: the descriptor's file. */
static int64_t set_times_of(struct call *call, const struct timespec times[2])
{
	CALL_FILE(file, call, 0);
	if (file->flags & O_PATH)
		return -EBADF;
	if (file_is_read_only(file))
		return -EROFS;
	return HOST_CALL(SYS_utimensat, file->host, NULL, times, 0);
}

static bool is_nanoseconds(const struct timespec *time)
{
	return time->tv_nsec == UTIME_NOW || time->tv_nsec == UTIME_OMIT ||
	       (time->tv_nsec >= 0 && time->tv_nsec < 1000000000);
}

int64_t sys_utimensat(struct call *call)
{
	struct timespec times[2];
	int flags = call_int(call, 3);
	bool given = call_address(call, 2);
	if (given && call_read(call, 2, times, sizeof times))
		return -EFAULT;
	if (given && times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
		return 0;
	if (given && (!is_nanoseconds(&times[0]) || !is_nanoseconds(&times[1])))
		return -EINVAL;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!call_address(call, 1) && call_int(call, 0) != AT_FDCWD)
		return flags ? -EINVAL : set_times_of(call, given ? times : NULL);
	return set_times(call, 0, 1, flags, given ? times : NULL);
}

int64_t sys_utime(struct call *call)
{
	int64_t seconds[2];
	if (!call_address(call, 1))
		return set_times(call, NO_DIRECTORY, 0, 0, NULL);
	if (call_read(call, 1, seconds, sizeof seconds))
		return -EFAULT;
	const struct timespec times[2] = {{.tv_sec = seconds[0]}, {.tv_sec = seconds[1]}};
	return set_times(call, NO_DIRECTORY, 0, 0, times);
}

static int64_t set_microseconds(struct call *call, unsigned directory_index, unsigned path_index)
{
	struct timeval given[2];
	struct timespec times[2];
	unsigned times_index = path_index + 1;
	bool now = !call_address(call, times_index);
	if (!now && call_read(call, times_index, given, sizeof given))
		return -EFAULT;
	for (int i = 0; i < 2 && !now; i++) {
		if (given[i].tv_usec < 0 || given[i].tv_usec >= 1000000)
			return -EINVAL;
		times[i] = (struct timespec){.tv_sec = given[i].tv_sec, .tv_nsec = given[i].tv_usec * 1000};
	}
	const struct timespec *set = now ? NULL : times;
	if (directory_index != NO_DIRECTORY && !call_address(call, path_index))
		return set_times_of(call, set);
	return set_times(call, directory_index, path_index, 0, set);
}

int64_t sys_utimes(struct call *call)
{
	return set_microseconds(call, NO_DIRECTORY, 0);
}

int64_t sys_futimesat(struct call *call)
{
	return set_microseconds(call, 0, 1);
}
