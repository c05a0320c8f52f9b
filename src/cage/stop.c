/* Stopping and continuing cages: see stop.h. */
#include "cage/stop.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/worker.h"
#include "cage/thread.h"

/* How many cages are stopped or about to; under cage_tree_lock. Most of the time none, and then ends of cages
 * need not look whom they leave. */
static unsigned stopped_count;

static void (*change_hook)(struct cage *cage, bool stops);
static void (*first_hook)(void);

void stop_set_hook(void (*changes)(struct cage *cage, bool stops))
{
	change_hook = changes;
}

void stop_set_first_hook(void (*settled)(void))
{
	first_hook = settled;
}

static bool first_is_stopped_locked(void)
{
	const struct cage *first = stopped_count ? cage_find_locked(1) : NULL;

	return first && first->stop.complete;
}

void stop_cage_ended_locked(void)
{
	if (first_hook && first_is_stopped_locked())
		first_hook();
}

int stop_of_first(bool *all)
{
	int number;

	*all = true;
	pthread_mutex_lock(&cage_tree_lock);
	number = first_is_stopped_locked() ? cage_find_locked(1)->stop.signal : 0;
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage))
		if (cage->state != CAGE_ZOMBIE && !cage->stop.complete)
			*all = false;
	pthread_mutex_unlock(&cage_tree_lock);
	return number;
}

/* -- telling the parent -- */

static struct stop_news news_locked(struct cage *cage, int code, int status)
{
	struct stop_news news = {.parent = cage->parent ? cage_ref(cage->parent) : NULL};

	news.info = (struct signal_info){.number = SIGCHLD,
					 .code = code,
					 .sender_id = cage->id,
					 .sender_uid = cage->credentials.uid,
					 .status = status};
	return news;
}

static bool wants_signal(struct cage *parent)
{
	bool wants;

	pthread_mutex_lock(&parent->signals.lock);
	wants = parent->signals.action[SIGCHLD].handler != GUEST_SIG_IGN &&
		!(parent->signals.action[SIGCHLD].flags & SA_NOCLDSTOP);
	pthread_mutex_unlock(&parent->signals.lock);
	return wants;
}

void stop_tell(struct stop_news *news)
{
	if (!news->parent)
		return;
	if (wants_signal(news->parent))
		signal_send_cage(news->parent, &news->info);
	cage_child_event(news->parent);
	cage_unref(news->parent);
	news->parent = NULL;
}

/* -- stopping -- */

static bool all_parked(const struct cage *cage)
{
	for (const struct thread *thread = cage->threads; thread; thread = thread->next)
		if (!thread->parked && !thread->away)
			return false;
	return cage->threads;
}

struct stop_news stop_settle_locked(struct cage *cage)
{
	if (!cage->stop.signal || cage->stop.complete || !all_parked(cage))
		return (struct stop_news){0};
	cage->stop.complete = true;
	cage->stop.change = cage->stop.signal;
	stop_cage_ended_locked();
	return news_locked(cage, CLD_STOPPED, cage->stop.signal);
}

/* Kicks whoever is not parked yet. */
static bool chase_locked(struct cage *cage)
{
	if (!cage->stop.signal || cage->stop.complete)
		return false;
	for (struct thread *thread = cage->threads; thread; thread = thread->next)
		if (!thread->parked)
			thread_attend(thread, ATTENTION_STOP);
	if (change_hook)
		change_hook(cage, true);
	return true;
}

/* A kick that came between a thread's last look and its return to guest code is lost, so kick again; ever
 * more seldom, since who does not park may be in a grate's handler for long. */
static void chase(void *argument)
{
	struct timespec pause = {.tv_nsec = 5000000};
	struct cage *cage = argument;
	bool found = true;

	while (found) {
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 400000000)
			pause.tv_nsec *= 2;
		pthread_mutex_lock(&cage_tree_lock);
		found = chase_locked(cage);
		cage->stop.chased = found;
		pthread_mutex_unlock(&cage_tree_lock);
	}
	cage_unref(cage);
}

void stop_away(struct thread *thread, bool away)
{
	struct stop_news news = {0};

	pthread_mutex_lock(&cage_tree_lock);
	thread->away = away;
	if (away)
		news = stop_settle_locked(thread->cage);
	pthread_mutex_unlock(&cage_tree_lock);
	stop_tell(&news);
}

struct stop_news stop_begin_locked(struct cage *cage, int number)
{
	if (cage->state != CAGE_ALIVE || cage->stop.signal)
		return (struct stop_news){0};
	if (number != SIGSTOP && stop_group_orphaned_locked(cage->process_group, NULL))
		return (struct stop_news){0};
	cage->stop.signal = number;
	cage->stop.complete = false;
	cage->stop.change = 0;
	stopped_count++;
	chase_locked(cage);
	/* The thread that runs this parks by itself, on its way out of the call. */
	if (!cage->stop.chased && thread_others_locked(cage))
		cage->stop.chased = worker_start(chase, cage_ref(cage)) == 0;
	return stop_settle_locked(cage);
}

