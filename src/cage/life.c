/* How cages end, and how their parents learn of it. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/worker.h"
#include "cage/alarm.h"
#include "cage/cage.h"
#include "cage/thread.h"
#include "cage/tree.h"

/* Called without locks: when a cage starts to end, and when its last thread has left. */
static void (*ending_hook)(struct cage *);
static void (*end_hook)(struct cage *);

void cage_set_end_hooks(void (*starts)(struct cage *), void (*ends)(struct cage *))
{
	ending_hook = starts;
	end_hook = ends;
}

void cage_program_ends(struct cage *cage)
{
	if (ending_hook)
		ending_hook(cage);
	if (end_hook)
		end_hook(cage);
}

static void event(_Atomic uint32_t *word)
{
	/* Release: whoever reads the new count sees what it stands for. Counterpart: the acquire loads of
	 * those who sleep on it. */
	atomic_fetch_add_explicit(word, 1, memory_order_release);
	futex_wake(word, FUTEX_ALL);
}

/* Sends everyone who is in the cage, its own threads but `except` and visits, to the exit. True if there was
 * someone. */
static bool chase_locked(struct cage *cage, const struct thread *except)
{
	bool found = false;

	for (struct thread *thread = cage->threads; thread; thread = thread->next) {
		if (thread == except)
			continue;
		thread_attend(thread, ATTENTION_LEAVE);
		found = true;
	}
	for (struct cage_visit *visit = cage->visits; visit; visit = visit->next) {
		thread_attend(visit->thread, ATTENTION_CLIENT);
		found = true;
	}
	return found;
}

void cage_clear_out(struct cage *cage, const struct thread *except)
{
	const struct timespec again = {.tv_nsec = 10000000};

	for (;;) {
		uint32_t seen = atomic_load_explicit(&cage->leave_events, memory_order_acquire);
		bool found;

		pthread_mutex_lock(&cage_tree_lock);
		found = chase_locked(cage, except);
		pthread_mutex_unlock(&cage_tree_lock);
		if (!found)
			return;
		/* A kick that came between a thread's last look and its return to guest code is lost, so kick
		 * again. */
		futex_wait(&cage->leave_events, seen, &again);
	}
}

static void clear_out_worker(void *argument)
{
	struct cage *cage = argument;

	cage_clear_out(cage, NULL);
	cage_unref(cage);
}

void cage_end(struct cage *cage, int wait_status)
{
	bool first;

	pthread_mutex_lock(&cage_tree_lock);
	first = cage->state == CAGE_ALIVE;
	if (first) {
		cage->state = CAGE_ENDING;
		cage->wait_status = wait_status;
		chase_locked(cage, NULL);
	}
	pthread_mutex_unlock(&cage_tree_lock);
	if (!first)
		return;
	if (ending_hook)
		ending_hook(cage);
	/* Without a worker the kicks above are all: enough for whoever is not computing. */
	cage_ref(cage);
	if (cage->thread_count > 1 && worker_start(clear_out_worker, cage) == 0)
		return;
	cage_unref(cage);
}

/* The first cage that has not ended, counted, or NULL. */
static struct cage *any_alive(void)
{
	struct cage *cage;

	pthread_mutex_lock(&cage_tree_lock);
	cage = cage_next(NULL);
	while (cage && cage->state != CAGE_ALIVE)
		cage = cage_next(cage);
	if (cage)
		cage_ref(cage);
	pthread_mutex_unlock(&cage_tree_lock);
	return cage;
}

static bool none_left(void)
{
	bool none;

	pthread_mutex_lock(&cage_tree_lock);
	none = !cage_next(NULL);
	pthread_mutex_unlock(&cage_tree_lock);
	return none;
}

void cage_end_all(unsigned milliseconds)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	for (struct cage *cage; (cage = any_alive());) {
		cage_end(cage, SIGKILL);
		cage_unref(cage);
	}
	while (milliseconds-- && !none_left())
		nanosleep(&pause, NULL);
}

bool cage_visit_start(struct cage *cage, struct cage_visit *visit, struct thread *thread)
{
	bool entered;

	pthread_mutex_lock(&cage_tree_lock);
	entered = cage->state == CAGE_ALIVE && cage->memory;
	if (entered) {
		visit->thread = thread;
		visit->next = cage->visits;
		cage->visits = visit;
	}
	pthread_mutex_unlock(&cage_tree_lock);
	return entered;
}

void cage_visit_end(struct cage *cage, struct cage_visit *visit)
{
	struct cage_visit **link;

	pthread_mutex_lock(&cage_tree_lock);
	for (link = &cage->visits; *link != visit; link = &(*link)->next)
		;
	*link = visit->next;
	pthread_mutex_unlock(&cage_tree_lock);
	event(&cage->leave_events);
}

