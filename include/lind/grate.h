/* libgrate: what a grate needs besides its policy.
 *
 * A grate is a program that handles other cages' system calls (docs/3i.md). With this library it says which
 * calls it takes and what it does with them:
 *
 *	static int64_t geteuid_handler(struct grate_call *call) { return 1000; }
 *	int main(int argc, char **argv)
 *	{
 *		char **command = grate_options(argc, argv, "answers geteuid", NULL);
 *		grate_handle(107, geteuid_handler);
 *		return grate_run(command);
 *	}
 *
 * Link with -lgrate. Error lines begin with the program's name. Exit status: the client's; 125 for a mistake
 * in the grate's own options, 126 if the client can't be executed, 127 if it isn't found. Handlers run in
 * parallel, on whichever threads make the calls. */
#ifndef LIND_GRATE_H
#define LIND_GRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One call of a client, as its handler sees it. Lives until the handler returns. A handler may change
 * arguments before it forwards the call; a pointer into the grate's own memory goes with `cage[n] = self`. */
struct grate_call {
	uint64_t number;
	uint64_t argument[6];
	uint64_t cage[6]; /* the cage whose memory the argument points into */
	uint64_t self;    /* the grate's own cage */
	uint64_t client;  /* the cage that made the call */
	void *memory;     /* what grate_take has given out */
};

/* Returns what the client's call returns: a result, or -errno. */
typedef int64_t grate_function(struct grate_call *call);

/* -- what the grate takes; before grate_run or grate_spawn -- */

/* `function` handles the call with this number, in place of any before. Numbers above 3999 are not there:
 * false, and nothing is changed. */
bool grate_handle(uint64_t number, grate_function *function);
/* The same by Linux's name, or by one of 3i's: "openat". */
bool grate_handle_name(const char *name, grate_function *function);
/* The same for every call that Linux on x86-64 and 3i have. */
void grate_handle_all(grate_function *function);

/* A handler in the form that 3i itself knows, for one call: a few nanoseconds less, and no struct grate_call.
 */
typedef int64_t grate_raw_function(uint64_t self, uint64_t arg1, uint64_t arg1cage, uint64_t arg2,
				   uint64_t arg2cage, uint64_t arg3, uint64_t arg3cage, uint64_t arg4,
				   uint64_t arg4cage, uint64_t arg5, uint64_t arg5cage, uint64_t arg6,
				   uint64_t arg6cage);
bool grate_handle_raw(uint64_t number, grate_raw_function *function);

/* What becomes of the clients' calls when the grate has ended. In 3i itself the choice stands in bits 32 and
 * 33 of register_handler's third argument, above the function. */
enum grate_end {
	GRATE_END_FAILS,         /* they fail with ESRCH */
	GRATE_END_KILLS,         /* they end their cages */
	GRATE_END_FALLS_THROUGH, /* whoever served before serves again: for observers */
};
void grate_set_end(enum grate_end end);

/* Registers, at once, everything that the grate takes for a cage that exists: the caller, one of its
 * descendants, or the child itself between fork and exec. Returns 0 or -errno. */
int grate_register(pid_t cage);

/* -- the grate's life -- */

struct grate_option {
	char letter;          /* 0 ends the list */
	const char *name;     /* long form, or NULL */
	const char *argument; /* what --help calls its argument; NULL: it takes none */
	const char *help;
	void (*set)(const char *value); /* value is NULL without argument */
};

/* Parses the grate's own options, up to the first word that is none, or past "--". --help is answered here.
 * Returns the rest of the command line, which is never empty: a mistake ends the grate with status 125.
 * `about` says in a few words what the grate does. */
char **grate_options(int argc, char **argv, const char *about, const struct grate_option *options);

/* Starts `command` as a client. Returns its id, or -1: then the reason has been printed and *status (may be
 * NULL) is 126 or 127. */
pid_t grate_spawn(char *const command[], int *status);
/* Waits until all clients have ended; orphans of theirs count. Calls `ended` (may be NULL) for each that this
 * grate is the parent of. Returns the wait status of `client`. */
int grate_wait(pid_t client, void (*ended)(pid_t client, int wait_status));
/* Ends the grate as its client ended: the same exit status, or the same signal. */
void grate_exit(int wait_status) __attribute__((noreturn));
/* The three in one: what main returns. */
int grate_run(char *const command[]);

/* "NAME: message" on standard error, in one write; grate_die ends the grate with `status` after it. */
void grate_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void grate_die(int status, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* -- in a handler -- */

/* Makes the client's call go on outwards, to whoever would have served it without this grate. Returns its
 * result or -errno. A call that ends or replaces the client (exit, execve) returns here as well, and takes
 * effect when the handler has returned. */
int64_t grate_forward(struct grate_call *call);

/* Copies from or to the memory that argument n (from 0) points into. Returns 0 or -EFAULT. */
int grate_read(const struct grate_call *call, unsigned n, void *to, size_t length);
int grate_write(const struct grate_call *call, unsigned n, const void *from, size_t length);
/* The same at any address of any cage that this grate may touch. */
int grate_read_at(const struct grate_call *call, uint64_t cage, uint64_t address, void *to, size_t length);
int grate_write_at(const struct grate_call *call, uint64_t cage, uint64_t address, const void *from,
		   size_t length);
/* Reads a string of fewer than `size` bytes, NUL included. Returns its length, -EFAULT, or -ENAMETOOLONG if
 * no NUL lies within `size` bytes: then `to` holds the first size bytes of it, without a NUL. */
int64_t grate_read_string(const struct grate_call *call, unsigned n, char *to, size_t size);
int64_t grate_read_string_at(const struct grate_call *call, uint64_t cage, uint64_t address, char *to,
			     size_t size);

/* Memory that is freed when the handler has returned. NULL when there is none. */
void *grate_take(struct grate_call *call, size_t length);
/* A path or other string argument in such memory. NULL: *error is -EFAULT, -ENAMETOOLONG (PATH_MAX) or
 * -ENOMEM. */
char *grate_take_string(struct grate_call *call, unsigned n, int *error);

#endif
