/* Sessions and their controlling terminals: see session.h. */
#include "cage/session.h"

#include <errno.h>
#include <signal.h>

#include "cage/cage.h"
#include "cage/stop.h"

#define TERMINALS 256 /* with a session, at once */

atomic_bool session_has_terminals;

static uint32_t outer; /* written once */

/* Under cage_tree_lock. One that was hung up keeps its session and group, for the end of the session's
 * leader, but is no device any more. */
static struct terminal {
	uint32_t device, session, group; /* session 0: free */
} terminals[TERMINALS];

static struct terminal *of_session(uint32_t session)
{
	for (size_t i = 0; i < TERMINALS; i++)
		if (terminals[i].session == session)
			return &terminals[i];
	return NULL;
}

static struct terminal *of_device(uint32_t device)
{
	for (size_t i = 0; i < TERMINALS; i++)
		if (terminals[i].session && terminals[i].device == device)
			return &terminals[i];
	return NULL;
}

/* The terminal that controls the cage, or NULL. */
static struct terminal *controlling(const struct cage *cage)
{
	struct terminal *terminal = cage->left_terminal ? NULL : of_session(cage->session);

	return terminal && terminal->device ? terminal : NULL;
}

static void lock(void)
{
	pthread_mutex_lock(&cage_tree_lock);
}

static void unlock(void)
{
	pthread_mutex_unlock(&cage_tree_lock);
}

static void send_group(uint32_t group, int number)
{
	const struct signal_info info = {.number = number, .code = SI_KERNEL};

	if (group)
		signal_send_group(group, &info);
}

static int64_t add_locked(uint32_t device, uint32_t session, uint32_t group)
{
	struct terminal *spare = of_session(0);

	if (!spare)
		return -ENOMEM;
	*spare = (struct terminal){.device = device, .session = session, .group = group};
	atomic_store_explicit(&session_has_terminals, true, memory_order_relaxed);
	return 0;
}

void session_start(uint32_t device)
{
	lock();
	outer = device;
	add_locked(device, 1, 1);
	unlock();
}

uint32_t session_outer_group(void)
{
	struct terminal *terminal;
	uint32_t group;

	lock();
	terminal = outer ? of_device(outer) : NULL;
	group = terminal ? terminal->group : 1;
	unlock();
	return group;
}

int64_t session_begin(struct cage *cage)
{
	int64_t result = cage->id;

	lock();
	for (struct cage *other = cage_next(NULL); other; other = cage_next(other))
		if (other->process_group == cage->id)
			result = -EPERM;
	if (result > 0) {
		cage->session = cage->process_group = cage->id;
		cage->leads_session = true;
		cage->left_terminal = false;
	}
	unlock();
	return result;
}

uint32_t session_terminal(const struct cage *cage)
{
	struct terminal *terminal;
	uint32_t device;

	lock();
	terminal = controlling(cage);
	device = terminal ? terminal->device : 0;
	unlock();
	return device;
}

bool session_is_terminal(const struct cage *cage, uint32_t device)
{
	return device && session_terminal(cage) == device;
}

bool session_of_terminal(uint32_t device, uint32_t *session, uint32_t *group)
{
	struct terminal *terminal;

	lock();
	terminal = of_device(device);
	if (terminal) {
		*session = terminal->session;
		*group = terminal->group;
	}
	unlock();
	return terminal;
}

/* -ESRCH if there is no such group, -EPERM if it is of another session. */
static int64_t check_group(uint32_t group, uint32_t session)
{
	int64_t result = -ESRCH;

	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage))
		if (cage->process_group == group) {
			if (cage->session == session)
				return 0;
			result = -EPERM;
		}
	return result;
}

int64_t session_set_foreground(struct cage *cage, uint32_t device, int32_t group)
{
	struct terminal *terminal;
	int64_t result = -ENOTTY;

	lock();
	terminal = controlling(cage);
	if (terminal && terminal->device == device)
		result = group < 0 ? -EINVAL : check_group((uint32_t)group, cage->session);
	if (result == 0)
		terminal->group = (uint32_t)group;
	unlock();
	return result;
}

int64_t session_take(struct cage *cage, uint32_t device)
{
	struct terminal *terminal;
	int64_t result;

	lock();
	terminal = of_device(device);
	if (cage->leads_session && terminal && terminal->session == cage->session)
		result = 0;
	else if (!cage->leads_session || terminal || of_session(cage->session))
		result = -EPERM;
	else
		result = add_locked(device, cage->session, cage->process_group);
	unlock();
	return result;
}

int64_t session_leave(struct cage *cage, uint32_t device)
{
	struct terminal *terminal;
	uint32_t group = 0;
	int64_t result = 0;

	lock();
	terminal = controlling(cage);
	if (!terminal || terminal->device != device) {
		result = -ENOTTY;
	} else if (cage->leads_session) {
		/* It gives it up for all of them. */
		group = terminal->group;
		*terminal = (struct terminal){0};
	} else {
		cage->left_terminal = true;
	}
	unlock();
	send_group(group, SIGHUP);
	send_group(group, SIGCONT);
	return result;
}

void session_hang_up(uint32_t device)
{
	const struct signal_info hang_up = {.number = SIGHUP, .code = SI_KERNEL};
	const struct signal_info go_on = {.number = SIGCONT, .code = SI_KERNEL};
	struct terminal *terminal;
	struct cage *leader = NULL;

	lock();
	terminal = of_device(device);
	if (terminal) {
		leader = cage_find_locked(terminal->session);
		terminal->device = 0;
		if (leader)
			cage_ref(leader);
		else
			*terminal = (struct terminal){0};
	}
	unlock();
	if (!leader)
		return;
	signal_send_cage(leader, &hang_up);
	signal_send_cage(leader, &go_on);
	cage_unref(leader);
}

void session_leader_ends(struct cage *cage)
{
	struct terminal *terminal;
	uint32_t group = 0;
	bool hung_up = false;

	lock();
	terminal = cage->leads_session ? of_session(cage->session) : NULL;
	if (terminal) {
		group = terminal->group;
		hung_up = !terminal->device;
		*terminal = (struct terminal){0};
	}
	unlock();
	send_group(group, SIGHUP);
	if (hung_up)
		send_group(group, SIGCONT);
}

void session_signal(uint32_t device, int number)
{
	uint32_t session, group;

	if (session_of_terminal(device, &session, &group))
		send_group(group, number);
}

bool session_in_background(const struct cage *cage, uint32_t device)
{
	struct terminal *terminal;
	bool background;

	lock();
	terminal = controlling(cage);
	background = terminal && terminal->device == device && terminal->group &&
		     terminal->group != cage->process_group;
	unlock();
	return background;
}

int64_t session_refuse(struct thread *thread, struct cage *cage, int number)
{
	bool ignored, orphaned;
	uint32_t group;

	if (!thread)
		return -EIO;
	lock();
	pthread_mutex_lock(&cage->signals.lock);
	ignored = cage->signals.action[number].handler == GUEST_SIG_IGN ||
		  (thread->signals.blocked & signal_bit(number));
	pthread_mutex_unlock(&cage->signals.lock);
	group = cage->process_group;
	orphaned = !ignored && stop_group_orphaned_locked(group, NULL);
	unlock();
	if (ignored)
		return number == SIGTTIN ? -EIO : 0;
	if (orphaned)
		return -EIO;
	send_group(group, number);
	/* Where the signal went to another thread, the call is made again all the same. */
	atomic_fetch_or_explicit(&thread->attention, ATTENTION_SIGNAL, memory_order_relaxed);
	return -EINTR;
}
