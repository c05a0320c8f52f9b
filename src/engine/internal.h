/* What the files of the engine room share. Nobody outside of src/engine includes it, nor any header of
 * Wasmtime. */
#ifndef LIND_ENGINE_INTERNAL_H
#define LIND_ENGINE_INTERNAL_H

#include <stdatomic.h>
#include <stdarg.h>
#include <wasm.h>
#include <wasmtime.h>

#include "base/likely.h"
#include "engine/engine.h"

#define ENGINE_MEMORY (UINT64_C(4) << 30) /* of a cage: all that 32 bits can address */
#define ENGINE_GUARD                                                                                         \
	(UINT64_C(32) << 20) /* behind it; an access with a constant offset below this needs no check */
#define ENGINE_GC_HEAP ((size_t)16 << 20) /* most that exception objects of one instance take */
#define ENGINE_HOST_MARGIN                                                                                   \
	((size_t)256 << 10) /* host stack kept for callbacks and Wasmtime under the guest's allowance */
#define ENGINE_TABLE_LIMIT (1 << 20) /* entries of a guest's tables, all together */
#define ENGINE_KEY         32        /* bytes of a SHA-256 */

/*
 * wasmtime/src/lib.rs: what Wasmtime's C API lacks
 */

void lind_config_tune(wasm_config_t *config, size_t stack, uint64_t gc_heap);
wasmtime_error_t *lind_engine_new(wasm_config_t *config, wasm_engine_t **out); /* takes config */
void lind_engine_key(const wasm_engine_t *engine, uint8_t out[ENGINE_KEY]);
void lind_sha256(const void *bytes, size_t length, uint8_t out[ENGINE_KEY]);
wasmtime_error_t *lind_compile(const wasm_engine_t *engine, const void *bytes, size_t length,
			       wasm_byte_vec_t *out);
wasmtime_error_t *lind_module_map(const wasm_engine_t *engine, int fd,
				  wasmtime_module_t **out); /* takes fd */
typedef void lind_visit(void *context, bool import, const char *module, size_t module_length,
			const char *name, size_t name_length, const char *type);
void lind_module_describe(const wasmtime_module_t *module, lind_visit *visit, void *context);
bool lind_function_describe(const wasmtime_context_t *store, const wasmtime_func_t *function, char *out,
			    size_t size);
void lind_module_code(const wasmtime_module_t *module, uintptr_t *start, uintptr_t *end);

/*
 * start.c
 */

struct engine {
	wasm_engine_t *wasm;
	wasmtime_linker_t *linker; /* has the three functions of docs/abi.md */
	struct engine_callbacks callbacks;
	size_t guest_stack;
	bool verbose, progress;
	void (*warn)(const char *message);
	uint8_t key[ENGINE_KEY]; /* of all that compiled code depends on but the module */
};
extern struct engine engine; /* written by engine_start() only */

/** Hands one line to engine.warn. */
void engine_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Frees a Wasmtime error after its last, most particular cause was written to `text` as one line. NULL
 * `text`: frees only. */
void engine_take_error(wasmtime_error_t *error, char *text, size_t text_size);

/*
 * memory.c: the host memory behind instances
 */

/** Makes `config` ask this room for each memory. */
void engine_memory_configure(wasm_config_t *config);

/** The cage memory for the instance that this thread is about to make. */
extern _Thread_local void *engine_memory_next;

/*
 * scan.c
 */

struct engine_scan {
	struct engine_layout layout;
	bool has_exceptions; /* declares tags: its store has a heap for exception objects, which are collected
			      */
	const uint8_t *clones; /* contents of lind.clones, in the file; NULL: none */
	size_t clones_size;
};

/** Looks over a file. -ENOEXEC: `error` says what is wrong with it, without a name in front. */
int engine_scan(const uint8_t *bytes, size_t length, struct engine_scan *out, char *error, size_t error_size);

/*
 * cache_folder.c
 */

extern int engine_cache_folder;  /* -1: there is none; written by engine_cache_start() only */
#define ENGINE_CACHE_NEW ".new-" /* names of files that are being written begin so */

/** Finds the cache folder. `chosen`: engine_options.cache. */
void engine_cache_start(const char *chosen);
/** True if it belongs to us and nobody else may write it. */
bool engine_cache_ours(const struct stat *status);
/** Notes that an entry was used. */
void engine_cache_used(int fd, const struct stat *status);
/** Removes what was not used for longest, while the cache is too large, and what was never finished. */
void engine_cache_prune(void);