void cage_release_forker(struct cage *cage)
{
	cage->shares_forker = false;
	event(&cage->release_events);
}

/* Gives back what only living cages need; what is left is an id, a status and the accounts. */
static void give_back(struct cage *cage)
{
	struct memory *memory;

	alarm_stop(cage);
	file_table_free(cage->files);
	file_space_free(cage->space);
	cage->files = NULL;
	cage->space = NULL;
	pthread_mutex_lock(&cage_tree_lock);
	memory = cage->memory;
	cage->memory = NULL;
	pthread_mutex_unlock(&cage_tree_lock);
	memory_unref(memory);
	engine_module_unref(cage->module);
	cage->module = NULL;
}

static struct signal_info child_signal(const struct cage *cage)
{
	struct signal_info info = {
		.number = SIGCHLD, .sender_id = cage->id, .sender_uid = cage->credentials.uid};

	if (WIFEXITED(cage->wait_status)) {
		info.code = CLD_EXITED;
		info.status = WEXITSTATUS(cage->wait_status);
	} else {
		info.code = WCOREDUMP(cage->wait_status) ? CLD_DUMPED : CLD_KILLED;
		info.status = WTERMSIG(cage->wait_status);
	}
	return info;
}

/* SIG_IGN or SA_NOCLDWAIT for SIGCHLD: children leave no zombies. */
static bool ignores_children(struct cage *cage)
{
	bool ignores;

	pthread_mutex_lock(&cage->signals.lock);
	ignores = cage->signals.action[SIGCHLD].handler == 1 ||
		  (cage->signals.action[SIGCHLD].flags & SA_NOCLDWAIT);
	pthread_mutex_unlock(&cage->signals.lock);
	return ignores;
}

void cage_finish(struct cage *cage)
{
	struct signal_info info = child_signal(cage);
	struct cage *parent = NULL, *dead, *next;

	if (end_hook)
		end_hook(cage);
	cage_clear_out(cage, NULL);
	give_back(cage);
	pthread_mutex_lock(&cage_tree_lock);
	if (cage->ancestor && !cage->orphan) {
		parent = cage_ref(cage->ancestor);
		if (ignores_children(parent))
			cage->orphan = true;
	}
	cage_ref(cage);
	dead = cage_become_zombie(cage);
	pthread_mutex_unlock(&cage_tree_lock);
	for (; dead; dead = next) {
		next = dead->next_sibling;
		cage_unref(dead);
	}
	cage_release_forker(cage);
	if (parent) {
		signal_send_cage(parent, &info);
		event(&parent->child_events);
		cage_unref(parent);
	}
	cage_unref(cage);
}

static bool matches(const struct cage *child, int64_t which, uint32_t own_group)
{
	if (which > 0)
		return child->id == which;
	if (which == -1)
		return true;
	return child->process_group == (which == 0 ? own_group : (uint64_t)-which);
}

/* Looks for an ended child. Returns its id, 0 (there are only living ones), or -ECHILD. *reaped is for the
 * caller to unref. */
static int64_t look_locked(struct cage *cage, int64_t which, int options, struct cage_waited *out,
			   struct cage **reaped)
{
	bool any = false;

	for (struct cage *child = cage->first_child; child; child = child->next_sibling) {
		if (child->orphan || !matches(child, which, cage->process_group))
			continue;
		any = true;
		if (child->state != CAGE_ZOMBIE || !(options & WEXITED))
			continue;
		*out = (struct cage_waited){.id = child->id,
					    .wait_status = child->wait_status,
					    .usage = child->ended_usage,
					    .uid = child->credentials.uid};
		if (!(options & WNOWAIT)) {
			usage_child_ends(cage, child);
			cage_reap(child);
			*reaped = child;
		}
		return out->id;
	}
	return any ? 0 : -ECHILD;
}

int64_t cage_wait(struct thread *thread, struct cage *cage, int64_t which, int options,
		  struct cage_waited *out)
{
	for (;;) {
		uint32_t seen = atomic_load_explicit(&cage->child_events, memory_order_acquire);
		struct cage *reaped = NULL;
		int64_t result;

		pthread_mutex_lock(&cage_tree_lock);
		result = look_locked(cage, which, options, out, &reaped);
		pthread_mutex_unlock(&cage_tree_lock);
		cage_unref(reaped);
		if (result != 0 || (options & WNOHANG))
			return result;
		result = host_call_interruptible(&thread->attention, SYS_futex, (long)&cage->child_events,
						 FUTEX_WAIT | FUTEX_PRIVATE_FLAG, seen, 0, 0, 0);
		if (result == -EINTR)
			return result;
	}
}
