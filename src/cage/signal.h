/* Signals between cages: dispositions, masks, what is pending, and delivery at the end of a system call. */
#ifndef LIND_CAGE_SIGNAL_H
#define LIND_CAGE_SIGNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct cage;
struct engine_result;
struct guest_siginfo;
struct thread;

#define SIGNAL_COUNT 64

/* Bit n-1 stands for signal n, as in the kernel's sigset_t. */
typedef uint64_t signal_set;
static inline signal_set signal_bit(int number)
{
	return UINT64_C(1) << (number - 1);
}

#define GUEST_SIG_DFL 0
#define GUEST_SIG_IGN 1

struct signal_action {
	uint32_t handler; /* guest function index, or one of the above */
	uint32_t flags;
	signal_set mask;
};
static inline bool signal_caught(const struct signal_action *action)
{
	return action->handler > GUEST_SIG_IGN;
}

/* What a handler is told; becomes the guest's siginfo. */
struct signal_info {
	int number, code, error;
	uint32_t sender_id, sender_uid;
	int status;         /* SIGCHLD */
	uint64_t value;     /* rt_sigqueueinfo */
	uint32_t address;   /* faults */
	int timer, overrun; /* SI_TIMER */
};

/* Real-time signals that came while the same number was pending already, in order. Bounded: what comes after
 * is lost, as at RLIMIT_SIGPENDING. */
struct signal_queue {
	struct signal_info *info;
	size_t count, capacity;
};
/* Under the cage's signal lock. False: full, or out of memory. */
bool signal_queue_add(struct signal_queue *queue, const struct signal_info *info);
/* The pending signal `number` has been taken: the next of its kind takes its place, or its bit goes. */
void signal_queue_next(struct signal_queue *queue, int number, signal_set *pending,
		       struct signal_info *infos);
/* Forgets all signals of this number. */
void signal_queue_drop(struct signal_queue *queue, int number);
void signal_queue_free(struct signal_queue *queue);

struct cage_signals {
	pthread_mutex_t lock;
	struct signal_action action[SIGNAL_COUNT + 1];
	signal_set pending; /* for the whole cage */
	struct signal_info info[SIGNAL_COUNT + 1];
	struct signal_queue queue;
};

struct thread_signals {
	signal_set blocked; /* written by the thread itself; read by others under the cage's lock */
	signal_set pending;
	signal_set saved; /* the mask to return to after sigsuspend, ppoll, pselect */
	bool restore_saved;
	signal_set awaited; /* by sigwait, under way: taken as if blocked, whatever their action */
	struct signal_info info[SIGNAL_COUNT + 1];
	struct signal_queue queue;
	uint32_t stack_base, stack_size; /* sigaltstack */
	int stack_flags;
};

/* Sends to a cage (any of its threads that does not block it), or to one thread. Ignored signals are dropped.
 * 0 or -errno (-ESRCH: it has ended; -EAGAIN: too many are queued). */
int signal_send_cage(struct cage *cage, const struct signal_info *info);
/* To all cages of which `wanted` says 1, at once: none of them goes on in its program, nor ends, before each
 * has got it. `wanted` is asked with cage_tree_lock held; 0: no; -errno: it is one of them, but may not be
 * sent this. Returns 0 if one was sent it, -ESRCH if there is none, or why none was. */
int signal_send_all(int (*wanted)(const struct cage *cage, const void *key), const void *key,
		    const struct signal_info *info);
/* To every cage of a process group, as a terminal does. */
void signal_send_group(uint32_t group, const struct signal_info *info);
int signal_send_thread(struct cage *cage, uint32_t thread_id, const struct signal_info *info);

/* What thread_deliver found. */
enum signal_outcome {
	SIGNAL_NONE,       /* nothing was deliverable */
	SIGNAL_HANDLED,    /* handlers ran, all of them with SA_RESTART */
	SIGNAL_INTERRUPTS, /* a handler without SA_RESTART ran */
	SIGNAL_LEAVES,     /* the thread must unwind: its cage ends */
	SIGNAL_THROWS, /* a handler left by siglongjmp: the exception is pending in the instance's store */
};
/* Runs the handlers or default actions of what is deliverable, on the calling thread, which must be
 * `thread`'s. No locks held. */
enum signal_outcome signal_deliver(struct thread *thread);

/* True while a handler runs on the thread's alternate stack. */
bool signal_on_stack(const struct thread *thread);
bool signal_on_stack_at(const struct thread *thread, uint32_t stack_pointer);

/* What the guest is shown. */
struct guest_siginfo signal_guest_info(const struct signal_info *info);

/* sigwait's half: takes a pending signal of `set`, blocked or not. Its number, or 0. */
int signal_take(struct thread *thread, signal_set set, struct signal_info *info);

/* Default actions. */
enum signal_default { SIGNAL_ENDS, SIGNAL_ENDS_WITH_CORE, SIGNAL_IGNORED, SIGNAL_STOPS, SIGNAL_CONTINUES };
enum signal_default signal_default_action(int number);
/* What wait4 reports of a cage that a signal has ended. */
int signal_status(int number);
/* CLD_EXITED and its like, for what has ended with this status. */
int signal_child_code(int wait_status);

/* Changes the calling thread's mask and recomputes its attention. */
void signal_set_blocked(struct thread *thread, signal_set blocked);
/* Sleeps until the thread has attention: the one whose signals are waited for, also where a grate forwards
 * its call, since they may be pending already. Returns -EINTR or -ETIMEDOUT. */
int64_t signal_sleep(struct thread *thread, const struct timespec *timeout);
/* While the calling thread sleeps for signals of `set`, they wake it though blocked; 0 ends that. */
void signal_await(struct thread *thread, signal_set set);
/* A mask for the time of one call (ppoll, sigsuspend …): restored when signal_deliver returns. */
void signal_set_temporary(struct thread *thread, signal_set blocked);
/* True if a signal of this timer waits to be taken: `target` is a thread's id, 0: the cage's. */
bool signal_timer_pending(struct cage *cage, uint32_t target, int number, int timer);
/* A thread that could have taken these signals of its cage no longer can: others are told, but `except`. */
void signal_offer(struct cage *cage, signal_set set, const struct thread *except);
int signal_set_action(struct cage *cage, int number, const struct signal_action *action,
		      struct signal_action *old);
/* exec: handlers become SIG_DFL, ignored ones stay; the mask and what is pending stay too. */
void signal_reset_for_exec(struct thread *thread);
/* A fault of the thread's own guest code, whose frames are gone: runs a handler if there is one, and then
 * ends the cage by the signal. */
void signal_fault(struct thread *thread, const struct engine_result *fault);

#endif
