/* The kick: how one host thread makes another leave, or not enter, a blocking system call. */
#include "base/interruptible.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

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

void host_kick(pthread_t host)
{
	pthread_kill(host, HOST_KICK_SIGNAL);
}
