/*
 * engine.h — the engine room's contract: guest modules, instances, and calls into them.
 *
 * This is the only room that knows Wasmtime. It is used by src/cage (threads, exec, signals) and src/threei
 * (handlers of grates); it calls nobody but the callbacks that engine_start() was given. What a guest module
 * must look like is said in docs/abi.md.
 *
 * Threads: everything here may be used from any thread at any time, but an *instance* belongs to one host
 * thread at a time: it may move to another thread while none of its calls is running.
 *
 * Host stack: each entry into an instance that is not yet running on this thread takes up to
 * engine_options.guest_stack bytes of the host thread's stack (nested entries into the same instance share
 * its allowance). A thread that runs guests is created with at least engine_host_stack(n) bytes, n being how
 * many instances may be running on it at once (1 + the depth of grates). An entry for which not enough is
 * left is refused (ENGINE_REFUSED), never an overflow.
 *
 * Signals of the host: engine_start() installs handlers of SIGSEGV, SIGBUS, SIGILL and SIGFPE, which turn
 * faults of guest code into ENGINE_TRAPPED; faults inside of callbacks they leave alone. Other rooms install
 * theirs *after* engine_start(), with SA_NODEFER and without SA_ONSTACK as these, deal with the faults of
 * their own code, and pass all else on to the handler that they found. Handlers must not touch the guest but
 * by engine_break() and, on the interrupted thread when engine_in_guest_code(), by entering an instance as
 * engine_call_signal() says.
 */
#ifndef LIND_ENGINE_ENGINE_H
#define LIND_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/** Compiled code and what the module declares. Reference counted, immutable, shared by all threads. */
struct engine_module;

/** One store and one instance over a cage's memory. */
struct engine_instance;

/** What the custom section `lind.abi` says; guest addresses and sizes in bytes, none past the rounded end of
 * the initial memory. */
struct engine_layout {
	/** [4096, initial_memory) must be mapped before the first instance is created. */
	uint32_t initial_memory;
	/** Initial value of __stack_pointer. */
	uint32_t stack_pointer;
	/** Where brk starts, before rounding up to a page. */
	uint32_t heap_base;
	/** Least block that engine_call_attach() takes. */
	uint32_t attach_size;
	/** Its frames can be suspended: fork and checkpoint work. */
	bool suspends;
};

/** What a callback wants to happen when it returns into the guest. */
enum engine_action {
	/** The guest goes on with the result in v[0]. */
	ENGINE_CONTINUE,
	/** All guest frames of this entry are dropped: the running engine_call_… returns ENGINE_UNWOUND. */
	ENGINE_UNWIND,
	/** The exception that left a nested call (ENGINE_THREW) goes on through this entry's frames. */
	ENGINE_RETHROW,
	/** fork and checkpoint only: the guest saves the frames of this entry, and the running engine_call_…
	 * returns ENGINE_SUSPENDED. Where the module cannot, the guest goes on with -ENOSYS. */
	ENGINE_SUSPEND,
};

struct engine_result;

/** A number as compiled code hands it over: callbacks read their arguments and write their result where they
 * lie. */
struct engine_value {
	int64_t i64;
	int64_t unused; /**< the width of a vector */
};

/**
 * What guests call. `context` is the instance's. They may make nested calls (engine_call_…) into the same or
 * another instance. After a nested call into the *same* instance that ended with ENGINE_UNWOUND the callback
 * must return ENGINE_UNWIND; after ENGINE_THREW it returns ENGINE_RETHROW, or goes on and thereby drops the
 * exception.
 */
