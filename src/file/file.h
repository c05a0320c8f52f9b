/* Files as the microvisor keeps them: open files, a cage's descriptor table, and its view of the file system.
 *
 * This room works in the host's terms and knows neither cages nor guest memory. A struct file is a counted handle on one host descriptor, which no guest ever
 * sees as a number; dup and fork share it, as Linux shares open file descriptions. Functions return -errno; locks are inside. */
#ifndef LIND_FILE_FILE_H
#define LIND_FILE_FILE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* -- open files -- */

struct file {
	atomic_uint references;
	int host; /* descriptor of this process; >= 0 for the object's life */
	int flags; /* O_PATH, O_DIRECTORY and access mode as opened, for checks that need no host call */
};

/* Takes `host` over, on failure (NULL: out of memory) too: then it is closed. */
struct file *file_new(int host, int flags);
struct file *file_ref(struct file *file);
void file_unref(struct file *file);

/* -- descriptor tables -- */

struct file_table;

struct file_table *file_table_new(void);
struct file_table *file_table_copy(struct file_table *table);
void file_table_free(struct file_table *table);
void file_table_close_on_exec(struct file_table *table);

/* The file behind `descriptor`, counted, or NULL for EBADF. */
struct file *file_get(struct file_table *table, int descriptor);
/* Gives `file` (taken over, on failure too) the lowest free descriptor >= minimum. Returns it, or -EMFILE for one >= limit, or -ENOMEM. */
int file_install(struct file_table *table, struct file *file, int minimum, uint64_t limit, bool close_on_exec);
/* dup2/dup3: puts `file` (taken over) at exactly `descriptor`; whatever was there is closed. Returns it or -EBADF for one out of range. */
int file_install_at(struct file_table *table, struct file *file, int descriptor, uint64_t limit, bool close_on_exec);
/* Takes the descriptor away. Returns 0 or -EBADF. */
int file_close(struct file_table *table, int descriptor);
int file_close_range(struct file_table *table, unsigned first, unsigned last, bool only_mark);
/* FD_CLOEXEC. get returns 0, 1 or -EBADF; set 0 or -EBADF. */
int file_get_close_on_exec(struct file_table *table, int descriptor);
int file_set_close_on_exec(struct file_table *table, int descriptor, bool close_on_exec);

/* -- the view of the file system: root, mounts, working directory, umask -- */

struct file_space;

/* A view whose root is the host folder `root`. The mounts added to it are shared with its copies; the working directory and umask are a copy's own. */
struct file_space *file_space_new(const char *host_root, bool read_only, char *error, size_t error_size);
/* Lays the host's file or folder over a guest path, whose mount point need not exist in what lies below: it is then visible to look-ups but not in listings.
 * Only before the first cage runs. */
int file_space_mount(struct file_space *space, const char *host_path, const char *guest_path, bool read_only, char *error, size_t error_size);
struct file_space *file_space_copy(struct file_space *space);
void file_space_free(struct file_space *space);

/* Opens `path` (from `directory`, or the working directory if NULL; absolute ones from the root) as openat does. Returns a file, or NULL and *error = -errno. Symbolic
 * links, ".." and mounts are the guest's: the look-up cannot leave the view. */
struct file *file_open(struct file_space *space, struct file *directory, const char *path, int flags, mode_t mode, int *error);

/* Where a call that changes a directory entry, or asks about one, is to act: an O_PATH descriptor and the last component under it. */
struct file_place {
	int host;	 /* owned by the caller; closed by file_place_end */
	bool read_only;	 /* the mount is: changing calls are -EROFS */
	dev_t mount;	 /* identifies the mount, for EXDEV between mounts */
	char name[256];	 /* never empty for FILE_PLACE_PARENT: "." where the path ends there */
	bool directory_required; /* the path ended in '/' */
};
enum file_place_kind {
	FILE_PLACE_PARENT, /* host = the parent, name = the last component, not followed */
	FILE_PLACE_TARGET, /* host = the thing itself (O_PATH), last symbolic link followed; name is "" */
	FILE_PLACE_TARGET_NOFOLLOW,
};
int file_place_find(struct file_space *space, struct file *directory, const char *path, enum file_place_kind kind, struct file_place *out);
void file_place_end(struct file_place *place);

int file_space_chdir(struct file_space *space, struct file *directory); /* the file is counted by the space */
/* The guest path of the working directory, or of an open file; -ENOENT if it cannot be named from here any more. Returns the length without NUL, or -ERANGE. */
int64_t file_space_working_directory(struct file_space *space, char *out, size_t size);
int64_t file_space_path_of(struct file_space *space, struct file *file, char *out, size_t size);
mode_t file_space_umask(struct file_space *space);
mode_t file_space_set_umask(struct file_space *space, mode_t mask);

#endif
