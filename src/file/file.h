/* Files as the microvisor keeps them: open files, a cage's descriptor table, and its view of the file system.
 *
 * This room works in the host's terms and knows neither cages nor guest memory. A struct file is a counted
 * handle on one host descriptor, which no guest ever sees as a number; dup and fork share it, as Linux shares
 * open file descriptions. Functions return -errno; locks are inside. */
#ifndef LIND_FILE_FILE_H
#define LIND_FILE_FILE_H

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* -- open files -- */

struct mount;
struct file_table;
struct file_listing; /* position in a listing that no host directory gives (listing.c) */

struct file {
	_Atomic int64_t references; /* see table.c for how a table's slots count */
	int host;                   /* descriptor of this process; >= 0 for the object's life */
	int flags; /* O_PATH, O_DIRECTORY and access mode as opened, for checks that need no host call */
	/* Where it was found, for look-ups that start at it; NULL: not in the file system, or handed in from
	 * outside. Only compared, never followed, by anyone but a space that has that mount. */
	const struct mount *mount;
	bool read_only;                   /* the mount is: changing what it stands for is -EROFS */
	pid_t owner;                      /* what F_SETOWN said */
	void *context;                    /* of whoever set `ended` */
	_Atomic unsigned char terminal;   /* whether it is one, for who asks (rawposix/terminal.c) */
	void (*ended)(struct file *file); /* called before `host` is closed for good; NULL: nothing to do */
	/* Called each time that a descriptor of it is closed; NULL as above. */
	void (*closed)(struct file *file, const struct file_table *table);
	struct file_listing *_Atomic listing; /* of a directory with mount points in it, once it is read */
	char *special; /* the path of a folder that no mount holds (FILE_SPECIAL_FOLDER), else NULL */
	char *text;    /* the path of a file that no mount holds (FILE_SPECIAL_TEXT), else NULL */
};

/* Takes `host` over, on failure (NULL: out of memory) too: then it is closed. */
struct file *file_new(int host, int flags);
struct file *file_ref(struct file *file);
void file_unref(struct file *file);

/* True if what the file stands for must not be changed: its mount is read-only, or it was handed in from
 * outside for reading (as a shell's `< file`), which is no leave to change its mode or owner. */
bool file_is_read_only(const struct file *file);

static inline void file_unref_at(struct file **file)
{
	if (*file)
		file_unref(*file);
}
#define cleanup_file __attribute__((cleanup(file_unref_at)))

/* -- descriptor tables -- */

struct file_table *file_table_new(void);
struct file_table *file_table_copy(struct file_table *table);
void file_table_free(struct file_table *table);
void file_table_close_on_exec(struct file_table *table);

/* The file behind `descriptor`, counted, or NULL for EBADF. */
struct file *file_get(struct file_table *table, int descriptor);
/* Gives `file` (taken over, on failure too) the lowest free descriptor >= minimum. Returns it, or -EMFILE for
 * one >= limit, or -ENOMEM. */
int file_install(struct file_table *table, struct file *file, int minimum, uint64_t limit,
		 bool close_on_exec);
/* dup2/dup3: puts `file` (taken over) at exactly `descriptor`; whatever was there is closed. Returns it,
 * -EBADF for one out of range, or -ENOMEM. */
int file_install_at(struct file_table *table, struct file *file, int descriptor, uint64_t limit,
		    bool close_on_exec);
/* Takes the descriptor away. Returns 0 or -EBADF. */
int file_close(struct file_table *table, int descriptor);
int file_close_range(struct file_table *table, unsigned first, unsigned last, bool only_mark);
/* FD_CLOEXEC. get returns 0, 1 or -EBADF; set 0 or -EBADF. */
int file_get_close_on_exec(struct file_table *table, int descriptor);
int file_set_close_on_exec(struct file_table *table, int descriptor, bool close_on_exec);
/* False if file_install would say -EMFILE. */
bool file_can_install(struct file_table *table, uint64_t limit);
/* How many descriptors the table has room for, as Linux lets it grow: 64 at least. It never shrinks. */
unsigned file_table_size(struct file_table *table);
/* The lowest open descriptor >= `from`, or -1. */
int file_next_open(struct file_table *table, int from);