struct engine_callbacks {
	/** lind.syscall: v[0] = number, v[1..6] = arguments; result to v[0]. */
	enum engine_action (*syscall)(void *context, struct engine_value v[7]);
	/** lind.fork: result to v[0]. */
	enum engine_action (*fork)(void *context, struct engine_value v[1]);
	/** lind.checkpoint: v[0] = env; result to v[0]. NULL: always 0. */
	enum engine_action (*checkpoint)(void *context, struct engine_value v[1]);
	/** lind.threei_call: v[0] = number, v[1] = self, v[2] = target, then six pairs of argument and cage;
	 * result to v[0]. */
	enum engine_action (*threei_call)(void *context, struct engine_value v[15]);
	/** What a handler of host signals asked for by engine_look_again(): comes after the callback that it
	 * interrupted, before the guest goes on. NULL: nobody asks. */
	enum engine_action (*look_again)(void *context);
	/** A fault of the guest, in the handler of the host's signal, while all its frames stand. Returns
	 * true if the thread is to go on as `ucontext` says: the instruction is executed again, unless
	 * engine_break() has been called. False: the entry ends with `fault`. NULL: as false. What may be
	 * called is the same as in handlers that interrupted guest code, but also where the fault is in
	 * Wasmtime's code on the guest's behalf. */
	bool (*fault)(void *context, void *ucontext, const struct engine_result *fault);
};

struct engine_options {
	const char *cache;  /**< folder of the compile cache; NULL: $XDG_CACHE_HOME/lind or ~/.cache/lind */
	bool no_cache;      /**< neither read nor write compiled code */
	bool verbose;       /**< also warn about what does no harm, as a cache that can't be written */
	bool progress;      /**< a line on stderr while compiling takes long; pass isatty(2) */
	size_t guest_stack; /**< host stack that one instance may use; 0: 8 MiB */
	/** Takes one line without newline; NULL: stderr, after "lind: ". */
	void (*warn)(const char *message);
};

/**
 * Starts the engine, once per process, before any other function here.
 * \param callbacks copied.  \param options copied, strings too; NULL: all defaults.
 * \returns 0, or -errno with one line in `error`.
 */
int engine_start(const struct engine_callbacks *callbacks, const struct engine_options *options, char *error,
		 size_t error_size);

/** The folder of compiled code, where files are read, made, renamed and removed for the life of the process;
 * -1: none. Stays the engine's. */
int engine_cache_descriptor(void);

/** "Wasmtime 48.0.8". */
const char *engine_version(void);

/** Bytes of host stack that a thread needs for `running` instances at once on its stack, host frames between
 * them included. */
size_t engine_host_stack(unsigned running);

/** Bytes of address space that a cage's memory needs: 4 GiB and the guard behind it, all of which must stay
 * unmapped or PROT_NONE where the cage's memory map has given nothing out. A multiple of the page size; the
 * base is page aligned. */
size_t engine_memory_reservation(void);

/*
 * Modules
 */

/**
 * Gives the module of these bytes, compiled now or taken from the process' table or from the cache on disk.
 * \param name  what messages call it.
 * \param out   receives a reference, which the caller drops by engine_module_unref(); untouched after a
 * failure.
 * \returns 0; -ENOEXEC: not wasm, truncated, corrupt, another ABI version, an import or export that
 * docs/abi.md does not have; -ENOMEM; -EIO. `error` then holds one line without newline that begins with
 * `name`.
 */
int engine_module_load(const void *bytes, size_t length, const char *name, struct engine_module **out,
		       char *error, size_t error_size);

/**
 * The same for an open file, which it neither reads nor hashes when the same file (by device, inode, size,
 * mtime and ctime) is in the process' table. `status` is fstat's of `fd`; the file offset does not move. Also
 * -EACCES (not a regular file) and read errors.
 */
int engine_module_open(int fd, const struct stat *status, const char *name, struct engine_module **out,
		       char *error, size_t error_size);

struct engine_module *engine_module_ref(struct engine_module *module);
void engine_module_unref(struct engine_module *module); /* NULL is fine */
const struct engine_layout *engine_module_layout(const struct engine_module *module);

/*
 * Instances
 */

/**
 * Makes an instance over the cage memory at `memory_base` (engine_memory_reservation() bytes, [4096,
 * initial_memory) mapped) and runs the module's start function, which fills in the data the first time. Takes
 * its own reference on the module.
 * \returns 0; -ENOMEM; -EAGAIN: too little host stack; -ENOEXEC: the start function trapped; -ECANCELED: a
 * callback in it returned ENGINE_UNWIND.
 */
