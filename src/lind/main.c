/* The command: starts the rooms in their order, runs the first cage, passes on the outside's signals, and
 * ends as the program did. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/guest.h"
#include "abi/syscalls.h"
#include "base/interruptible.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/worker.h"
#include "cage/checkpoint.h"
#include "cage/interrupt.h"
#include "cage/kick.h"
#include "cage/missing.h"
#include "lind/options.h"
#include "lind/view.h"
#include "rawposix/net.h"
#include "rawposix/rawposix.h"
#include "rawposix/terminal.h"
#include "threei/threei.h"

#define EXIT_INTERNAL       1
#define LINGER_MILLISECONDS 1000

/* The run of the first cage, between the main thread and the one that runs it. */
struct run {
	struct cage_start start;
	int result, wait_status;
	char error[512];
	pthread_t main_thread;
};

/* What the outside may send to the program. SIGTSTP and its like are left to the host: they stop and continue
 * the whole. */
static const int outside_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
#define OUTSIDE_COUNT (sizeof outside_signals / sizeof *outside_signals)
/* Tells the main thread, which waits for signals, that the first cage has ended. */
#define DONE_SIGNAL SIGRTMAX

static void run_first(void *argument)
{
	struct run *run = argument;

	run->result = cage_run_first(&run->start, &run->wait_status, run->error, sizeof run->error);
	pthread_kill(run->main_thread, DONE_SIGNAL);
}

