/* Cages: contexts that their programs take for Linux processes.
 *
 * A cage owns a memory, threads, descriptors, a table of routes, signal state, credentials and a place in the
 * tree of parents and children. Its id is its pid; the first cage has id 1. Ids are given out in rising order
 * and recycled late.
 *
 * Locks, in the order in which they are taken (nobody takes one while holding a later one, nobody blocks or
 * runs guest code under any):
 *   0. alarms                    timers (alarm.c), and before that the sending of their signals
 *   1. cage_tree_lock            parents, children, states, the table of ids
 *   2. cage->memory->lock        one memory map
 *   3. cage->signal_lock         dispositions and pending signals of a cage and its threads
 *   4. file table, mounts        (file/)
 *   5. route table               (route/)
 * Lifetime: a cage is counted. The table of ids holds one reference until the cage is reaped; threads and
 * whoever calls cage_get hold others. */
#ifndef LIND_CAGE_CAGE_H
#define LIND_CAGE_CAGE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "abi/guest.h"
#include "base/limits.h"
#include "cage/alarm.h"
#include "cage/memory.h"
#include "cage/signal.h"
#include "engine/engine.h"
#include "file/file.h"
#include "route/route.h"

struct grate;       /* threei/grate.h: a cage's part as a handler of others' calls */
struct grate_entry; /* one instance of its pool */

enum cage_state {
	CAGE_ALIVE,
	CAGE_ENDING, /* exit_group or a deadly signal: its threads are on their way out */
	CAGE_ZOMBIE, /* all threads gone; waits for its parent */
	CAGE_REAPED,
};

#define CAGE_CONTINUED (-1)

struct cage_credentials {
	uint32_t uid, euid, suid;
	uint32_t gid, egid, sgid;
};

/* A call that is being done to a cage by a thread which is not its own, nor serves one of its own: keeps the
 * cage's parts where they are. */
struct cage_visit {
	struct thread *thread;
	struct cage_visit *next;
};

struct cage {
	uint32_t id;
	atomic_uint references;

	/* The tree; under cage_tree_lock. */
	_Atomic enum cage_state state; /* read without the lock where a late answer does no harm */
	/* The nearest living cage from which this one descends, and the other way round: what rule 3 of 3i
	 * asks. */
	struct cage *ancestor, *first_descendant, *next_descendant;
	/* Who waits for it: at first its ancestor, and when that has ended the nearest one above it that is a
	 * subreaper (prctl). NULL: nobody, it is an orphan and vanishes when it ends. And the other way
	 * round, the eldest first. */
	struct cage *parent, *first_child, *last_child, *next_sibling, *previous_sibling;
	bool subreaper;
	int exit_signal;  /* what its end sends to its parent: SIGCHLD, or what clone asked for */
	int death_signal; /* what its parent's end sends to it (prctl); 0: nothing */
	struct {
		int signal;    /* by which it stops, or has; 0: it runs */
		bool complete; /* all of its threads are parked */
		bool chased;   /* somebody kicks those that are not */
		int change;    /* that wait has not told yet: the signal, CAGE_CONTINUED, or 0 */
	} stop;                /* stop.c */
	uint32_t process_group, session;
	bool left_terminal; /* by TIOCNOTTY: its session's terminal does not control it */
	bool leads_session; /* by setsid; the first cage's session was begun by whoever started lind */
	int wait_status;    /* as wait4 reports it; set once, when the cage starts to end */
	bool executed; /* has called execve since it was made: its forker's handlers are no longer its own
			  (3i.md, rule 3) */
	uint32_t forker_id; /* the cage that made this one, for rule 3 */
	struct rusage children_usage, ended_usage;
	struct thread *threads; /* instances of its grate's pool are not among them */
	uint32_t thread_count;
	struct cage_visit *visits;
	struct thread *executing; /* the one that has loaded a program and waits for the others to leave */

	/* Futexes; count up, with release, when what they stand for has happened. */
	_Atomic uint32_t child_events;   /* a child has ended, stopped or continued: wait4 sleeps on it */
	_Atomic uint32_t release_events; /* this cage has left its forker's memory: vfork sleeps on it */
	_Atomic uint32_t leave_events;   /* a thread or visit has left: exec and the end sleep on it */
	bool shares_forker;              /* made by CLONE_VM and has neither executed nor ended */

	struct memory *memory; /* changed by exec only, under cage_tree_lock and with no other thread or visit
				  left */
	struct route_table *routes;
	struct file_table *files;
	struct file_space *space; /* root, mounts, working directory, umask */
	struct engine_module *module;
	struct cage_signals signals;
	struct cage_alarms alarms; /* alarm.c's, under its lock */
	struct cage_credentials credentials;
	struct rlimit limits[RLIM_NLIMITS];
	_Atomic(struct grate *) grate; /* set when it first registers a handler */
	char name[16];                 /* prctl(PR_SET_NAME) of the first thread, /proc/self/comm */
	char *executable;              /* guest path, for /proc/self/exe; owned */
	char *command_line;            /* argv, NUL-separated; owned */
	size_t command_line_size;
};

