/* Host system calls that may block, ended by a kick without the lost-wakeup race.
 *
 * A host thread that is to look at something at once (a signal for its guest, the end of its cage) has its
 * attention word set and is then sent the kick signal. The check of the word and the system call instruction
 * form one code range: if the kick arrives inside it, its handler moves the program counter to the exit that
 * returns -EINTR. A kick before the range is seen by the check, one after it is EINTR by the kernel's own
 * hand. */
#ifndef LIND_BASE_INTERRUPTIBLE_H
#define LIND_BASE_INTERRUPTIBLE_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The kick signal. Not a real-time one: those are queued, and a kick would be lost where the queue is full;
 * these coalesce. Nobody else may block it in a thread that runs guests, and one that comes from elsewhere
 * does no harm. */
#define HOST_KICK_SIGNAL SIGURG

/* The host's system call `number`. Returns its result or -errno; -EINTR at once if *attention is not zero.
 * The kernel's own ERESTART never shows. */
int64_t host_call_interruptible(const _Atomic uint32_t *attention, long number, long a, long b, long c,
				long d, long e, long f);

/* Installs the kick signal's handler (without SA_RESTART). Once, at start. Returns 0 or -errno. */
int host_kick_start(void);
/* Makes `host` leave the blocking call it is in, or will enter. Its attention word must have been set before.
 */
void host_kick(pthread_t host);
/* From the hook: the calling thread is kicked again soon, and later each time that it asks anew, since what
 * the kick is for could not be done where it was. Where the host has no timer for it, nothing happens. */
void host_kick_later(void);
/* The hook did what the kick was for: the next host_kick_later is soon again. */
void host_kick_done(void);
/* The calling thread ends. */
void host_kick_stop(void);
/* Lets kicks in, in a handler of host signals that is about to run a guest; returns whether they were held
 * back, for host_kick_hold to hold them back again. */
bool host_kick_release(void);
void host_kick_hold(bool held);
/* Runs on the kicked host thread, in the handler, after the range check: set by rooms above for asynchronous
 * work. NULL: nothing. */
extern void (*host_kick_hook)(void *host_context);

#endif