int engine_instance_create(struct engine_module *module, void *memory_base, void *context,
			   struct engine_instance **out);

/** Frees it; none of its calls may be running. NULL is fine. */
void engine_instance_free(struct engine_instance *instance);

void engine_instance_set_context(struct engine_instance *instance, void *context);
void *engine_instance_context(const struct engine_instance *instance);
struct engine_module *engine_instance_module(const struct engine_instance *instance); /* borrowed */

/** The global __stack_pointer. */
uint32_t engine_stack_pointer_get(struct engine_instance *instance);
void engine_stack_pointer_set(struct engine_instance *instance, uint32_t value);

/**
 * Makes `to` continue where `from` stands, an instance of the same module over the same or a copied memory:
 * all its global variables, among them __stack_pointer and where its thread-local storage lies. `to` is at
 * rest.
 * \returns 0, -ENOMEM, or -ENOTSUP: the module was linked without what this needs.
 */
int engine_instance_follow(struct engine_instance *to, struct engine_instance *from);

/*
 * Calls
 */

enum engine_outcome {
	ENGINE_RETURNED, /**< the function returned */
	ENGINE_UNWOUND, /**< a callback returned ENGINE_UNWIND, or engine_break() ended it without a signal */
	ENGINE_TRAPPED, /**< the guest trapped: the other fields of the result tell */
	/** An exception left the outermost frame: see engine_callbacks; of a first entry, the program is
	   wrong. */
	ENGINE_THREW,
	/** Not entered: no such function, another type, or too little host stack; trap_text tells. Nothing
	   ran. */
	ENGINE_REFUSED,
	ENGINE_SUSPENDED, /**< a callback returned ENGINE_SUSPEND: the frames wait for engine_resume() */
};

struct engine_result {
	enum engine_outcome outcome;
	int trap_signal;        /**< what a native program would have got, as SIGSEGV; 0 unless trapped */
	const char *trap_text;  /**< a few words, static; NULL unless trapped or refused */
	uint64_t fault_address; /**< guest address of a memory fault (may lie past 4 GiB), else 0 */
	uint32_t thrown;        /**< ENGINE_THREW of a first entry: the exception's value, if it is one i32 */
	bool stack_overflow;    /**< SIGSEGV because the host stack of the guest's frames is used up */
};

/** The exports _start, __lind_thread_start and __lind_attach_thread. */
struct engine_result engine_call_start(struct engine_instance *instance, uint32_t stack_pointer);
struct engine_result engine_call_thread_start(struct engine_instance *instance, uint32_t record);
struct engine_result engine_call_attach(struct engine_instance *instance, uint32_t block, uint32_t size);

/** Types of function pointers that the runtime calls. */
enum engine_signature {
	ENGINE_SIGNATURE_NONE,        /**< index out of the table, or a null entry */
	ENGINE_SIGNATURE_HANDLER_I32, /**< (13 × i64) -> i32: a handler of 3i */
	ENGINE_SIGNATURE_HANDLER_I64, /**< (13 × i64) -> i64: the same */
	ENGINE_SIGNATURE_INTEGER,     /**< other numbers -> i32 or i64 */
	ENGINE_SIGNATURE_PLAIN,       /**< numbers -> () */
	ENGINE_SIGNATURE_OTHER,       /**< not for the runtime to call */
};
enum engine_signature engine_function_signature(struct engine_instance *instance, uint32_t index);

/**
 * Calls a handler of 3i: function pointer `index` with 13 arguments, which are `first` and the pairs of
 * `left` and `right`, or the module's own `pass_fptr_to_wt` with `index` before them, where it exports one. A
 * result of type i32 is sign-extended. A handler of other numbers gets what is natively in the registers that
 * it looks at: the first arguments, cut to 32 bits where it has them so; without a result it has returned 0.
 * \returns true if the handler returned, and `result` what; false: `failure` tells how else it ended. (Most
 * return, and this is part of every call through a grate: only what is needed is written.)
 */
