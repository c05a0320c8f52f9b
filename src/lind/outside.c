/* Signals from outside, and stopping as a whole: see outside.h. */
#include "lind/outside.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <termios.h>
#include <unistd.h>

#include "cage/cage.h"
#include "cage/session.h"
#include "cage/stop.h"
#include "rawposix/terminal.h"

/* Tell the thread that waits for signals: the first cage has ended; it may be time to stop. */
#define DONE_SIGNAL   SIGRTMAX
#define SETTLE_SIGNAL (SIGRTMAX - 1)

/* What the outside may send to the program. SIGTTIN and SIGTTOU are left to the host: they are for who uses
 * lind's terminal from its background, which stops the whole. */
static const int passed[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH};
#define PASSED_COUNT (sizeof passed / sizeof *passed)
static const int left_to_host[] = {SIGTTIN, SIGTTOU};

static pthread_t server;
static atomic_bool is_done;
static struct termios settings;
static bool has_settings;

static void settled(void)
{
	pthread_kill(server, SETTLE_SIGNAL);
}

static sigset_t served(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < PASSED_COUNT; i++)
		sigaddset(&set, passed[i]);
	sigaddset(&set, DONE_SIGNAL);
	sigaddset(&set, SETTLE_SIGNAL);
	return set;
}

void outside_start(void)
{
	sigset_t set = served();

	server = pthread_self();
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	terminal_start();
	has_settings = terminal_is_ours() && tcgetattr(terminal_outer(), &settings) == 0;
	stop_set_first_hook(settled);
}

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

signal_set outside_ignored(void)
{
	signal_set ignored = 0;

	for (size_t i = 0; i < PASSED_COUNT; i++)
		if (is_ignored(passed[i]))
			ignored |= signal_bit(passed[i]);
	for (size_t i = 0; i < sizeof left_to_host / sizeof *left_to_host; i++)
		if (is_ignored(left_to_host[i]))
			ignored |= signal_bit(left_to_host[i]);
	return ignored;
}

/* The group of the first cage: all of what the shell outside takes for its job, as far as that goes. */
static void send_first_group(const struct signal_info *info)
{
	struct cage *first = cage_get(1);

	if (first)
		signal_send_group(first->process_group, info);
	cage_unref(first);
}

/* What the terminal sends is for its foreground group. What somebody sends is for the first cage, but for
 * stopping and continuing, which shells do to jobs. */
static void pass_on(const siginfo_t *info)
{
	const struct signal_info sent = {.number = info->si_signo, .code = info->si_code};
	struct cage *first;

	if (info->si_code == SI_KERNEL && info->si_signo != SIGCONT) {
		signal_send_group(session_outer_group(), &sent);
	} else if (info->si_signo == SIGTSTP || info->si_signo == SIGCONT) {
		send_first_group(&sent);
	} else {
		first = cage_get(1);
		if (first)
			signal_send_cage(first, &sent);
		cage_unref(first);
	}
}

/* The first cage has stopped. lind stops too if nothing else runs that could let it go on, or if the user
 * would sit before a terminal that nobody reads from: then the shell outside takes over. */
static bool is_to_stop(int *number)
{
	struct cage *first = cage_get(1);
	bool all, holds;

	*number = stop_of_first(&all);
	holds = first && terminal_is_ours() && session_outer_group() == first->process_group;
	cage_unref(first);
	return *number && (all || holds);
}

static void stop(int number)
{
	const struct signal_info go_on = {.number = SIGCONT, .code = SI_KERNEL};
	const struct timespec none = {0};
	sigset_t set, continued;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigemptyset(&continued);
	sigaddset(&continued, SIGCONT);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	pthread_kill(pthread_self(), number); /* returns when somebody has sent SIGCONT */
	if (number == SIGTSTP)
		pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigtimedwait(&continued, NULL, &none);
	/* Also where the host did not let it stop, since no shell would let it go on. */
	send_first_group(&go_on);
}

void outside_serve(void)
{
	sigset_t set = served();
	siginfo_t info;

	for (;;) {
		int number = sigwaitinfo(&set, &info), by;

		/* Acquire: what the first cage left behind is seen. Counterpart: outside_done. */
		if (number == DONE_SIGNAL && atomic_load_explicit(&is_done, memory_order_acquire))
			return;
		if (number == SETTLE_SIGNAL && is_to_stop(&by))
			stop(by);
		if (number > 0 && number != DONE_SIGNAL && number != SETTLE_SIGNAL)
			pass_on(&info);
	}
}

void outside_done(void)
{
	atomic_store_explicit(&is_done, true, memory_order_release);
	pthread_kill(server, DONE_SIGNAL);
}

void outside_end(bool broken)
{
	if (broken && has_settings && terminal_is_ours())
		tcsetattr(terminal_outer(), TCSADRAIN, &settings);
}
