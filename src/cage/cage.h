/* Cages: contexts that their programs take for Linux processes.
 *
 * A cage owns a memory, threads, descriptors, a table of routes, signal state, credentials and a place in the tree of parents and children. Its id is its pid;
 * the first cage has id 1. Ids are given out in rising order and recycled late.
 *
 * Locks, in the order in which they are taken (nobody takes one while holding a later one, nobody blocks or runs guest code under any):
 *   1. cage_tree_lock            parents, children, states, the table of ids
 *   2. cage->memory->lock        one memory map
 *   3. cage->signal_lock         dispositions and pending signals of a cage and its threads
 *   4. file table, mounts        (file/)
 *   5. route table               (route/)
 * Lifetime: a cage is counted. The table of ids holds one reference until the cage is reaped; threads and whoever calls cage_get hold others. */
#ifndef LIND_CAGE_CAGE_H
#define LIND_CAGE_CAGE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "abi/guest.h"
#include "cage/memory.h"
#include "cage/signal.h"
#include "engine/engine.h"
#include "file/file.h"
#include "route/route.h"

struct grate; /* threei/grate.h: a cage's part as a handler of others' calls */

enum cage_state {
	CAGE_ALIVE,
	CAGE_ENDING, /* exit_group or a deadly signal: its threads are on their way out */
	CAGE_ZOMBIE, /* all threads gone; waits for its parent */
	CAGE_REAPED,
};

struct cage_credentials {
	uint32_t uid, euid, suid;
	uint32_t gid, egid, sgid;
};

struct cage {
	uint32_t id;
	atomic_uint references;

	/* The tree; under cage_tree_lock. */
	enum cage_state state;
	struct cage *parent;
	struct cage *first_child, *next_sibling;
	uint32_t process_group, session;
	int wait_status; /* as wait4 reports it; set once, when the cage starts to end */
	bool executed;	 /* has called execve since it was made: its forker's handlers are no longer its own (3i.md, rule 3) */
	bool shares_forker; /* made by CLONE_VM|CLONE_VFORK and has neither executed nor ended */
	bool is_subreaper;
	struct rusage children_usage;
	/* Counts up when a child changes state, or the cage itself leaves its forker's memory; a futex that wait4 and vfork sleep on. */
	_Atomic uint32_t child_events, release_events;

	struct thread *threads; /* under cage_tree_lock; pool instances of its grate are not among them */
	uint32_t thread_count;
	uint32_t forker_id; /* the cage that made this one, for rule 3 */

	struct memory *memory; /* changed by exec only, with no other thread left */
	struct route_table *routes;
	struct file_table *files;
	struct file_space *space; /* root, mounts, working directory, umask */
	struct engine_module *module;
	struct cage_signals signals;
	struct cage_credentials credentials;
	struct rlimit limits[RLIM_NLIMITS];
	_Atomic(struct grate *) grate; /* set when it first registers a handler */
	char name[16];			 /* prctl(PR_SET_NAME) of the first thread, /proc/self/comm */
	char *executable;		 /* guest path, for /proc/self/exe; owned */
	char *command_line;		 /* argv, NUL-separated; owned */
	size_t command_line_size;
};

/* Why a thread's guest frames are being unwound. */
enum thread_leave {
	THREAD_STAYS,
	THREAD_EXITS,	 /* exit, or its cage is ending */
	THREAD_EXECUTES, /* execve has replaced the cage's memory and module: start the new program */
};

/* What the host thread looks at after every system call; set by others with release, then the host thread is kicked (cage/kick.h). */
#define ATTENTION_SIGNAL UINT32_C(1) /* a deliverable signal may be pending */
#define ATTENTION_LEAVE	 UINT32_C(2) /* the cage is ending, or another of its threads executes a program */

/* A guest thread: a host thread's presence in a cage, with an instance of its own. */
struct thread {
	struct cage *cage;
	struct engine_instance *instance;
	uint32_t id; /* tid; the first thread's is the cage's id */
	_Atomic uint32_t attention;
	enum thread_leave leave;
	uint32_t clear_child_tid; /* guest address or 0 */
	uint32_t robust_list;
	struct thread_signals signals;
	struct thread *next; /* in cage->threads */
	pthread_t host;	     /* the host thread that it runs on, to be kicked */
	/* Only for an instance of a grate's pool while it serves a call: the thread whose call it serves. Otherwise NULL. */
	struct thread *client;
	/* The pool entry that this host thread used last (threei/grate.c), so that the common path takes no lock. */
	struct grate_entry *recent_entry;
	uint32_t start_record; /* a new thread's argument of __lind_thread_start */
	int exit_code;
};

extern pthread_mutex_t cage_tree_lock;

/* -- the table of ids -- */

/* The cage with this id, counted, or NULL. Zombies are found too. Takes cage_tree_lock for a moment. */
struct cage *cage_get(uint64_t id);
struct cage *cage_ref(struct cage *cage);
void cage_unref(struct cage *cage);
/* True if `cage` is `ancestor` or descends from it. A process whose parent has ended keeps its place below the ancestors that remain. */
bool cage_descends(const struct cage *cage, const struct cage *ancestor);

/* -- life -- */

struct cage_start {
	const char *program; /* guest path or name without '/' to be searched in PATH of `environment` */
	char *const *arguments;
	char *const *environment;
	struct file_table *files; /* taken over */
	struct file_space *space; /* taken over */
	const struct route_layer *base_routes;
};

/* Makes the first cage and runs its program on the calling host thread. Returns when the whole tree of cages has ended, with the first cage's wait status, or
 * with -errno if the program could not be started (then `error` says why in one line). */
int cage_run_first(const struct cage_start *start, char *error, size_t error_size);

/* clone(2) for `thread`: a new thread of its cage, or a new cage that shares its memory until it executes or ends (CLONE_VM|CLONE_VFORK).
 * Returns the new id, or -errno; nothing is left behind on an error. */
int64_t cage_clone(struct thread *thread, struct cage *cage, uint64_t flags, uint32_t record, struct call *call);

/* execve(2): on success marks `thread` THREAD_EXECUTES and returns 0; the caller must unwind at once. */
int64_t cage_execute(struct thread *thread, struct call *call, int directory, const char *path, char **arguments, char **environment);

/* Starts to end the whole cage; the first status wins. Wakes and kicks all of its threads. */
void cage_end(struct cage *cage, int wait_status);
/* Ends the calling thread. */
void cage_thread_exit(struct thread *thread, int code);

/* wait4/waitid: `options` as waitid's. Returns the child's id and fills the outs, 0 with WNOHANG, or -errno. */
struct cage_waited {
	uint32_t id;
	int wait_status;
	struct rusage usage;
};
int64_t cage_wait(struct thread *thread, struct cage *cage, int64_t which, int options, struct cage_waited *out);

/* Called once for each cage that ends, before it becomes a zombie, on its last thread: for rooms above. Set at start. */
void cage_set_end_hook(void (*hook)(struct cage *));

/* The entry from the engine (see engine_callbacks): one system call of `context`, a struct thread. */
enum engine_action cage_syscall(void *context, int64_t values[7]);

#endif