/* Why a thread's guest frames are being unwound. */
enum thread_leave {
	THREAD_STAYS,
	THREAD_EXITS,    /* exit, or its cage is ending */
	THREAD_EXECUTES, /* execve has made thread->image: start it */
};

/* What the host thread looks at after every system call; set by others with release, then the host thread is
 * kicked (base/interruptible.h). */
#define ATTENTION_SIGNAL UINT32_C(1) /* a deliverable signal may be pending */
#define ATTENTION_LEAVE  UINT32_C(2) /* the cage is ending, or another of its threads executes a program */
#define ATTENTION_CLIENT                                                                                     \
	UINT32_C(4) /* a thread whose call this one serves has attention: blocking calls return -EINTR once  \
		     */
#define ATTENTION_MASK UINT32_C(8)  /* a mask for the time of one call is in force: to be put back */
#define ATTENTION_STOP UINT32_C(16) /* the cage is stopped: park (stop.h) */

struct checkpoint; /* cage/checkpoint.c */
struct image;      /* cage/image.h: a program ready to start */

/* What clone(2) is asked for. */
struct cage_clone {
	uint64_t flags;
	uint32_t record, parent_tid, child_tid;
};

/* A guest thread: a host thread's presence in a cage, with an instance of its own. */
struct thread {
	struct cage *cage;
	struct engine_instance *instance; /* the innermost that runs */
	/* For handlers in the middle of its code (interrupt.c): how many are running, and the instances,
	 * which are kept for the next. */
	unsigned nested_count;
	struct engine_instance *nested[LIMIT_NESTED_HANDLERS];
	uint32_t id; /* tid; the first thread's is the cage's id */
	_Atomic uint32_t attention;
	enum thread_leave leave;
	struct image *image;          /* what to start, for THREAD_EXECUTES */
	uint32_t clear_child_tid;     /* guest address or 0 */
	_Atomic uint32_t robust_list; /* guest address or 0; others may ask for it */
	/* A wait for some time that is made again ends then: nanoseconds of CLOCK_MONOTONIC, or 0. */
	int64_t restart_deadline;
	_Atomic bool parked; /* in stop_park; changes under cage_tree_lock */
	unsigned stops;      /* how often it was */
	bool away;           /* stop_away; under cage_tree_lock */
	struct thread_signals signals;
	struct thread *next;   /* in cage->threads */
	pthread_t host;        /* the host thread that it runs on, to be kicked; 0: not yet */
	bool rescheduled;      /* another thread has changed that one's scheduling: under cage_tree_lock */
	int64_t cpu_mark;      /* nanoseconds that this had run when it took the thread up */
	uint32_t start_record; /* the argument of __lind_thread_start, or 0: start at _start */
	uint32_t start_stack;  /* the argument of _start */
	/* The only thread of a forked child resumes its forker's frames instead. */
	bool resumes;
	struct engine_frames start_frames;
	const char *resumed_part; /* of fork_finish_entry; stays when the frames have been resumed */
	/* A fork that is under way (fork.c): whether the thread is in lind.fork; the child, counted, which
	 * does not run yet; what was asked for it; and the call's result. Before it: the flags that the next
	 * one is made with, 0 for those of fork(2). */
	struct {
		uint32_t next_flags;
		bool possible;
		struct cage *child;
		struct cage_clone request;
		int64_t result;
	} fork;
	/* checkpoint.c: how many entries lie below the innermost, what was noted in which, and the jump that
	 * is on its way. */
	struct {
		struct checkpoint *newest, *target;
		size_t count, bytes;
		unsigned entry;
		uint32_t env;
		int32_t value;
	} jumps;
	int exit_status; /* as wait4 reports it, should this be the last thread */
	/* A grate's instance that serves a call: the thread whose call it serves, else NULL; and, in that
	 * thread, the other way round (atomic: others follow it, under cage_tree_lock, to interrupt whoever
	 * is innermost). */
	struct thread *client;
	unsigned depth; /* how many clients stand behind it */
	_Atomic(struct thread *) server;
	/* The pool entry that this thread used last (threei/grate.c), so that the common path takes no lock;
	 * valid for that grate alone. */
	struct grate_entry *recent_entry;
	uint64_t recent_grate;
};

extern pthread_mutex_t cage_tree_lock;

/* With cage_tree_lock held: what getppid tells. The first cage's parent is outside: 0; an orphan's is 1,
 * which stands for init. */
static inline uint32_t cage_parent_id_locked(const struct cage *cage)
{
	return cage->parent ? cage->parent->id : cage->id != 1;
}

/* -- the table of ids -- */