/* -- record locks of POSIX; the owner is a table, and `owner_id` what F_GETLK tells others of it -- */

/* F_SETLKW, or F_SETLK if `attention` is NULL. */
int64_t file_lock(struct file_table *owner, uint32_t owner_id, struct file *file, const struct flock *lock,
		  const _Atomic uint32_t *attention);
/* F_GETLK */
int64_t file_lock_test(struct file_table *owner, struct file *file, struct flock *lock);

/* -- the view of the file system: root, mounts, working directory, umask -- */

struct file_space;

/* A view whose root is the host folder `root`. The mounts added to it are shared with its copies; the working
 * directory (at first the root) and umask (022) are a copy's own. NULL: `error` says why in one line. */
struct file_space *file_space_new(const char *host_root, bool read_only, char *error, size_t error_size);
/* Lays the host's file or folder over a guest path. What is missing on the way to the mount point appears as
 * folders that hold nothing else. Only before the first cage runs. Returns 0 or -errno, with one line in
 * `error`. */
int file_space_mount(struct file_space *space, const char *host_path, const char *guest_path, bool read_only,
		     char *error, size_t error_size);
/* The mounts, the root first: false past the last. Placeholders on the way to a mount point are not among
 * them. */
bool file_space_mount_at(struct file_space *space, size_t index, const char **guest_path, bool *read_only);
/* The same for the host's side of all mounts, placeholders too: a descriptor, the mount's own, or -1 past the
 * last. */
int file_space_mount_host(struct file_space *space, size_t index, bool *read_only);
/* Lays an empty folder over the host folder `host`, wherever a mount shows it, so that no guest comes to it.
 * Only before the first cage runs. Returns 0 or -errno. */
int file_space_hide(struct file_space *space, int host);
struct file_space *file_space_copy(struct file_space *space);
void file_space_free(struct file_space *space);

/* A name that stands for something else than what a mount has under it: /proc/self/fd/3, /dev/stdin, … */
struct file_special {
	enum {
		FILE_SPECIAL_NONE,
		FILE_SPECIAL_LINK,   /* a symbolic link to `text`, which counts from the link's folder or is
					absolute */
		FILE_SPECIAL_FILE,   /* a link straight to `file` (counted): opening it opens the file anew */
		FILE_SPECIAL_NODE,   /* no link, but otherwise as FILE */
		FILE_SPECIAL_TEXT,   /* a read-only file of its own, `file` (counted), made for this look-up;
					`text`   is its one path */
		FILE_SPECIAL_FOLDER, /* the folder `text` (its one path), with `entries`, malloced: each a
					letter of its type (d, f, l) and a name, ended by NUL; a NUL after the
					last */
	} kind;
	char *entries;
	struct file *file;
	char text[4096];
};

/* What a look-up needs beside the space. */
struct file_view {
	struct file_space *space;
	const _Atomic uint32_t *attention; /* of the thread that asks; NULL: opening may not be interrupted */
	/* Asked about absolute paths below /dev and /proc, as far as resolved. Returns 0, with out->kind, or
	 * -errno. NULL: there are no such names. */
	int (*special)(void *context, const char *path, struct file_special *out);
	void *context;
};

/* Opens `path` (from `directory`, or the working directory if NULL; absolute ones from the root) as openat
 * does; the guest's umask is applied. Returns a file, or NULL and *error = -errno. Symbolic links, ".." and
 * mounts are the guest's: the look-up cannot leave the view. `resolve` is openat2's. */
struct file *file_open(struct file_space *space, struct file *directory, const char *path, int flags,
		       mode_t mode, int *error);
struct file *file_open_view(const struct file_view *view, struct file *directory, const char *path, int flags,
			    mode_t mode, uint64_t resolve, int *error);
