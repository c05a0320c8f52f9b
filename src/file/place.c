/* What callers of this room ask a look-up for: an open file, or the place where a call is to act. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "file/internal.h"

/* What openat takes and openat2 would refuse. */
#define OPEN_FLAGS                                                                                           \
	(O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC |      \
	 O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE)

static struct file *file_found(const struct look *look, struct found *found, int *error)
{
	if (found->held && found->anew) {
		struct file *file = file_reopen(look->view, found->held, look->flags, error);
		file_unref(found->held);
		return file;
	}
	struct file *file = found->held;
	if (!file)
		file = file_new(found->host, look->flags & (O_PATH | O_DIRECTORY | O_ACCMODE));
	if (!file) {
		*error = -ENOMEM;
		return NULL;
	}
	file->mount = found->mount;
	file->read_only = found->mount && found->mount->read_only;
	return file;
}

struct file *file_open_view(const struct file_view *view, struct file *directory, const char *path, int flags,
			    mode_t mode, uint64_t resolve, int *error)
{
	flags &= OPEN_FLAGS;
	bool creates = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
	if ((flags & O_TMPFILE) != O_TMPFILE)
		flags &= ~(O_TMPFILE & ~O_DIRECTORY);
	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	struct look look = {
		.view = view,
		.want = LOOK_OPEN,
		.follow = !(flags & O_NOFOLLOW),
		.flags = flags,
		.mode = creates ? mode & 07777 & ~file_space_umask(view->space) : 0,
		.resolve = resolve,
	};
	struct found found;
	*error = look_up(&look, directory, path, &found);
	return *error < 0 ? NULL : file_found(&look, &found, error);
}

struct file *file_open(struct file_space *space, struct file *directory, const char *path, int flags,
		       mode_t mode, int *error)
{
	struct file_view view = {.space = space};
	return file_open_view(&view, directory, path, flags, mode, 0, error);
}

struct file *file_reopen(const struct file_view *view, struct file *file, int flags, int *error)
{
	struct look look = {.view = view, .flags = flags};
	/* What was handed in from outside was given with its access and no more. */
	int had = file->flags & O_ACCMODE, wanted = flags & O_ACCMODE;
	if (!file->mount && !(flags & O_PATH) && had != O_RDWR && (wanted != had || flags & O_TRUNC)) {
		struct stat status;
		if (had != O_WRONLY || wanted != had)
			if (fstat(file->host, &status) || !S_ISFIFO(status.st_mode)) {
				*error = -EACCES;
				return NULL;
			}
	}
	*error = look_reopen(&look, file->host, flags, file->read_only);
	if (*error < 0)
		return NULL;
	struct file *anew = file_new(*error, flags & (O_PATH | O_DIRECTORY | O_ACCMODE));
	*error = anew ? 0 : -ENOMEM;
	if (anew) {
		anew->mount = file->mount;
		anew->read_only = file->read_only;
	}
	return anew;
}

int file_place_find_view(const struct file_view *view, struct file *directory, const char *path,
			 enum file_place_kind kind, struct file_place *out)
{
	struct look look = {
		.view = view,
		.want = kind == FILE_PLACE_PARENT ? LOOK_PARENT : LOOK_TARGET,
		.follow = kind == FILE_PLACE_TARGET,
		.flags = O_PATH | (kind == FILE_PLACE_TARGET_NOFOLLOW ? O_NOFOLLOW : 0),
	};
	struct found found;
	int result = look_up(&look, directory, path, &found);
	if (result < 0)
		return result;
	out->host = found.host;
	out->own = found.own;
	out->held = found.held;
	out->mount = found.mount;
	out->read_only = found.mount ? found.mount->read_only : found.held && file_is_read_only(found.held);
	out->mount_point = found.mount_point;
	out->mount_directory = found.mount_directory;
	out->above_mount = found.above_mount;
	out->special = found.link || found.text;
	out->text = found.link;
	strcpy(out->name, found.name);
	return 0;
}

int file_place_find(struct file_space *space, struct file *directory, const char *path,
		    enum file_place_kind kind, struct file_place *out)
{
	struct file_view view = {.space = space};
	return file_place_find_view(&view, directory, path, kind, out);
}

void file_place_of(struct file *file, struct file_place *out)
{
	*out = (struct file_place){
		.host = file->host,
		.held = file_ref(file),
		.mount = file->mount,
		.read_only = file_is_read_only(file),
	};
}

bool file_place_has_slash(const struct file_place *place)
{
	size_t length = strlen(place->name);
	return length > 1 && place->name[length - 1] == '/';
}

bool file_place_is_named(const struct file_place *place)
{
	static const char *const others[] = {".", "./", "..", "../", "/"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(place->name, others[i]) == 0)
			return false;
	return true;
}

mode_t file_place_type(const struct file_place *place)
{
	struct stat status;
	char name[sizeof place->name];
	if (place->mount_point)
		return place->mount_directory ? S_IFDIR : S_IFREG;
	if (!file_place_is_named(place))
		return S_IFDIR;
	strcpy(name, place->name);
	if (file_place_has_slash(place)) /* which would make the host follow a link */
		name[strlen(name) - 1] = 0;
	return fstatat(place->host, name, &status, AT_SYMLINK_NOFOLLOW) ? 0 : status.st_mode & S_IFMT;
}

void file_place_end(struct file_place *place)
{
	if (place->own)
		close(place->host);
	if (place->held)
		file_unref(place->held);
	free(place->text);
}
