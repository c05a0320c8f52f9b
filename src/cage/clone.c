/* New threads and new cages, and the program that takes a cage over. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "base/futex.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/worker.h"
#include "cage/fork.h"
#include "cage/image.h"
#include "cage/stop.h"
#include "cage/thread.h"
#include "cage/tree.h"

static _Atomic uint32_t threads_alive;

/* What a thread shares with its cage, as pthread_create asks for it. Less than all of it cannot be had. */
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define NAMESPACE_FLAGS                                                                                      \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |        \
	 CLONE_NEWNET)

static int check(const struct cage_clone *request)
{
	uint64_t flags = request->flags;

	if (flags & NAMESPACE_FLAGS)
		return -EPERM;
	if (flags & (CLONE_PARENT | CLONE_PIDFD | CLONE_PTRACE))
		return -EINVAL;
	if (!(flags & CLONE_VM))
		return flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_FS | CLONE_FILES) ? -EINVAL : 0;
	if (flags & CLONE_THREAD)
		return (flags & THREAD_FLAGS) == THREAD_FLAGS && request->record ? 0 : -EINVAL;
	return flags & (CLONE_FS | CLONE_FILES | CLONE_SIGHAND) ? -EINVAL : 0;
}

unsigned cage_process_limit = UINT_MAX;

/* All cages are one user's. As on Linux, root's own limit does not count. */
static bool too_many(const struct cage *cage)
{
	if (cage_id_count() >= cage_process_limit)
		return true;
	return cage->credentials.uid != 0 && cage_id_count() >= cage->limits[RLIMIT_NPROC].rlim_cur;
}

/* A thread with an instance, ready to run; `cage` is its cage, and has its memory. */
static int prepare(struct cage *cage, uint32_t id, const struct thread *parent,
		   const struct cage_clone *request, struct thread **out)
{
	struct thread *thread = thread_new(cage, id);
	int result;

	if (!thread)
		return -ENOMEM;
	thread->start_record = request->record;
	thread->signals.blocked = parent->signals.blocked;
	if (request->flags & CLONE_CHILD_CLEARTID)
		thread->clear_child_tid = request->child_tid;
	result = engine_instance_create(cage->module, cage->memory->guest.base, thread, &thread->instance);
	if (result < 0) {
		thread->id = cage->id; /* the caller gives the id back */
		thread_free(thread);
		return result;
	}
	*out = thread;
	return 0;
}

/* Linux does not look at whether these writes succeed. */
void thread_tell_ids(const struct cage_clone *request, const struct cage *parent, const struct cage *child,
		     uint32_t id)
{
	if (request->flags & CLONE_PARENT_SETTID)
		guest_write(&parent->memory->guest, request->parent_tid, &id, sizeof id);
	if (request->flags & CLONE_CHILD_SETTID)
		guest_write(&child->memory->guest, request->child_tid, &id, sizeof id);
}

static void run_counted(void *thread)
{
	thread_run(thread);
	atomic_fetch_sub_explicit(&threads_alive, 1, memory_order_relaxed);
}

int thread_launch(struct thread *thread)
{
	int result = -EAGAIN;

	if (atomic_fetch_add_explicit(&threads_alive, 1, memory_order_relaxed) < worker_limit())
		result = worker_start(run_counted, thread);
	if (result < 0) {
		atomic_fetch_sub_explicit(&threads_alive, 1, memory_order_relaxed);
		pthread_mutex_lock(&cage_tree_lock);
		thread_withdraw(thread);
		pthread_mutex_unlock(&cage_tree_lock);
	}
	return result;
}

static int start(struct thread *thread)
{
	return thread_enter(thread) ? thread_launch(thread) : -EAGAIN;
}

static int64_t clone_thread(struct thread *parent, struct cage *cage, const struct cage_clone *request)
{
	uint32_t id = cage_id_take();
	struct thread *thread;
	int result = id ? prepare(cage, id, parent, request, &thread) : -EAGAIN;

	if (result < 0) {
		if (id)
			cage_id_give(id);
		return result;
	}
	thread_tell_ids(request, cage, cage, id);
	result = start(thread);
	if (result < 0)
		thread_free(thread);
	return result < 0 ? result : (int64_t)id;
}

/* vfork's caller sleeps until the child has executed or ended; only the end of its own cage wakes it sooner.
 */
void thread_wait_for_release(struct thread *parent, struct cage *child)
{
	const struct timespec again = {.tv_nsec = 50000000};

	while (!atomic_load_explicit(&child->release_events, memory_order_acquire) &&
	       !(atomic_load_explicit(&parent->attention, memory_order_acquire) & ATTENTION_LEAVE))
		futex_wait(&child->release_events, 0, &again);
}

