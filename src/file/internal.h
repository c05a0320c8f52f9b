/* What the files of this room share. */
#ifndef LIND_FILE_INTERNAL_H
#define LIND_FILE_INTERNAL_H

#include "base/limits.h"
#include "file/file.h"
#include "file/host.h"

void file_count(struct file *file, int64_t change);

/* How many record locks a table owns, changed by `change` under the lock of lock.c. (table.c) */
int file_table_count_locks(struct file_table *table, int change);
/* A descriptor of `file` is closed: the table's record locks on it go. (lock.c) */
void file_lock_release(struct file_table *owner, struct file *file);
/* The table ends. A lock that raced with the close of its descriptor may be left. */
void file_lock_release_all(struct file_table *owner);

/* -- mounts (mount.c) -- */

/* Something of the host laid over a guest path. Constant once the first cage runs. */
struct mount {
	struct mounts *mounts;
	char *path; /* canonical guest path; "" for the root, else "/a/b" */
	size_t length;
	char *host_path; /* where the host had it at the start: a hint only, see position_name */
	int root;        /* O_PATH */
	int parent;      /* of a single file, O_PATH: where the host has it under `name`; else -1 */
	const char *name;
	dev_t device; /* of `root` */
	ino_t inode;
	bool is_directory, read_only;
	bool has_below;   /* other mounts lie below it */
	bool placeholder; /* stands on the way to another mount's point, where the mount below has nothing */
};

/* The mounts of a space and its copies, the longest path first. */
struct mounts {
	atomic_uint references;
	size_t count;
	struct mount **entry;
	int empty; /* a removed folder of the host, for placeholders; -1: none made yet */
	int links; /* the host's /proc/self/fd */
};

void mounts_unref(struct mounts *mounts);
/* The mount whose point is exactly `path` (canonical), or NULL. */
const struct mount *mounts_at(const struct mounts *mounts, const char *path, size_t length);
/* The deepest mount at or above `path`. */
const struct mount *mounts_above(const struct mounts *mounts, const char *path, size_t length);
/* True if a mount point lies below `path`. */
bool mounts_are_below(const struct mounts *mounts, const char *path, size_t length);
bool mounts_has(const struct mounts *mounts, const struct mount *mount);
/* True if `path` begins with the components of `prefix`. */
bool path_is_below(const char *path, size_t length, const char *prefix, size_t prefix_length);

/* -- spaces (space.c) -- */

struct file_space;
struct mounts *space_mounts(struct file_space *space);

/* -- positions: a directory on the way of a look-up (position.c) -- */

#define PATH_SIZE (2 * LIMIT_PATH)

struct position {
	const struct mount *mount;
	int fd;     /* O_PATH or an open directory */
	bool own;   /* closed with the position */
	bool named; /* `path` is known */
	size_t length;
	char path[PATH_SIZE]; /* canonical guest path; "" for the root */
};

void position_end(struct position *at);
void position_set_root(struct position *at, const struct mounts *mounts);
void position_move(struct position *at, const struct mount *mount, int fd, bool own);
/* Finds the guest path of a position that was reached by a descriptor. Returns 0, or -ENOENT if it has none.
 */
int position_name(struct position *at);
/* Appends a component to the path, where it is known. Returns 0 or -ENAMETOOLONG. */
int position_append(struct position *at, const char *name, size_t length);
/* What the host's `path` has after the folder `root`, or NULL if it does not lie there. */
const char *path_below(const char *path, const char *root);
/* Opens the canonical path `path` of `length` bytes as a directory and goes there. */
int position_go(struct position *at, const struct mounts *mounts, const char *path, size_t length);
/* "..": to the parent; the root is its own. */
int position_ascend(struct position *at, const struct mounts *mounts);
/* The guest path of a descriptor that lies in `mount`; NULL: in any. Returns the length or -ENOENT, -ERANGE.
 */
int64_t mount_path_of(const struct mounts *mounts, const struct mount *mount, int fd, char *out, size_t size);

/* -- listings (listing.c) -- */

/* Gives a file what file_special.entries says. False: out of memory. */
bool listing_give(struct file *file, const char *entries);

/* -- look-ups (look.c) -- */

enum look_for { LOOK_OPEN, LOOK_PARENT, LOOK_TARGET };

/* Says that the fast way has not found the answer and the look-up must go step by step. */
#define LOOK_AGAIN (-4096)

struct look {
	const struct file_view *view;
	enum look_for want;
	bool follow; /* the last symbolic link */
	int flags;   /* of open; O_PATH for LOOK_TARGET */
	mode_t mode;
	uint64_t resolve; /* openat2's, of the guest */
};

struct found {
	int host;
	bool own; /* `host` is the caller's; else it is of a mount, of the look-up's start, or of `held` */
	struct file *held; /* what a special name leads to, counted */
	bool anew;         /* `held` is to be opened anew */
	bool text;         /* `held` was made for this look-up: changes to it would be lost */
	const struct mount *mount;
	bool mount_point, mount_directory, above_mount;
	char name[264];
	char *link; /* what readlink shows, where only we know; malloced */
};

/* Looks `path` up from `directory` (NULL: the working directory). Returns 0 and *found, or -errno. */
int look_up(const struct look *look, struct file *directory, const char *path, struct found *found);
/* Tries to reach the whole of `rest` from `at` by one call of the host, without meeting a symbolic link.
 * Returns 0, -errno or LOOK_AGAIN. (direct.c) */
int look_direct(const struct look *look, struct position *at, const char *rest, struct found *found);
/* Opens what `fd` (O_PATH) stands for with the flags of open, on a mount that may be read-only. (direct.c) */
int look_reopen(const struct look *look, int fd, int flags, bool read_only);

#endif
