/* From a call's arguments to open files and places. */
#include "rawposix/files.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "cage/thread.h"

/* Linux: on a socket with a time limit, a call that a handler has interrupted is not made again. */
static bool has_limit(const struct file *socket, long number)
{
	bool receives = number == SYS_read || number == SYS_readv || number == SYS_recvfrom ||
			number == SYS_recvmsg || number == SYS_accept4;
	struct timeval limit = {0};
	socklen_t size = sizeof limit;

	return getsockopt(socket->host, SOL_SOCKET, receives ? SO_RCVTIMEO : SO_SNDTIMEO, &limit, &size) ==
		       0 &&
	       (limit.tv_sec || limit.tv_usec);
}

int64_t call_waiting(struct call *call, struct file *file, long number, long a, long b, long c, long d,
		     long e, long f)
{
	int64_t result = host_call_interruptible(&call->thread->attention, number, a, b, c, d, e, f);
	struct stat status;
	if (result != -EINTR || !file || fstat(file->host, &status) != 0)
		return result;
	if (S_ISSOCK(status.st_mode) && has_limit(file, number))
		return -ERESTARTNOHAND;
	if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode))
		result = HOST_CALL(number, a, b, c, d, e, f);
	return result;
}

void call_raise(struct call *call, int number)
{
	/* Where a grate makes the call for another, it is the other's. */
	struct thread *thread = call_subject(call);
	if (!thread)
		thread = call->thread;
	struct signal_info info = {
		.number = number,
		.code = SI_USER,
		.sender_id = thread->cage->id,
		.sender_uid = thread->cage->credentials.uid,
	};
	signal_send_thread(thread->cage, thread->id, &info);
}

int64_t call_written(struct call *call, int64_t result)
{
	if (result == -EPIPE)
		call_raise(call, SIGPIPE);
	return result;
}

uint64_t call_descriptor_limit(const struct call *call)
{
	return call->cage->limits[RLIMIT_NOFILE].rlim_cur;
}

int64_t call_install(struct call *call, int64_t host, int flags, bool close_on_exec)
{
	if (host < 0)
		return host;
	struct file *file = file_new((int)host, flags);
	if (!file)
		return -ENOMEM;
	return file_install(call->cage->files, file, 0, call_descriptor_limit(call), close_on_exec);
}

int call_path(struct call *call, unsigned index, char path[static LIMIT_PATH])
{
	int64_t length =
		guest_read_string(call_memory(call, index), path, call_address(call, index), LIMIT_PATH);
	return length < 0 ? (int)length : 0;
}

int call_where(struct call *call, unsigned directory_index, unsigned path_index, struct call_where *out)
{
	out->directory = NULL;
	int result = call_path(call, path_index, out->path);
	if (result < 0)
		return result;
	if (directory_index == NO_DIRECTORY || out->path[0] == '/' ||
	    call_int(call, directory_index) == AT_FDCWD)
		return 0;
	out->directory = call_file(call, directory_index);
	return out->directory ? 0 : out->path[0] ? -EBADF : -ENOENT;
}

void call_where_end(struct call_where *where)
{
	if (where->directory)
		file_unref(where->directory);
}

int call_place(struct call *call, unsigned directory_index, unsigned path_index, enum file_place_kind kind,
	       int at_flags, struct file_place *out)
{
	cleanup_where struct call_where where;
	struct file_view view = call_view(call);
	if (at_flags & AT_EMPTY_PATH && !call_address(call, path_index)) {
		/* Linux takes a null pointer for an empty path here. */
		where.directory = NULL;
		where.path[0] = 0;
		if (call_int(call, directory_index) != AT_FDCWD) {
			where.directory = call_file(call, directory_index);
			if (!where.directory)
				return -EBADF;
		}
	} else {
		int result = call_where(call, directory_index, path_index, &where);
		if (result == -ENOENT && at_flags & AT_EMPTY_PATH)
			return -EBADF;
		if (result < 0)
			return result;
	}
	if (at_flags & AT_EMPTY_PATH && !where.path[0]) {
		cleanup_file struct file *file =
			where.directory ? file_ref(where.directory) : file_space_directory(call->cage->space);
		file_place_of(file, out);
		return 0;
	}
	int result = file_place_find_view(&view, where.directory, where.path, kind, out);
	if (result < 0)
		out->host = -1;
	return result;
}

int call_place_change(struct call *call, unsigned directory_index, unsigned path_index,
		      enum file_place_kind kind, int at_flags, struct file_place *out)
{
	int result = call_place(call, directory_index, path_index, kind, at_flags, out);
	if (result < 0)
		return result;
	if (out->read_only)
		return -EROFS;
	return out->special ? -EPERM : 0;
}