bool engine_call_handler(struct engine_instance *instance, uint32_t index, uint64_t first,
			 const uint64_t left[6], const uint64_t right[6], int64_t *result,
			 struct engine_result *failure);

/** True if engine_call_handler() would go through the module's own dispatcher. */
bool engine_has_dispatcher(const struct engine_instance *instance);

/**
 * Calls a signal handler with as many of the three arguments as its type takes, and zeros beyond them. Its
 * __stack_pointer is the caller's business.
 *
 * From a callback this may be the running instance. From a handler of host signals that interrupted guest
 * code (engine_in_guest_code()) it may be only if the module has no exceptions, else ENGINE_REFUSED: when the
 * handler makes an exception, Wasmtime's collector would look for the interrupted frames where they last left
 * the guest, and end the process. Another instance over the same memory, whose frames are its own, may be
 * entered from there in any case.
 */
struct engine_result engine_call_signal(struct engine_instance *instance, uint32_t index, int signo,
					uint32_t siginfo, uint32_t ucontext);

/** True if this thread has host stack for one more entry into the instance: the next call of it is not
 * refused for that. */
bool engine_can_enter(const struct engine_instance *instance);

/*
 * Suspended frames (docs/abi.md, "Suspending and resuming frames")
 */

/** Which entry the frames belong to, by what its outermost function returns. */
enum engine_entry { ENGINE_ENTRY_PLAIN, ENGINE_ENTRY_I32, ENGINE_ENTRY_I64 };

/** The frames of one entry as they were suspended. Plain values: they are true of every instance whose memory
 * holds the same records. */
struct engine_frames {
	uint32_t start, end;    /**< guest addresses of the records, the outermost frame's at `start` */
	uint32_t stack_pointer; /**< __stack_pointer meanwhile */
	enum engine_entry entry;
};

/** What the call of this instance that last returned ENGINE_SUSPENDED left. */
struct engine_frames engine_frames_get(const struct engine_instance *instance);

/** True if the frames that were suspended last hold exceptions, which are not in their records: then they can
 * be resumed only once. */
bool engine_frames_hold_exceptions(struct engine_instance *instance);

/**
 * Resumes frames: the suspended import returns `value` in them. `instance` is the one that suspended them, or
 * another of the same module to which engine_copy_state() has copied. Frames that are not to go on need no
 * call.
 * \param result  of a handler of 3i, as engine_call_handler() sets it; NULL where there is none.
 */
struct engine_result engine_resume(struct engine_instance *instance, const struct engine_frames *frames,
				   int64_t value, int64_t *result);

/**
 * Copies what an instance keeps outside of its memory: mutable globals, and the exceptions in saved frames.
 * Both are of one module and at rest or in a callback, `from` with frames just suspended.
 * \returns 0, -ENOMEM, or -ENOTSUP: an exception that carries a reference.
 */
int engine_copy_state(struct engine_instance *to, struct engine_instance *from);

/*
 * For handlers of host signals: safe in them, on the thread that got the signal
 */

/** The instance whose guest code, or a callback of it, runs on this thread; NULL if none. */
struct engine_instance *engine_running(void);

/** True if the program counter in this ucontext_t lies in compiled guest code of engine_running(). */
bool engine_in_guest_code(const void *ucontext);

/**
 * True while the frames of engine_running() are being saved or brought back: then nothing else may be entered
 * on its guest stack, whose free part holds the records. Call it only if engine_in_guest_code().
 */
bool engine_is_suspending(void);

/**
 * For a handler that found the thread outside of guest code: true if engine_callbacks.look_again will be
 * called before the guest goes on. False where nothing can be promised, as in Wasmtime's own code on behalf
 * of the guest: then the handler has to be run again later.
 */
bool engine_look_again(void);

/**
 * Ends the running entry when the handler returns, if engine_in_guest_code() or in engine_callbacks.fault: as
 * ENGINE_TRAPPED with `signal` and `fault_address`, or as ENGINE_UNWOUND if `signal` is 0.
 * \returns false, having changed nothing, outside of guest code.
 */
bool engine_break(void *ucontext, int signal, uint64_t fault_address);

#endif