/*
 * cache.c
 */

struct engine_code {
	wasmtime_module_t *module;
	uintptr_t start, end; /* where the guest's own functions lie, without the trampolines behind them */
};

/** Finds code that was stored for `hash`; false if there is none that can be used. */
bool engine_cache_find(const uint8_t hash[ENGINE_KEY], struct engine_code *out);

/** Compiles these bytes, and stores the code for `hash` if possible, in place of what may be there.
 *  \returns 0, -ENOEXEC or -ENOMEM; `error` says why, without a name in front. */
int engine_cache_make(const void *bytes, size_t length, const uint8_t hash[ENGINE_KEY], const char *name,
		      struct engine_code *out, char *error, size_t error_size);

/** The first of these if it finds something, else the second. `hash` is the SHA-256 of the bytes. */
int engine_cache_get(const void *bytes, size_t length, const uint8_t hash[ENGINE_KEY], const char *name,
		     struct engine_code *out, char *error, size_t error_size);

/*
 * progress.c
 */

struct engine_progress;
/** Shows on the terminal that `name` is being compiled, from one second on until engine_progress_end(). NULL
 * is a fine result. */
struct engine_progress *engine_progress_begin(const char *name);
void engine_progress_end(struct engine_progress *progress);

/*
 * interface.c
 */

struct engine_module;
enum engine_dispatcher { DISPATCHER_NONE, DISPATCHER_I32, DISPATCHER_I64 };

/** Defines the functions that guests import. 0 or -ENOMEM. */
int engine_interface_define(void);

/** Checks imports and exports against docs/abi.md, and notes what the module has of them. -ENOEXEC: `error`
 * says what is wrong, without a name in front; or -ENOMEM. */
int engine_interface_check(struct engine_module *module, char *error, size_t error_size);

/*
 * module.c, instance.c, call.c
 */

struct engine_module {
	atomic_uint references;
	enum engine_dispatcher dispatcher; /* pass_fptr_to_wt, by its result */
	struct engine_code code;
	wasmtime_instance_pre_t *pre;
	struct engine_layout layout;
	bool has_exceptions;
	struct engine_clones *clones; /* NULL: it has all its code */
	uint32_t *globals;            /* N of each __lind_global_N; owned */
	size_t global_count;
	uint8_t hash[ENGINE_KEY]; /* SHA-256 of the file */
};

#define ENGINE_FUNCTION_TYPE 20 /* longer ones are of functions that the runtime does not call */

/* A function pointer that the runtime has called, and its type. */
struct function_slot {
	wasmtime_func_t function;
	uint32_t index;
	uint8_t signature;               /* enum engine_signature */
	uint8_t entry;                   /* enum engine_entry: by its result */
	char type[ENGINE_FUNCTION_TYPE]; /* as lind_function_describe() words it */
	bool known;
};
#define FUNCTION_SLOTS 16 /* a power of two; most grates have fewer handlers */

/* Exports that are called or asked for by name; their order is that of the names in instance.c. */
enum export_function {
	EXPORT_START,
	EXPORT_THREAD_START,
	EXPORT_ATTACH,
	EXPORT_DISPATCHER,
	EXPORT_RESUME,
	EXPORT_RESUME_I32,
	EXPORT_RESUME_I64,
	EXPORT_FUNCTIONS
};

struct engine_instance {
	wasmtime_context_t *wasm;
	void *context;
	uint8_t *memory;
	struct engine_module *module;
	wasmtime_store_t *store;
	unsigned depth; /* entries of it that are running */

	/* What ended, or is about to end, the innermost entry. */
	bool unwinding; /* a callback returned ENGINE_UNWIND */
	bool broken;    /* engine_break(): signal and fault_address tell; signal 0: unwind */
	int signal;
	uint64_t fault_address;
	bool suspending;     /* a callback returned ENGINE_SUSPEND: the frames are being saved */
	wasm_trap_t *thrown; /* an exception that left a nested entry; the exception itself is pending in the
				store */

	bool has_export[EXPORT_FUNCTIONS];
	wasmtime_func_t exported[EXPORT_FUNCTIONS];
	wasmtime_instance_t wasm_instance;
	wasmtime_table_t table;
	wasmtime_global_t stack_pointer;
	wasmtime_global_t *variables; /* module->globals here, once they were looked for; owned */
	struct function_slot functions[FUNCTION_SLOTS];