/* The cage with this id, counted, or NULL. Zombies are found too. Takes cage_tree_lock for a moment. */
struct cage *cage_get(uint64_t id);
struct cage *cage_ref(struct cage *cage);
/* The same with cage_tree_lock held, and not counted. */
struct cage *cage_find_locked(uint64_t id);
/* All cages that are not reaped, one by one, with cage_tree_lock held: pass NULL first. */
struct cage *cage_next(const struct cage *previous);
void cage_unref(struct cage *cage);
/* True if `cage` is `ancestor` or descends from it. A process whose parent has ended keeps its place below
 * the ancestors that remain. */
bool cage_descends(const struct cage *cage, const struct cage *ancestor);
/* The same with cage_tree_lock held. */
bool cage_descends_locked(const struct cage *cage, const struct cage *ancestor);

/* -- life -- */

struct cage_start {
	const char *program; /* guest path */
	char *const *arguments;
	char *const *environment;
	struct file_table *files; /* taken over, as is `space` */
	struct file_space *space;
	const struct route_layer *base_routes;
	struct cage_credentials credentials;
	struct rlimit limits[RLIM_NLIMITS];
	signal_set ignored_signals; /* as nohup leaves them */
};

/* Makes the first cage and runs its program on the calling host thread. Returns 0 and its wait status when it
 * has ended, or -errno if the program could not be started: then `error` says why in one line. */
int cage_run_first(const struct cage_start *start, int *wait_status, char *error, size_t error_size);

/* clone(2) on behalf of `thread`, which belongs to `cage` or serves one of its threads: a new thread of it,
 * or, without CLONE_THREAD, a new cage that shares its memory until it executes or ends. The first
 * instruction is __lind_thread_start(record). Without CLONE_VM: a fork, see fork.h. Returns the new id, or
 * -errno, and then nothing is left behind. */
int64_t cage_clone(struct thread *thread, struct cage *cage, const struct cage_clone *request);

/* execve(2) for `thread`: on success it is marked THREAD_EXECUTES and the caller must unwind its frames as
 * soon as it can; the cage has no other thread then. The path is looked up in `view`, from `directory` (NULL:
 * the working directory). Argument vectors are borrowed. Returns 0, or -errno; then nothing has changed, and
 * `error` (may be NULL) says more.
 */
int64_t cage_execute(struct thread *thread, const struct file_view *view, struct file *directory,
		     const char *path, char *const *arguments, char *const *environment, char *error,
		     size_t error_size);

/* Starts to end the whole cage; the first status wins. Wakes and kicks all of its threads. */
void cage_end(struct cage *cage, int wait_status);
/* Kills every cage that is left, and waits for their ends, but not longer than this: what the first cage
 * leaves behind. False: there was none. */
bool cage_end_all(unsigned milliseconds);

/* wait4 and waitid: `kind` and `id` as waitid's (P_ALL, P_PID, P_PGID with 0 for the caller's own group),
 * `options` as waitid's: WEXITED, WNOHANG, WNOWAIT … Returns the child's id and fills *out, 0 with WNOHANG,
 * or -errno. */
struct cage_waited {
	uint32_t id, uid;
	int code;        /* CLD_EXITED … */
	int wait_status; /* as wait4 tells it */
	struct rusage usage;
};
int64_t cage_wait(struct thread *thread, struct cage *cage, idtype_t kind, int32_t id, int options,
		  struct cage_waited *out);

/* The thread of `cage` on whose behalf `thread` acts: itself, or the client (or its client …) whose call it
 * serves. NULL: none; the call is done to a stranger. */
struct thread *thread_for(struct thread *thread, const struct cage *cage);
/* True if a thread with this id, of whichever cage, has not ended. */
bool cage_thread_lives(uint32_t id);

/* While a call is done to a cage by a stranger, its parts stay where they are: it neither ends nor executes
 * before the visit does. False: it has ended. */
bool cage_visit_start(struct cage *cage, struct cage_visit *visit, struct thread *thread);
void cage_visit_end(struct cage *cage, struct cage_visit *visit);

/* Hooks of the room above, without locks: when a cage starts to end, and on its last thread, before what it
 * has is given back. Also when it executes: what was its program is gone. Set once at start. */
void cage_set_end_hooks(void (*starts)(struct cage *), void (*ends)(struct cage *));
/* And when all that the cage had has been given back: before its parent can learn of its end, and once more,
 * `told`, when it can. */
void cage_set_gone_hook(void (*gone)(const struct cage *, bool told));

/* How many processes and threads there may be, in all cages, whosever they are. Set once at start. */
extern unsigned cage_process_limit;

/* What `thread` has used so far, and what all of a cage's ended threads have (ended_usage). */
void usage_thread(struct rusage *usage);

/* Called from the engine (engine_callbacks); `context` is a struct thread. */
enum engine_action cage_syscall(void *context, struct engine_value values[7]);
enum engine_action cage_fork(void *context, struct engine_value values[1]);
/* The end of every entry from a guest, when the thread has attention: signals, leaving. *again: the call is
 * to be made again. */
enum engine_action cage_call_ends(struct thread *thread, uint64_t number, int64_t *result, bool *again);

#endif
