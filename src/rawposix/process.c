/* Processes and threads: clone, exec, exit, wait, ids, groups, sessions. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "abi/arguments.h"
#include "abi/layout.h"
#include "abi/strings.h"
#include "base/limits.h"
#include "base/log.h"
#include "cage/cage.h"
#include "cage/session.h"
#include "rawposix/calls.h"
#include "rawposix/files.h"
#include "rawposix/pidfd.h"

int64_t sys_clone(struct call *call)
{
	const struct cage_clone request = {
		.flags = call->argument[0],
		.record = call_unsigned(call, 1),
		.parent_tid = call_unsigned(call, 2),
		.child_tid = call_unsigned(call, 3),
	};

	return cage_clone(call->thread, call->cage, &request);
}

/* How lind.fork, which takes no arguments, becomes something else than fork: libc says here, before it, with
 * which flags the thread's next one is made. */
int64_t sys_vfork(struct call *call)
{
	struct thread *thread = call_subject(call);

	if (!thread)
		return -EPERM;
	thread->fork.next_flags = call_unsigned(call, 0);
	return 0;
}

static int64_t execute(struct call *call, int at, bool empty_path, unsigned path_index, unsigned vectors)
{
	struct file *directory = NULL;
	struct thread *thread = call_subject(call);
	const struct file_view view = call_view(call);
	char path[LIMIT_PATH], error[256], **arguments = NULL, **environment = NULL;
	char *empty[] = {"", NULL};
	size_t budget = LIMIT_ARGUMENT_BYTES, count;
	int64_t result = thread ? guest_read_string(call_memory(call, path_index), path,
						    call_address(call, path_index), sizeof path)
				: -EPERM;

	if (result == 0 && (at == AT_FDCWD || !empty_path))
		result = -ENOENT;
	if (result >= 0 && at != AT_FDCWD && *path != '/' && !(directory = file_get(call->cage->files, at)))
		result = -EBADF;
	if (result >= 0)
		result = guest_read_strings(call_memory(call, vectors), call_address(call, vectors), &budget,
					    &arguments, &count);
	if (result >= 0)
		result = guest_read_strings(call_memory(call, vectors + 1), call_address(call, vectors + 1),
					    &budget, &environment, NULL);
	/* Linux: a program always has an argv[0]. */
	if (result >= 0)
		result = cage_execute(thread, &view, directory, path, count ? arguments : empty, environment,
				      error, sizeof error);
	if (result < 0 && arguments && environment && *error)
		log_error("%s", error);
	if (directory)
		file_unref(directory);
	free(arguments);
	free(environment);
	return result;
}

int64_t sys_execve(struct call *call)
{
	return execute(call, AT_FDCWD, false, 0, 1);
}

int64_t sys_execveat(struct call *call)
{
	int flags = call_int(call, 4);

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -EINVAL;
	return execute(call, call_int(call, 0), flags & AT_EMPTY_PATH, 1, 2);
}

int64_t sys_exit(struct call *call)
{
	struct thread *thread = call_subject(call);

	if (!thread)
		return -EPERM;
	thread->exit_status = (call_int(call, 0) & 0xff) << 8;
	thread->leave = THREAD_EXITS;
	return 0;
}

int64_t sys_exit_group(struct call *call)
{
	cage_end(call->cage, (call_int(call, 0) & 0xff) << 8);
	return 0;
}