	/* suspend.c */
	bool ready; /* its start function has run, and the fields above are set */
	bool has_suspend_globals;
	wasmtime_global_t unwinding_flag, frames_at,
		value;               /* __lind_unwinding, __lind_frames, __lind_result */
	struct engine_frames frames; /* the last that were suspended */
	uint32_t resume_end;         /* __lind_frames is below this while frames are brought back */

	/* clones.c */
	uint64_t parts;                   /* of its module's clones: those that it has */
	wasmtime_extern_t *clone_imports; /* what they import; owned; NULL: not looked up yet */
};

/** What runs on this thread. Read by signal handlers. */
struct engine_thread {
	struct engine_instance *running; /* innermost entry's; NULL: none */
	bool in_guest;                   /* in guest code or in Wasmtime on its behalf, not in a callback */
	void *breakable; /* the ucontext_t of a fault that engine_callbacks.fault looks at; or NULL */
	bool look_again; /* set by a handler that interrupted a callback: engine_callbacks.look_again */
	uintptr_t stack_low, stack_high; /* the host stack; 0: not looked up yet */
};
extern _Thread_local struct engine_thread engine_thread;

/** An export by name; false if the module has none. */
bool engine_find_export(struct engine_instance *instance, const char *name, wasmtime_extern_t *out);

/** Fills in instance->exported[which]; false if the module has no such export. */
bool engine_find_function(struct engine_instance *instance, enum export_function which);

/** What a native program would have got for one of Wasmtime's traps, and for a fault beside them. */
struct engine_result engine_trap_result(wasmtime_trap_code_t code, uint64_t fault_address);
const char *engine_memory_fault_text(int signal);

/** Forgets the exception that left a nested entry. */
void engine_drop_exception(struct engine_instance *instance);

/** Looks up the host stack of this thread. */
void engine_find_stack(struct engine_thread *thread);

/** True if this thread has host stack for one more entry into `instance`. A nested entry shares the limit
 * that Wasmtime set at the outermost one; all it needs is room for host frames. On another stack than the
 * thread's own, as that of signal handlers, nothing runs: Wasmtime's limit would not hold there. */
static inline bool engine_stack_suffices(const struct engine_instance *instance)
{
	struct engine_thread *thread = &engine_thread;
	if (unlikely(thread->stack_low == 0))
		engine_find_stack(thread);
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	size_t needed =
		instance->depth > 0 ? ENGINE_HOST_MARGIN / 4 : engine.guest_stack + ENGINE_HOST_MARGIN;
	return here > thread->stack_low && here < thread->stack_high && here - thread->stack_low >= needed;
}

/*
 * suspend.c
 */

/** The end of a callback that returned ENGINE_SUSPEND. NULL: the guest unwinds when the callback returns;
 * else what makes Wasmtime leave the guest. *result: the import's, should the guest go on. */
wasm_trap_t *engine_suspend_begin(struct engine_instance *instance, int64_t *result);

/** The entry has returned or failed: no frame is being saved any more. */
void engine_suspend_end(struct engine_instance *instance);

/** Sets what a resume export reads. False: the module has no such thing. */
bool engine_resume_begin(struct engine_instance *instance, const struct engine_frames *frames, int64_t value);

/*
 * clones.c
 */

/** Keeps a copy of a section lind.clones, which was read before, of the module with this hash. NULL: out of
 * memory. */
struct engine_clones *engine_clones_new(const uint8_t *section, size_t length, const uint8_t hash[ENGINE_KEY],
					const char *name);
void engine_clones_free(struct engine_clones *clones); /* NULL is fine */

/** Sees to it that the instance has the code that resumes these frames: finds or compiles what its module
 * lacks. 0, -ENOMEM, or -ENOEXEC: that can't be compiled. */
int engine_clones_ready(struct engine_instance *instance, const struct engine_frames *frames);

/** The code of the module, or of one of its clones, that lies there; or NULL. For handlers of signals, too.
 */
const struct engine_code *engine_clones_at(const struct engine_clones *clones, uintptr_t counter);

/*
 * trap.c
 */

/** The kind of trap that the instruction at `counter` of this code can be; false: none. For handlers of
 * signals, too. */
bool engine_trap_at(const struct engine_code *code, uintptr_t counter, wasmtime_trap_code_t *out);

/*
 * fault.c
 */

/** Installs the fault handlers in front of Wasmtime's and learns where guests are broken off. 0 or -errno,
 * `error` as above. */
int engine_fault_start(char *error, size_t error_size);

#endif
