/* Descriptors: close close_range dup dup2 dup3 fcntl flock pipe pipe2 memfd_create. */
#include <linux/close_range.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "rawposix/files.h"

int64_t sys_close(struct call *call)
{
	return file_close(call->cage->files, call_int(call, 0));
}

int64_t sys_close_range(struct call *call)
{
	unsigned flags = call_unsigned(call, 2);
	if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC))
		return -EINVAL;
	/* A cage's table is its own already. */
	return file_close_range(call->cage->files, call_unsigned(call, 0), call_unsigned(call, 1),
				flags & CLOSE_RANGE_CLOEXEC);
}

static int64_t duplicate(struct call *call, int minimum, bool close_on_exec)
{
	struct file *file = call_file(call, 0);
	if (!file)
		return -EBADF;
	return file_install(call->cage->files, file, minimum, call_descriptor_limit(call), close_on_exec);
}

int64_t sys_dup(struct call *call)
{
	return duplicate(call, 0, false);
}

static int64_t duplicate_to(struct call *call, bool close_on_exec)
{
	struct file *file = call_file(call, 0);
	if (!file)
		return -EBADF;
	return file_install_at(call->cage->files, file, call_int(call, 1), call_descriptor_limit(call),
			       close_on_exec);
}

int64_t sys_dup2(struct call *call)
{
	if (call_int(call, 0) == call_int(call, 1)) {
		CALL_FILE(file, call, 0);
		return call_int(call, 0);
	}
	return duplicate_to(call, false);
}

int64_t sys_dup3(struct call *call)
{
	int flags = call_int(call, 2);
	if (flags & ~O_CLOEXEC || call_int(call, 0) == call_int(call, 1))
		return -EINVAL;
	return duplicate_to(call, flags & O_CLOEXEC);
}

/* Locks that belong to the cage (file/lock.c), or to the open file, as the host's own. */
static int64_t record_lock(struct call *call, struct file *file, int command)
{
	struct file_table *files = call->cage->files;
	struct flock lock;
	int64_t result;
	if (call_read(call, 2, &lock, sizeof lock))
		return -EFAULT;
	switch (command) {
	case F_SETLK:
		return file_lock(files, call->cage->id, file, &lock, NULL);
	case F_SETLKW:
		return file_lock(files, call->cage->id, file, &lock, &call->thread->attention);
	case F_GETLK:
		result = file_lock_test(files, file, &lock);
		break;
	case F_OFD_SETLKW:
		return call_waiting(call, NULL, SYS_fcntl, file->host, command, (long)&lock, 0, 0, 0);
	default:
		result = HOST_CALL(SYS_fcntl, file->host, command, &lock);
	}
	return result < 0 || command == F_OFD_SETLK ? result : call_write(call, 2, &lock, sizeof lock);
}

static int64_t set_owner(struct call *call, struct file *file)
{
	int owner = call_int(call, 2);
	if (owner == INT32_MIN)
		return -EINVAL;
	if (owner > 0) {
		struct cage *cage = cage_get((uint64_t)owner);
		if (!cage)
			return -ESRCH;
		cage_unref(cage);
	}
	file->owner = owner;
	return 0;
}

int64_t sys_fcntl(struct call *call)
{
	int command = call_int(call, 1);
	uint64_t argument = call_size(call, 2);
	CALL_FILE(file, call, 0);
	bool only_path = file->flags & O_PATH;
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (argument >= call_descriptor_limit(call))
			return -EINVAL;
		return duplicate(call, (int)argument, command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return file_get_close_on_exec(call->cage->files, call_int(call, 0)) ? FD_CLOEXEC : 0;
	case F_SETFD:
		return file_set_close_on_exec(call->cage->files, call_int(call, 0), argument & FD_CLOEXEC);
	case F_GETFL:
		return HOST_CALL(SYS_fcntl, file->host, F_GETFL, 0);
	}
	if (only_path)
		return -EBADF;
	switch (command) {
	case F_SETFL:
		/* Without O_ASYNC: its signals would reach the process that all cages are in. */
		return HOST_CALL(SYS_fcntl, file->host, F_SETFL, argument & ~(uint64_t)O_ASYNC);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return record_lock(call, file, command);
	case F_SETOWN:
		return set_owner(call, file);
	case F_GETOWN:
		return file->owner;
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
	case F_GET_SEALS:
	case F_ADD_SEALS:
	case F_GETLEASE:
		return HOST_CALL(SYS_fcntl, file->host, command, argument);
	case F_GET_RW_HINT:
	case F_SET_RW_HINT:
		return HOST_CALL(SYS_fcntl, file->host, command, call_pointer(call, 2, sizeof(uint64_t)));
	}
	return -EINVAL;
}

int64_t sys_flock(struct call *call)
{
	CALL_FILE(file, call, 0);
	return call_waiting(call, NULL, SYS_flock, file->host, call_int(call, 1), 0, 0, 0, 0);
}

static int64_t make_pipe(struct call *call, int flags)
{
	int host[2], guest[2];
	int64_t result = HOST_CALL(SYS_pipe2, host, flags | O_CLOEXEC);
	if (result < 0)
		return result;
	guest[0] = (int)call_install(call, host[0], O_RDONLY, flags & O_CLOEXEC);
	if (guest[0] < 0) {
		close(host[1]);
		return guest[0];
	}
	guest[1] = (int)call_install(call, host[1], O_WRONLY, flags & O_CLOEXEC);
	result = guest[1] < 0 ? guest[1] : call_write(call, 0, guest, sizeof guest);
	if (result < 0) {
		file_close(call->cage->files, guest[0]);
		if (guest[1] >= 0)
			file_close(call->cage->files, guest[1]);
	}
	return result;
}

int64_t sys_pipe(struct call *call)
{
	return make_pipe(call, 0);
}

int64_t sys_pipe2(struct call *call)
{
	int flags = call_int(call, 1);
	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	return make_pipe(call, flags);
}

int64_t sys_memfd_create(struct call *call)
{
	char name[256];
	unsigned flags = call_unsigned(call, 1);
	int64_t length = guest_read_string(call_memory(call, 0), name, call_address(call, 0), 250);
	if (length < 0)
		return length == -ENAMETOOLONG ? -EINVAL : length;
	int64_t host = HOST_CALL(SYS_memfd_create, name, flags | MFD_CLOEXEC);
	return call_install(call, host, O_RDWR, flags & MFD_CLOEXEC);
}