/* Before any thread is made, which all inherit the mask. */
static void block_outside_signals(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < OUTSIDE_COUNT; i++)
		sigaddset(set, outside_signals[i]);
	sigaddset(set, DONE_SIGNAL);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static signal_set ignored_signals(void)
{
	signal_set ignored = 0;

	for (size_t i = 0; i < OUTSIDE_COUNT; i++) {
		struct sigaction action;

		if (sigaction(outside_signals[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			ignored |= signal_bit(outside_signals[i]);
	}
	return ignored;
}

/* Signals from outside go to the terminal's foreground group when the terminal sent them, else to the first
 * cage. */
static void pass_on(const siginfo_t *info)
{
	struct signal_info sent = {.number = info->si_signo, .code = info->si_code};
	struct cage *first = cage_get(1);

	if (!first)
		return;
	if (info->si_code == SI_KERNEL)
		signal_send_group(terminal_foreground(), &sent);
	else
		signal_send_cage(first, &sent);
	cage_unref(first);
}

static void wait_for_end(const sigset_t *set)
{
	siginfo_t info;

	for (;;) {
		int number = sigwaitinfo(set, &info);

		if (number == DONE_SIGNAL && info.si_pid == getpid())
			return;
		if (number > 0 && number != DONE_SIGNAL)
			pass_on(&info);
	}
}

static void report_missing(void)
{
	for (uint64_t number = 0; number < ROUTE_NUMBERS; number++) {
		const struct call_description *row = call_describe(number);

		if (missing_count(number))
			log_note("not supported: %s (%llu), %llu times", row ? row->name : "no such call",
				 (unsigned long long)number, (unsigned long long)missing_count(number));
	}
}

/* Leaves as the program did, so that whoever started us sees the same. */
static int leave(int wait_status)
{
	int number = WTERMSIG(wait_status);
	struct rlimit no_core = {0};
	sigset_t set;

	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status);
	/* The program's memory is not this process's: a core dump would tell nothing. */
	setrlimit(RLIMIT_CORE, &no_core);
	fflush(NULL);
	signal(number, SIG_DFL);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return 128 + number;
}

static void set_limits(struct rlimit *limits)
{
	struct rlimit own;

	for (int i = 0; i < RLIM_NLIMITS; i++)
		getrlimit((__rlimit_resource_t)i, &limits[i]);
	/* All cages share this process's descriptors: it takes what it may have. */
	own = limits[RLIMIT_NOFILE];
	own.rlim_cur = own.rlim_max;
	setrlimit(RLIMIT_NOFILE, &own);
	if (limits[RLIMIT_NOFILE].rlim_max > LIMIT_DESCRIPTORS)
		limits[RLIMIT_NOFILE].rlim_max = LIMIT_DESCRIPTORS;
	if (limits[RLIMIT_NOFILE].rlim_cur > limits[RLIMIT_NOFILE].rlim_max)
		limits[RLIMIT_NOFILE].rlim_cur = limits[RLIMIT_NOFILE].rlim_max;
}

static bool start_rooms(const struct options *options)
{
	static const struct engine_callbacks callbacks = {.syscall = cage_syscall,
							  .fork = cage_fork,
							  .checkpoint = checkpoint_call,
							  .threei_call = threei_call,
							  .look_again = kick_look_again,
							  .fault = interrupt_fault};
	const struct engine_options engine = {.no_cache = options->no_cache,
					      .verbose = options->verbosity > 0,
					      .progress = isatty(STDERR_FILENO)};
	char error[512];
	int result;

	if (engine_start(&callbacks, &engine, error, sizeof error) < 0) {
		log_error("%s", error);
		return false;
	}
	result = guest_faults_start();
	if (result == 0)
		result = host_kick_start();
	if (result < 0) {
		log_error("cannot set up signal handlers: %s", strerror(-result));
		return false;
	}
	kick_start();
	threei_start(options->open_3i);
	rawposix_network = options->network;
	return true;
}

/* Fills in what the first cage starts with. Returns 0 or the exit status. */
static int prepare(const struct options *options, struct run *run, char *program, size_t size)
{
	struct cage_start *start = &run->start;
	char **environment;
	int status;

	start->space = view_space(options);
	if (!start->space)
		return EXIT_INTERNAL;
	start->files = view_standard_streams();
	environment = view_environment(options, start->space);
	if (!start->files || !environment) {
		log_error("out of memory");
		return EXIT_INTERNAL;
	}
	status = view_find_program(start->space, environment, options->command[0], program, size);
	start->program = program;
	start->arguments = options->command;
	start->environment = environment;
	start->base_routes = rawposix_routes;
	start->credentials =
		(struct cage_credentials){getuid(), geteuid(), geteuid(), getgid(), getegid(), getegid()};
	start->ignored_signals = ignored_signals();
	set_limits(start->limits);
	file_space_set_umask(start->space, umask(0));
	return status;
}

static int refused(const struct run *run, const char *program)
{
	if (*run->error)
		log_error("%s", run->error);
	else
		log_error("%s: cannot be run: %s", program,
			  run->result == -ENOEXEC
				  ? "neither a program made by lind-clang nor a script that begins with #!"
				  : strerror(-run->result));
	return run->result == -ENOMEM || run->result == -EAGAIN ? EXIT_INTERNAL : 126;
}

int main(int count, char **arguments)
{
	struct run run = {.main_thread = pthread_self()};
	char program[LIMIT_PATH];
	struct options options;
	sigset_t set;
	int status = options_parse(count, arguments, &options);

	if (status >= 0)
		return status;
	log_set_level((enum log_level)(options.verbosity > LOG_DETAILS ? LOG_DETAILS : options.verbosity));
	block_outside_signals(&set);
	if (!start_rooms(&options))
		return EXIT_INTERNAL;
	status = prepare(&options, &run, program, sizeof program);
	if (status == 0 && worker_start(run_first, &run) < 0) {
		log_error("cannot make a thread");
		status = EXIT_INTERNAL;
	} else if (status == 0) {
		wait_for_end(&set);
		status = run.result < 0 ? refused(&run, program) : -1;
		report_missing();
		/* As a container's first process: whoever it leaves behind goes with it. */
		cage_end_all(LINGER_MILLISECONDS);
	}
	view_end();
	/* Not exit(): host threads that did not make it to their end in time still use what it would destroy.
	 */
	_exit(status >= 0 ? status : leave(run.wait_status));
}
