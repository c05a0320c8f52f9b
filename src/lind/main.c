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
#include "lind/confine.h"
#include "lind/options.h"
#include "lind/outside.h"
#include "lind/view.h"
#include "rawposix/net.h"
#include "rawposix/rawposix.h"
#include "threei/threei.h"

#define EXIT_INTERNAL       1
#define LINGER_MILLISECONDS 1000

/* The run of the first cage, between the main thread and the one that runs it. */
struct run {
	struct cage_start start;
	int result, wait_status;
	char error[512];
};

static void run_first(void *argument)
{
	struct run *run = argument;

	run->result = cage_run_first(&run->start, &run->wait_status, run->error, sizeof run->error);
	outside_done();
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
	rawposix_start();
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
	start->ignored_signals = outside_ignored();
	set_limits(start->limits);
	limits_apply(&options->limits, start->limits);
	file_space_set_umask(start->space, umask(0));
	if (status == 0 && confine(options, start->space) < 0)
		return EXIT_INTERNAL;
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
	struct run run = {0};
	char program[LIMIT_PATH];
	struct options options;
	bool broken = false;
	int status = options_parse(count, arguments, &options);

	if (status >= 0)
		return status;
	confine_inheritance();
	log_set_level((enum log_level)(options.verbosity > LOG_DETAILS ? LOG_DETAILS : options.verbosity));
	outside_start();
	if (!start_rooms(&options))
		return EXIT_INTERNAL;
	status = prepare(&options, &run, program, sizeof program);
	if (status == 0 && worker_start(run_first, &run) < 0) {
		log_error("cannot make a thread");
		status = EXIT_INTERNAL;
	} else if (status == 0) {
		outside_serve();
		status = run.result < 0 ? refused(&run, program) : -1;
		report_missing();
		/* As a container's first process: whoever it leaves behind goes with it. */
		broken = cage_end_all(LINGER_MILLISECONDS) || WIFSIGNALED(run.wait_status);
	}
	outside_end(broken);
	view_end();
	/* Not exit(): host threads that did not make it to their end in time still use what it would destroy.
	 */
	_exit(status >= 0 ? status : leave(run.wait_status));
}