/* Opens `file` anew, as a look-up of its /proc/self/fd name does. */
struct file *file_reopen(const struct file_view *view, struct file *file, int flags, int *error);

/* Where a call that changes a directory entry, or asks about one, is to act: a descriptor and the last
 * component under it, which may be given to the host as it is. */
struct file_place {
	int host;          /* an O_PATH descriptor, or that of an open file */
	bool own;          /* `host` is closed with the place; else it is a mount's or of `held` */
	struct file *held; /* counted, or NULL */
	const struct mount *mount;
	bool read_only;       /* the mount is: changing calls are -EROFS */
	bool mount_point;     /* a mount point stands there: -EBUSY to take it away, -EEXIST to make it */
	bool mount_directory; /* and it is a directory's */
	bool above_mount; /* a mount point lies below it: -EBUSY to move it, since mounts are known by their
			     paths */
	bool special;     /* `text` is what readlink shows, and nothing may be changed */
	char name[264];   /* for FILE_PLACE_PARENT: the last component, with '/' after it if the path had one;
			     "." or ".." or "/" if the path ends so. Otherwise "" */
	char *text;
};
enum file_place_kind {
	FILE_PLACE_PARENT, /* host = the parent, name = the last component, not followed */
	FILE_PLACE_TARGET, /* host = the thing itself, last symbolic link followed; name is "" */
	FILE_PLACE_TARGET_NOFOLLOW,
};
/* Returns 0, or -errno: -EPERM for a FILE_PLACE_PARENT in a folder that no mount holds. */
int file_place_find(struct file_space *space, struct file *directory, const char *path,
		    enum file_place_kind kind, struct file_place *out);
int file_place_find_view(const struct file_view *view, struct file *directory, const char *path,
			 enum file_place_kind kind, struct file_place *out);
/* The place of an open file, for calls with an empty path. */
void file_place_of(struct file *file, struct file_place *out);
/* Of a FILE_PLACE_PARENT: what the entry of that name is (S_IFMT bits, a link not followed), or 0: there is
 * none. */
mode_t file_place_type(const struct file_place *place);
/* False if the name is "." or ".." or "/", which the host refuses to change whatever they mean. */
bool file_place_is_named(const struct file_place *place);
/* True if a '/' follows the name. */
bool file_place_has_slash(const struct file_place *place);
void file_place_end(struct file_place *place);

/* "/proc/self/fd/N" of the host, for calls that take no descriptor. */
struct file_host_path {
	char text[32];
};
struct file_host_path file_host_path(int host);

/* Makes an open directory the working directory (counted by the space). Returns 0, -ENOTDIR, -EACCES. */
int file_space_chdir(struct file_space *space, struct file *directory);
/* The guest path of the working directory, or of an open file; -ENOENT if it cannot be named from here any
 * more. Returns the length without NUL, or -ERANGE. */
int64_t file_space_working_directory(struct file_space *space, char *out, size_t size);
int64_t file_space_path_of(struct file_space *space, struct file *file, char *out, size_t size);
/* The working directory, counted. */
struct file *file_space_directory(struct file_space *space);
mode_t file_space_umask(struct file_space *space);
mode_t file_space_set_umask(struct file_space *space, mode_t mask);

/* Of a folder that no mount holds: its status as it differs from that of what the host has in its place, by
 * which nobody could tell one such folder from another. Else nothing is changed. */
void file_special_status(const struct file *file, struct stat *status);

/* True if `file` is a directory whose listing file_read_directory must make; else the host's is right. */
bool file_has_listing(struct file_space *space, struct file *file);
/* getdents64 of such a directory into a host buffer, aligned to 8: the host's entries, then those of mount
 * points that it has not. */
int64_t file_read_directory(struct file *file, void *buffer, size_t size);
/* After lseek of any file to `position`. */
void file_listing_seek(struct file *file, int64_t position);

#endif
