/* The kick: how one host thread makes another leave, or not enter, a blocking system call. */
#include "base/interruptible.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/machine.h"

void (*host_kick_hook)(void *host_context);

int64_t host_call_interruptible(const _Atomic uint32_t *attention, long number, long a, long b, long c,
				long d, long e, long f)
{
	return machine_call(attention, number, a, b, c, d, e, f);
}

static void kicked(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	int saved = errno;
	machine_call_leave(context);
	if (host_kick_hook)
		host_kick_hook(context);
	errno = saved;
}

int host_kick_start(void)
{
	/* No SA_RESTART: a call that sleeps must end. No SA_ONSTACK: the hook may run guest code, which needs
	 * the thread's own stack. */
	struct sigaction action = {.sa_sigaction = kicked, .sa_flags = SA_SIGINFO};
	sigemptyset(&action.sa_mask);
	return sigaction(HOST_KICK_SIGNAL, &action, NULL) ? -errno : 0;
}

/* A timer of each thread that ever asked: what a handler of signals may make and set without locks. */
static __thread struct {
	bool made;
	int32_t id; /* the kernel's, not libc's */
	unsigned tries;
} later;

#define FIRST_DELAY 20000 /* nanoseconds; doubled up to about 10 ms */
#define MOST_TRIES  9

void host_kick_later(void)
{
	struct itimerspec when = {.it_value.tv_nsec = (long)FIRST_DELAY << later.tries};
	if (!later.made) {
		struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = HOST_KICK_SIGNAL};
		event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
		later.made = syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &later.id) == 0;
		if (!later.made)
			return;
	}
	if (later.tries < MOST_TRIES)
		later.tries++;
	syscall(SYS_timer_settime, later.id, 0, &when, NULL);
}

void host_kick_done(void)
{
	later.tries = 0;
}

void host_kick_stop(void)
{
	if (later.made)
		syscall(SYS_timer_delete, later.id);
	later.made = false;
}

bool host_kick_release(void)
{
	sigset_t kick, old;
	sigemptyset(&kick);
	sigaddset(&kick, HOST_KICK_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &kick, &old);
	return sigismember(&old, HOST_KICK_SIGNAL);
}

void host_kick_hold(bool held)
{
	sigset_t kick;
	sigemptyset(&kick);
	sigaddset(&kick, HOST_KICK_SIGNAL);
	if (held)
		pthread_sigmask(SIG_BLOCK, &kick, NULL);
}

void host_kick(pthread_t host)
{
	pthread_kill(host, HOST_KICK_SIGNAL);
}