static int64_t clone_cage(struct thread *parent, struct cage *cage, const struct cage_clone *request)
{
	struct thread *thread;
	struct cage *child;
	uint32_t id;
	int result;

	child = cage_new(cage, &result);
	if (!child)
		return result;
	child->memory = memory_ref(cage->memory);
	child->shares_forker = true;
	child->exit_signal = (int)(request->flags & CSIGNAL);
	result = prepare(child, 0, parent, request, &thread);
	if (result < 0) {
		cage_abandon(child);
		return result;
	}
	id = child->id;
	thread_tell_ids(request, cage, child, id);
	cage_ref(child);
	result = start(thread);
	if (result < 0) {
		thread_free(thread);
		cage_abandon(child);
	} else if (request->flags & CLONE_VFORK) {
		thread_wait_for_release(parent, child);
	}
	cage_unref(child);
	return result < 0 ? result : (int64_t)id;
}

int64_t cage_clone(struct thread *thread, struct cage *cage, const struct cage_clone *request)
{
	struct thread *parent = thread_for(thread, cage);
	int result = check(request);

	if (result < 0)
		return result;
	if (!parent)
		return -EPERM;
	if (too_many(cage))
		return -EAGAIN;
	if (!(request->flags & CLONE_VM) || !request->record)
		return fork_request(parent, request);
	/* What another has changed of this thread is inherited, too. */
	if (parent->rescheduled)
		worker_scheduling_changed();
	/* After vfork one of the two waits. */
	if (!(request->flags & CLONE_VFORK) && memory_settle(cage->memory) < 0)
		return -EAGAIN;
	return request->flags & CLONE_THREAD ? clone_thread(parent, cage, request)
					     : clone_cage(parent, cage, request);
}

/* One thread at a time may take its cage over; the others find themselves on the way out. */
static bool claim(struct thread *thread)
{
	struct cage *cage = thread->cage;
	bool claimed;

	pthread_mutex_lock(&cage_tree_lock);
	claimed = cage->state == CAGE_ALIVE && !cage->executing;
	if (claimed)
		cage->executing = thread;
	pthread_mutex_unlock(&cage_tree_lock);
	return claimed;
}

int64_t cage_execute(struct thread *thread, const struct file_view *view, struct file *directory,
		     const char *path, char *const *arguments, char *const *environment, char *error,
		     size_t error_size)
{
	const struct image_request request = {.view = view,
					      .directory = directory,
					      .path = path,
					      .arguments = arguments,
					      .environment = environment};
	struct image *image;
	int result;

	stop_away(thread, true);
	result = image_load(thread, thread->cage, &request, &image, error, error_size);
	stop_away(thread, false);
	if (result < 0)
		return result;
	if (!claim(thread)) {
		image_free(image);
		return -EINTR;
	}
	cage_clear_out(thread->cage, thread);
	thread->image = image;
	thread->leave = THREAD_EXECUTES;
	return 0;
}

static int first_cage(const struct cage_start *start, struct cage **out)
{
	int error;
	struct cage *cage = cage_new(NULL, &error);

	if (!cage)
		return error;
	cage->process_group = cage->session = cage->id;
	cage->exit_signal = SIGCHLD;
	cage->routes = route_table_new(start->base_routes);
	cage->files = start->files;
	cage->space = start->space;
	cage->credentials = start->credentials;
	for (int i = 0; i < RLIM_NLIMITS; i++)
		cage->limits[i] = start->limits[i];
	if (cage->limits[RLIMIT_CPU].rlim_cur != RLIM_INFINITY)
		alarm_limit_cpu(cage);
	for (int number = 1; number <= SIGNAL_COUNT; number++)
		if (start->ignored_signals & signal_bit(number))
			cage->signals.action[number].handler = GUEST_SIG_IGN;
	*out = cage;
	return cage->routes ? 0 : -ENOMEM;
}

int cage_run_first(const struct cage_start *start, int *wait_status, char *error, size_t error_size)
{
	const struct file_view view = {.space = start->space};
	const struct image_request request = {.view = &view,
					      .path = start->program,
					      .arguments = start->arguments,
					      .environment = start->environment};
	struct thread *thread = NULL;
	struct cage *cage = NULL;
	int result = first_cage(start, &cage);

	*error = 0;
	if (result == 0)
		result = (thread = thread_new(cage, 0)) ? 0 : -ENOMEM;
	if (result == 0)
		result = image_load(thread, cage, &request, &thread->image, error, error_size);
	if (result < 0)
		return result;
	cage_ref(cage);
	thread_enter(thread);
	image_start(thread);
	thread_run(thread);
	/* The first thread may have left others behind (pthread_exit in main). */
	for (;;) {
		uint32_t seen = atomic_load_explicit(&cage->release_events, memory_order_acquire);

		if (cage->state == CAGE_REAPED)
			break;
		futex_wait(&cage->release_events, seen, NULL);
	}
	*wait_status = cage->wait_status;
	cage_unref(cage);
	return 0;
}