void stop_begin(struct cage *cage, int number)
{
	struct stop_news news;

	pthread_mutex_lock(&cage_tree_lock);
	news = stop_begin_locked(cage, number);
	pthread_mutex_unlock(&cage_tree_lock);
	stop_tell(&news);
}

static void release_threads(struct cage *cage)
{
	for (struct thread *thread = cage->threads; thread; thread = thread->next) {
		thread->parked = false;
		thread_release(thread);
	}
	if (change_hook)
		change_hook(cage, false);
	stopped_count--;
}

struct stop_news stop_continue_locked(struct cage *cage)
{
	struct stop_news news = {0};

	if (!cage->stop.signal)
		return news;
	/* Linux: one that was continued before it had quite stopped tells of the stop. */
	if (cage->stop.complete)
		news = news_locked(cage, CLD_CONTINUED, SIGCONT);
	else
		news = news_locked(cage, CLD_STOPPED, cage->stop.signal);
	cage->stop.change = CAGE_CONTINUED;
	cage->stop.signal = 0;
	cage->stop.complete = false;
	release_threads(cage);
	return news;
}

void stop_forget_locked(struct cage *cage)
{
	cage->stop.change = 0;
	if (!cage->stop.signal)
		return;
	cage->stop.signal = 0;
	cage->stop.complete = false;
	release_threads(cage);
}

/* -- parking -- */

static uint32_t attention_of(const struct thread *thread)
{
	/* Acquire: what the bits were set for is seen too. Counterpart: thread_attend, thread_release. */
	return atomic_load_explicit(&thread->attention, memory_order_acquire);
}

/* Begins or ends to be parked. The cage may have gone on and stopped again before the thread came to run. */
static bool is_to_park(struct thread *thread)
{
	struct stop_news news = {0};
	uint32_t attention;
	bool parks;

	pthread_mutex_lock(&cage_tree_lock);
	attention = attention_of(thread);
	parks = (attention & ATTENTION_STOP) && !(attention & ATTENTION_LEAVE);
	if (parks && !thread->parked)
		thread->stops++;
	thread->parked = parks;
	if (parks)
		news = stop_settle_locked(thread->cage);
	pthread_mutex_unlock(&cage_tree_lock);
	stop_tell(&news);
	return parks;
}

void stop_park(struct thread *thread)
{
	/* `parked` goes before the bit does, and the bit may be back at once. */
	while (is_to_park(thread)) {
		uint32_t attention = attention_of(thread);

		if ((attention & ATTENTION_STOP) && !(attention & ATTENTION_LEAVE) && thread->parked)
			futex_wait(&thread->attention, attention, NULL);
	}
}

static bool a_client_leaves(const struct thread *client)
{
	for (; client; client = client->client)
		if (attention_of(client) & ATTENTION_LEAVE)
			return true;
	return false;
}

bool stop_park_server(struct thread *server, struct thread *client)
{
	for (;;) {
		/* Whatever happens to a client after this changes the word that is slept on. */
		uint32_t attention = atomic_fetch_and_explicit(&server->attention, ~ATTENTION_CLIENT,
							       memory_order_acq_rel) &
				     ~ATTENTION_CLIENT;

		if (a_client_leaves(client))
			return false;
		if (!(attention & ATTENTION_STOP) || (attention & ATTENTION_LEAVE))
			return true;
		if (attention_of(client) & ATTENTION_STOP)
			stop_park(client);
		else
			futex_wait(&server->attention, attention, NULL);
	}
}

/* -- orphaned process groups -- */

bool stop_holds_locked(const struct cage *parent, const struct cage *child)
{
	return parent && parent->process_group != child->process_group && parent->session == child->session;
}

bool stop_group_orphaned_locked(uint32_t group, const struct cage *except)
{
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage)) {
		if (cage->process_group != group || cage == except || cage->state == CAGE_ZOMBIE)
			continue;
		/* The first cage's parent is whoever started lind: where that is no shell with job control,
		 * the host does not let lind stop. */
		if (cage->id == 1)
			return false;
		if (stop_holds_locked(cage->parent, cage))
			return false;
	}
	return true;
}

static bool has_stopped_locked(uint32_t group)
{
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage))
		if (cage->process_group == group && cage->stop.signal)
			return true;
	return false;
}

void stop_group_left(uint32_t group)
{
	const struct signal_info hang_up = {.number = SIGHUP, .code = SI_KERNEL};
	const struct signal_info go_on = {.number = SIGCONT, .code = SI_KERNEL};
	bool left;

	pthread_mutex_lock(&cage_tree_lock);
	left = stopped_count && has_stopped_locked(group) && stop_group_orphaned_locked(group, NULL);
	pthread_mutex_unlock(&cage_tree_lock);
	if (!left)
		return;
	signal_send_group(group, &hang_up);
	signal_send_group(group, &go_on);
}
