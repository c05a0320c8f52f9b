/* Host threads for guest threads, recycled: one that has finished waits for the next function, so that a
 * start costs one wake instead of a new thread. */
#ifndef LIND_BASE_WORKER_H
#define LIND_BASE_WORKER_H

/* Runs function(argument) on another host thread with a stack of LIMIT_HOST_STACK bytes, a guard page below
 * it. There only the signals of faults, the kick signal, SIGTTIN and SIGTTOU are unblocked: what the outside
 * sends goes to the threads that expect it. Any thread; takes no lock that outlasts the call. Returns 0, or
 * -EAGAIN if no thread can be had; then the function does not run. */
int worker_start(void (*function)(void *), void *argument);

/* Says that the calling host thread no longer schedules as the others do (affinity, niceness, policy …): if
 * it is a worker, it will serve nobody else. What it starts inherits that, as threads and processes of Linux
 * do, on a new host thread, for which the same holds. Any host thread. */
void worker_scheduling_changed(void);

/* How many guest threads there may be at once: LIMIT_THREADS, or fewer where the host gives a process few
 * mappings (vm.max_map_count), of which each takes some. */
unsigned worker_limit(void);

#endif
