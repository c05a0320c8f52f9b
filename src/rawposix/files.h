/* What the families of calls on files and paths share. */
#ifndef LIND_RAWPOSIX_FILES_H
#define LIND_RAWPOSIX_FILES_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "abi/arguments.h"
#include "abi/call.h"
#include "base/cleanup.h"
#include "base/interruptible.h"
#include "base/limits.h"
#include "cage/cage.h"
#include "file/file.h"
#include "file/host.h"
#include "rawposix/calls.h"

/* The file behind descriptor argument `index`, counted, or NULL for EBADF. */
static inline struct file *call_file(const struct call *call, unsigned index)
{
	return file_get(call->cage->files, call_int(call, index));
}

/* Declares `name` for the file behind argument `index`, given back at the end of the block; leaves with
 * EBADF. */
#define CALL_FILE(name, call, index)                                                                         \
	cleanup_file struct file *name = call_file(call, index);                                             \
	if (!name)                                                                                           \
	return -EBADF

/* Makes a call of the host that may sleep on `file` (NULL: on something else); -EINTR when the thread is to
 * look at signals. What can't sleep, as regular files, is never cut short by one. */
int64_t call_waiting(struct call *call, struct file *file, long number, long a, long b, long c, long d,
		     long e, long f);

/* Raises a signal in the thread whose call this is. */
void call_raise(struct call *call, int number);
/* Passes the result of a write on; one that found no reader raises SIGPIPE in the thread that made it. */
int64_t call_written(struct call *call, int64_t result);

/* The limit for new descriptors of the call's cage. */
uint64_t call_descriptor_limit(const struct call *call);
/* Gives the cage a descriptor for the host's `host` (-errno is passed on). */
int64_t call_install(struct call *call, int64_t host, int flags, bool close_on_exec);

/* Copies path argument `index` in. Returns 0, -EFAULT or -ENAMETOOLONG. */
int call_path(struct call *call, unsigned index, char path[static LIMIT_PATH]);

/* The path arguments of one call: a directory (NULL: the working directory) and a path. */
struct call_where {
	struct file *directory;
	char path[LIMIT_PATH];
};
/* Reads them: `directory_index` names the dirfd's argument, or is NO_DIRECTORY. Returns 0 or -errno; to be
 * ended after success only. */
#define NO_DIRECTORY 255u
int call_where(struct call *call, unsigned directory_index, unsigned path_index, struct call_where *out);
void call_where_end(struct call_where *where);
#define cleanup_where __attribute__((cleanup(call_where_end)))

static inline void file_place_end_at(struct file_place *place)
{
	if (place->host >= 0)
		file_place_end(place);
}
/* A place that is ended with its block, if it was found. */
#define cleanup_place __attribute__((cleanup(file_place_end_at)))
#define NO_PLACE      {.host = -1}

/* The thread of the call's cage on whose behalf it is made: what "the calling thread" means when a grate
 * forwards a call. NULL: none. */
static inline struct thread *call_subject(const struct call *call)
{
	return thread_for(call->thread, call->cage);
}

/* The call's view of the file system: its cage's, with the names below /dev and /proc (names.c). */
struct file_view call_view(struct call *call);
/* A text below /proc is told anew for who reads it from the start again, as Linux does. Where that fails,
 * `file` keeps what it had; others are left alone. */
void names_tell_anew(struct call *call, struct file *file);

/* Looks up the place that the arguments name. With AT_EMPTY_PATH in `at_flags` an empty path means the
 * directory argument itself, any kind of file. */
int call_place(struct call *call, unsigned directory_index, unsigned path_index, enum file_place_kind kind,
	       int at_flags, struct file_place *out);
/* The same for something that is to be changed: -EROFS on a read-only mount. */
int call_place_change(struct call *call, unsigned directory_index, unsigned path_index,
		      enum file_place_kind kind, int at_flags, struct file_place *out);

#endif