int64_t sys_wait4(struct call *call)
{
	struct cage_waited waited;
	int32_t id = call_int(call, 0);
	int options = call_int(call, 2);
	int64_t result;

	if ((unsigned)options &
	    ~(unsigned)(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (id == INT32_MIN)
		return -ESRCH;
	if (id == -1)
		result = cage_wait(call->thread, call->cage, P_ALL, 0, WEXITED | options, &waited);
	else if (id > 0)
		result = cage_wait(call->thread, call->cage, P_PID, id, WEXITED | options, &waited);
	else
		result = cage_wait(call->thread, call->cage, P_PGID, -id, WEXITED | options, &waited);
	if (result <= 0)
		return result;
	if (call->argument[1] && call_write(call, 1, &waited.wait_status, sizeof(int32_t)) < 0)
		return -EFAULT;
	if (call->argument[3] && call_write(call, 3, &waited.usage, sizeof waited.usage) < 0)
		return -EFAULT;
	return result;
}

static int64_t tell_waited(struct call *call, const struct cage_waited *waited)
{
	struct guest_siginfo info = {0};
	int status = waited->wait_status;

	if (waited->id) {
		info.number = SIGCHLD;
		info.code = waited->code;
		info.child.pid = (int32_t)waited->id;
		info.child.uid = waited->uid;
		info.child.status = WIFSIGNALED(status)    ? WTERMSIG(status)
				    : WIFCONTINUED(status) ? SIGCONT
							   : WEXITSTATUS(status);
	}
	/* Linux writes the members that waitid has something for, and these always: zeros if there was no
	 * child. */
	return call_write(call, 2, &info, offsetof(struct guest_siginfo, child.user_time));
}

/* P_PIDFD. One that does not block says so by EAGAIN. */
static int64_t wait_descriptor(struct call *call, int descriptor, int options, struct cage_waited *waited)
{
	cleanup_file struct file *file = file_get(call->cage->files, descriptor);
	const struct cage *child = file ? pidfd_cage(file) : NULL;
	int64_t result;
	bool waits;

	if (!child)
		return -EBADF;
	waits = !(HOST_CALL(SYS_fcntl, file->host, F_GETFL, 0) & O_NONBLOCK) || (options & WNOHANG);
	result = cage_wait(call->thread, call->cage, P_PID, (int32_t)child->id,
			   waits ? options : options | WNOHANG, waited);
	return result == 0 && !waits ? -EAGAIN : result;
}

int64_t sys_waitid(struct call *call)
{
	struct cage_waited waited = {0};
	int kind = call_int(call, 0), options = call_int(call, 3);
	int32_t id = call_int(call, 1);
	int64_t result;

	if (((unsigned)options & ~(unsigned)(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED |
					     __WNOTHREAD | __WCLONE | __WALL)) ||
	    !(options & (WEXITED | WSTOPPED | WCONTINUED)))
		result = -EINVAL;
	else if ((kind == P_PID && id <= 0) || (kind == P_PGID && id < 0) || (kind == P_PIDFD && id < 0))
		result = -EINVAL;
	else if (kind == P_PIDFD)
		result = wait_descriptor(call, id, options, &waited);
	else if (kind != P_ALL && kind != P_PID && kind != P_PGID)
		result = -EINVAL;
	else
		result = cage_wait(call->thread, call->cage, (idtype_t)kind, id, options, &waited);
	if (result > 0 && call->argument[4] && call_write(call, 4, &waited.usage, sizeof waited.usage) < 0)
		return -EFAULT;
	if (call->argument[2] && tell_waited(call, &waited) < 0)
		return -EFAULT;
	return result < 0 ? result : 0;
}

int64_t sys_getpid(struct call *call)
{
	return call->cage->id;
}

int64_t sys_gettid(struct call *call)
{
	const struct thread *thread = call_subject(call);

	return thread ? thread->id : call->cage->id;
}

int64_t sys_getppid(struct call *call)
{
	int64_t id;

	/* The first cage's parent is outside; an orphan's is what stands for init. */
	pthread_mutex_lock(&cage_tree_lock);
	id = cage_parent_id_locked(call->cage);
	pthread_mutex_unlock(&cage_tree_lock);
	return id;
}

int64_t sys_set_tid_address(struct call *call)
{
	struct thread *thread = call_subject(call);

	if (!thread)
		return -EPERM;
	thread->clear_child_tid = call_unsigned(call, 0);
	return thread->id;
}

int64_t sys_set_robust_list(struct call *call)
{
	struct thread *thread = call_subject(call);

	if (!thread || call_size(call, 1) != sizeof(struct guest_robust_list_head))
		return -EINVAL;
	thread->robust_list = call_unsigned(call, 0);
	return 0;
}

int64_t sys_get_robust_list(struct call *call)
{
	int32_t id = call_int(call, 0);
	const uint32_t size = sizeof(struct guest_robust_list_head);
	const struct thread *thread = id ? NULL : call_subject(call);
	uint32_t list = thread ? thread->robust_list : 0;

	if (id) {
		CLEANUP_LOCK(&cage_tree_lock);
		for (thread = call->cage->threads; thread && thread->id != (uint32_t)id;
		     thread = thread->next)
			;
		list = thread ? thread->robust_list : 0;
	}
	/* Of other cages: Linux asks for the right to trace them. */
	if (!thread)
		return id && cage_thread_lives((uint32_t)id) ? -EPERM : -ESRCH;
	int error = call_write(call, 2, &size, sizeof size);
	return error ? error : call_write(call, 1, &list, sizeof list);
}

/* A process by id, counted, or NULL; 0 is the target itself. */
static struct cage *process(struct call *call, int32_t id)
{
	if (id < 0)
		return NULL;
	return id == 0 ? cage_ref(call->cage) : cage_get((uint64_t)id);
}

int64_t sys_getpgid(struct call *call)
{
	struct cage *cage = process(call, call_int(call, 0));
	int64_t result = cage ? (int64_t)cage->process_group : -ESRCH;

	cage_unref(cage);
	return result;
}

int64_t sys_getpgrp(struct call *call)
{
	return call->cage->process_group;
}

int64_t sys_getsid(struct call *call)
{
	struct cage *cage = process(call, call_int(call, 0));
	int64_t result = cage ? (int64_t)cage->session : -ESRCH;

	cage_unref(cage);
	return result;
}

/* Under cage_tree_lock. */
static bool group_exists(uint32_t group, uint32_t session)
{
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage))
		if (cage->process_group == group && cage->session == session)
			return true;
	return false;
}

int64_t sys_setpgid(struct call *call)
{
	struct cage *cage = process(call, call_int(call, 0));
	int32_t group = call_int(call, 1);
	int64_t result = 0;

	if (group < 0 || !cage) {
		cage_unref(cage);
		return group < 0 ? -EINVAL : -ESRCH;
	}
	pthread_mutex_lock(&cage_tree_lock);
	if (group == 0)
		group = (int32_t)cage->id;
	if (cage != call->cage && cage->parent != call->cage)
		result = -ESRCH;
	else if (cage->session != call->cage->session)
		result = -EPERM;
	else if (cage != call->cage && cage->executed)
		result = -EACCES;
	else if (cage->leads_session)
		result = -EPERM;
	else if ((uint32_t)group != cage->id && !group_exists((uint32_t)group, cage->session))
		result = -EPERM;
	else
		cage->process_group = (uint32_t)group;
	pthread_mutex_unlock(&cage_tree_lock);
	cage_unref(cage);
	return result;
}

int64_t sys_setsid(struct call *call)
{
	return session_begin(call->cage);
}
