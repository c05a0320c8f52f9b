/* How cages end, and how their parents learn of it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/worker.h"
#include "cage/alarm.h"
#include "cage/cage.h"
#include "cage/session.h"
#include "cage/stop.h"
#include "cage/thread.h"
#include "cage/tree.h"
#include "cage/watch.h"

/* Called without locks: when a cage starts to end, and when its last thread has left. */
static void (*ending_hook)(struct cage *);
static void (*end_hook)(struct cage *);
static void (*gone_hook)(const struct cage *, bool told);

void cage_set_end_hooks(void (*starts)(struct cage *), void (*ends)(struct cage *))
{
	ending_hook = starts;
	end_hook = ends;
}

void cage_set_gone_hook(void (*gone)(const struct cage *, bool told))
{
	gone_hook = gone;
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

bool cage_end_locked(struct cage *cage, int wait_status)
{
	if (cage->state != CAGE_ALIVE)
		return false;
	cage->state = CAGE_ENDING;
	cage->wait_status = wait_status;
	chase_locked(cage, NULL);
	stop_forget_locked(cage);
	return true;
}

void cage_end_begun(struct cage *cage)
{
	bool others;

	if (ending_hook)
		ending_hook(cage);
	pthread_mutex_lock(&cage_tree_lock);
	others = thread_others_locked(cage);
	pthread_mutex_unlock(&cage_tree_lock);
	/* Without a worker the kicks above are all: enough for whoever is not computing. */
	if (others && worker_start(clear_out_worker, cage_ref(cage)) < 0)
		cage_unref(cage);
}

void cage_end(struct cage *cage, int wait_status)
{
	bool begun;

	pthread_mutex_lock(&cage_tree_lock);
	begun = cage_end_locked(cage, wait_status);
	pthread_mutex_unlock(&cage_tree_lock);
	if (begun)
		cage_end_begun(cage);
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

bool cage_end_all(unsigned milliseconds)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	bool found = false;

	for (struct cage *cage; (cage = any_alive());) {
		found = true;
		cage_end(cage, SIGKILL);
		cage_unref(cage);
	}
	while (milliseconds-- && !none_left())
		nanosleep(&pause, NULL);
	return found;
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
	watch_leave(cage);
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

static struct signal_info ended_signal(const struct cage *cage)
{
	int status = cage->wait_status;

	return (struct signal_info){.number = cage->exit_signal,
				    .code = signal_child_code(status),
				    .sender_id = cage->id,
				    .sender_uid = cage->credentials.uid,
				    .status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)};
}

/* Whether children that end by SIGCHLD leave a zombie, and whether they send the signal: SIG_IGN means
 * neither, SA_NOCLDWAIT no zombie. */
static void ask_parent(struct cage *parent, bool *zombie, bool *signal)
{
	pthread_mutex_lock(&parent->signals.lock);
	*signal = parent->signals.action[SIGCHLD].handler != GUEST_SIG_IGN;
	*zombie = *signal && !(parent->signals.action[SIGCHLD].flags & SA_NOCLDWAIT);
	pthread_mutex_unlock(&parent->signals.lock);
}

void cage_child_event(struct cage *parent)
{
	event(&parent->child_events);
}

/* Tells a parent of a child's end. */
static void tell_parent(struct cage *parent, const struct signal_info *info)
{
	bool zombie = true, wants = true;

	if (info->number == SIGCHLD)
		ask_parent(parent, &zombie, &wants);
	if (wants && info->number)
		signal_send_cage(parent, info);
	event(&parent->child_events);
}

/* What the end of a cage means to its children, who have a new parent by now, or none. */
struct bereaved {
	struct cage *child; /* counted */
	bool was_held;      /* the ended cage kept its process group from being an orphan */
};

/* The children as they are before they are given away, each counted. NULL: there are none, or no memory for
 * it. */
static struct bereaved *children_locked(struct cage *cage, size_t *count)
{
	struct bereaved *all;
	size_t i = 0;

	*count = 0;
	for (struct cage *child = cage->first_child; child; child = child->next_sibling)
		++*count;
	all = *count ? calloc(*count, sizeof *all) : NULL;
	if (!all)
		*count = 0;
	for (struct cage *child = cage->first_child; child && all; child = child->next_sibling)
		all[i++] = (struct bereaved){.child = cage_ref(child),
					     .was_held = stop_holds_locked(cage, child)};
	return all;
}

/* Tells who has adopted a child that it has ended already; takes it away where nobody wants to know. */
static void adopt_zombie(struct cage *child)
{
	struct signal_info info;
	struct cage *parent = NULL;
	bool zombie = true, wants = true;

	pthread_mutex_lock(&cage_tree_lock);
	if (child->state == CAGE_ZOMBIE && child->parent) {
		parent = cage_ref(child->parent);
		info = ended_signal(child);
		ask_parent(parent, &zombie, &wants);
		if (!zombie)
			cage_reap(child);
	}
	pthread_mutex_unlock(&cage_tree_lock);
	if (!zombie)
		cage_unref(child);
	if (parent)
		tell_parent(parent, &info);
	cage_unref(parent);
}

static void tell_children(struct cage *cage, struct bereaved *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct signal_info info = {.number = all[i].child->death_signal,
						 .code = SI_USER,
						 .sender_id = cage->id,
						 .sender_uid = cage->credentials.uid};

		if (info.number)
			signal_send_cage(all[i].child, &info);
		if (all[i].was_held)
			stop_group_left(all[i].child->process_group);
		adopt_zombie(all[i].child);
		cage_unref(all[i].child);
	}
	free(all);
}

void cage_finish(struct cage *cage)
{
	struct signal_info info = ended_signal(cage);
	struct cage *parent = NULL, *dead, *next;
	struct bereaved *children;
	bool zombie = false, wants, held;
	uint32_t group;
	size_t count;

	if (end_hook)
		end_hook(cage);
	cage_clear_out(cage, NULL);
	give_back(cage);
	if (gone_hook)
		gone_hook(cage, false);
	session_leader_ends(cage);
	pthread_mutex_lock(&cage_tree_lock);
	if (cage->parent) {
		parent = cage_ref(cage->parent);
		zombie = true;
		if (info.number == SIGCHLD)
			ask_parent(parent, &zombie, &wants);
	}
	group = cage->process_group;
	held = stop_holds_locked(parent, cage);
	children = children_locked(cage, &count);
	cage_ref(cage);
	dead = cage_become_zombie(cage, zombie);
	stop_cage_ended_locked();
	pthread_mutex_unlock(&cage_tree_lock);
	for (; dead; dead = next) {
		next = dead->next_sibling;
		cage_unref(dead);
	}
	if (gone_hook)
		gone_hook(cage, true);
	tell_children(cage, children, count);
	if (held)
		stop_group_left(group);
	cage_release_forker(cage);
	if (parent) {
		tell_parent(parent, &info);
		cage_unref(parent);
	}
	cage_unref(cage);
}
