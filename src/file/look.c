/* Looking paths up in the guest's view: the fast way where it leads to the end, and from symbolic link to
 * symbolic link, or up through "..", step by step where it doesn't.
 *
 * The remaining path is kept without empty components and without "." but at its end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "file/internal.h"

#define CONFINES (RESOLVE_BENEATH | RESOLVE_IN_ROOT)

struct walk {
	const struct look *look;
	struct mounts *mounts;
	struct file *start;
	struct position at;
	size_t floor; /* length of the start's path, which RESOLVE_BENEATH and RESOLVE_IN_ROOT don't leave */
	char floor_path[PATH_SIZE];
	unsigned links;
	char rest[PATH_SIZE];
};

/* Copies `path` to `out` (PATH_SIZE bytes) in the form described above. Returns its length or -ENAMETOOLONG.
 */
static int normalise(const char *path, char *out)
{
	size_t length = 0;
	while (*path) {
		const char *end = strchrnul(path, '/');
		size_t size = (size_t)(end - path);
		bool slash = *end == '/';
		while (*end == '/')
			end++;
		if (size && !(size == 1 && *path == '.' && *end)) {
			if (length + size + 2 > PATH_SIZE)
				return -ENAMETOOLONG;
			memcpy(out + length, path, size);
			length += size;
			if (slash)
				out[length++] = '/';
		}
		path = end;
	}
	out[length] = 0;
	return (int)length;
}

/* Goes to where absolute paths begin. */
static int go_to_root(struct walk *walk)
{
	if (walk->look->resolve & RESOLVE_BENEATH)
		return -EXDEV;
	if (walk->look->resolve & RESOLVE_IN_ROOT)
		return position_go(&walk->at, walk->mounts, walk->floor_path, walk->floor);
	position_set_root(&walk->at, walk->mounts);
	return 0;
}

/* A symbolic link's text takes the place of the component, of which `after` is left. */
static int splice_link(struct walk *walk, const char *text, const char *after)
{
	if (walk->look->resolve & RESOLVE_NO_SYMLINKS || ++walk->links > LIMIT_SYMLINKS)
		return -ELOOP;
	size_t size = strlen(text), left = strlen(after);
	if (!size)
		return -ENOENT;
	if (size + left + 2 > PATH_SIZE)
		return -ENAMETOOLONG;
	char joined[PATH_SIZE];
	memcpy(joined, text, size);
	if (left)
		joined[size++] = '/';
	memcpy(joined + size, after, left + 1);
	if (text[0] == '/') {
		int result = go_to_root(walk);
		if (result < 0)
			return result;
	}
	int length = normalise(joined, walk->rest);
	return length < 0 ? length : 0;
}

static int ascend(struct walk *walk)
{
	if (walk->look->resolve & CONFINES && walk->at.named && walk->at.length == walk->floor)
		return walk->look->resolve & RESOLVE_BENEATH ? -EXDEV : 0;
	return position_ascend(&walk->at, walk->mounts);
}

/* One step down. Returns 0, or LOOK_AGAIN if the component was a symbolic link and walk->rest is new. */
static int descend(struct walk *walk, const char *name, const char *after)
{
	struct position *at = &walk->at;
	if (at->mount->has_below)
		position_name(at); /* what has no name has no mounts in it */
	int result = position_append(at, name, strlen(name));
	if (result < 0)
		return result;
	const struct mount *mount = at->named ? mounts_at(walk->mounts, at->path, at->length) : NULL;
	if (mount) {
		position_move(at, mount, mount->root, false);
		return mount->is_directory ? 0 : -ENOTDIR;
	}
	int fd = host_open(at->fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
	if (fd >= 0) {
		position_move(at, at->mount, fd, true);
		return 0;
	}
	if (fd != -ENOTDIR && fd != -ELOOP)
		return fd;
	char text[LIMIT_PATH];
	ssize_t length = readlinkat(at->fd, name, text, sizeof text - 1);
	if (length < 0)
		return errno == EINVAL ? -ENOTDIR : -errno;
	text[length] = 0;
	if (at->named) { /* the link is not on the way: its text is */
		at->length -= strlen(name) + 1;
		at->path[at->length] = 0;
	}
	result = splice_link(walk, text, after);
	return result < 0 ? result : LOOK_AGAIN;
}

/* The last component, which is a symbolic link if the fast way couldn't take it. Returns LOOK_AGAIN with a
 * new walk->rest, or the look-up's result. */
static int last_step(struct walk *walk, struct found *found)
{
	const struct look *look = walk->look;
	int result = look_direct(look, &walk->at, walk->rest, found);
	if (result != LOOK_AGAIN)
		return result;
	size_t length = strcspn(walk->rest, "/");
	if (length > 255)
		return -ENAMETOOLONG;
	if (!look->follow && !walk->rest[length])
		return -ELOOP;
	char name[256], text[LIMIT_PATH];
	memcpy(name, walk->rest, length);
	name[length] = 0;
	ssize_t size = readlinkat(walk->at.fd, name, text, sizeof text - 1);
	if (size < 0)
		return errno == EINVAL ? -ELOOP : -errno;
	text[size] = 0;
	/* A '/' after the link asks for a directory: it stays, as a "." does. */
	result = splice_link(walk, text, walk->rest[length] ? "." : "");
	return result < 0 ? result : LOOK_AGAIN;
}

/* Walks walk->rest component by component to the next symbolic link or the end. */
static int step(struct walk *walk, struct found *found)
{
	char rest[PATH_SIZE];
	if (!*walk->rest)
		return -EAGAIN; /* the position itself can't be opened now */
	strcpy(rest, walk->rest);
	char *next = rest;
	while (*next) {
		size_t length = strcspn(next, "/");
		char *after = next + length + (next[length] == '/');
		bool last = !*after;
		bool up = length == 2 && memcmp(next, "..", 2) == 0;
		if (last && (!up || walk->look->want == LOOK_PARENT)) {
			strcpy(walk->rest, next);
			return last_step(walk, found);
		}
		if (length > 255)
			return -ENAMETOOLONG;
		next[length] = 0;
		int result = up ? ascend(walk) : descend(walk, next, after);
		if (result < 0)
			return result;
		next = after;
		if (up)
			break; /* from here on, the fast way may lead to the end */
	}
	strcpy(walk->rest, next);
	return LOOK_AGAIN;
}

/* A folder that no mount holds: what the host has there is empty, but there. Where it is not, neither is the
 * folder: 1. */
static int special_folder(struct walk *walk, const char *path, const char *entries, struct found *found)
{
	const struct look *look = walk->look;
	cleanup_fd int host = host_open(walk->at.fd, "proc", O_RDONLY | O_DIRECTORY);
	if (host < 0)
		return 1;
	if (look->want == LOOK_OPEN && !(look->flags & O_PATH) &&
	    ((look->flags & O_ACCMODE) != O_RDONLY || look->flags & (O_CREAT | O_TRUNC)))
		return -EISDIR;
	cleanup_file struct file *file =
		file_new(steal_fd(&host), look->flags & (O_PATH | O_DIRECTORY | O_ACCMODE));
	if (!file || !(file->special = strdup(path)) || !listing_give(file, entries))
		return -ENOMEM;
	found->host = file->host;
	found->held = steal_pointer(&file);
	found->mount = walk->at.mount;
	found->text = true;
	return 0;
}

/* A link's text counts from its folder; the look-up goes on from the root. */
static int special_link(struct walk *walk, const char *path, const char *text, bool slash)
{
	char absolute[PATH_SIZE + LIMIT_PATH];
	size_t length = strlen(path) - slash;
	while (length && path[length - 1] != '/')
		length--;
	snprintf(absolute, sizeof absolute, "%.*s%s", *text == '/' ? 0 : (int)length, path, text);
	return splice_link(walk, absolute, slash ? "." : "");
}

/* A name below /dev or /proc that the cage's own things stand behind. Returns 1 if this is none, 0 if found,
 * -errno, or LOOK_AGAIN with a new walk->rest. */
static int special(struct walk *walk, struct found *found)
{
	const struct look *look = walk->look;
	const struct file_view *view = look->view;
	struct position *at = &walk->at;
	if (!view->special || look->want == LOOK_PARENT || !at->named || at->length ||
	    (strncmp(walk->rest, "dev/", 4) != 0 && strncmp(walk->rest, "proc", 4) != 0))
		return 1;
	char path[PATH_SIZE + 1] = "/";
	strcpy(path + 1, walk->rest);
	if (strcmp(path + strlen(path) - 2, "/.") == 0)
		path[strlen(path) - 1] = 0; /* asks for the same as the '/' before it */
	struct file_special name;
	name.kind = FILE_SPECIAL_NONE;
	int result = view->special(view->context, path, &name);
	if (result < 0 || name.kind == FILE_SPECIAL_NONE)
		return result < 0 ? result : 1;
	if (name.kind == FILE_SPECIAL_FOLDER) {
		result = special_folder(walk, name.text, name.entries, found);
		free(name.entries);
		return result;
	}
	cleanup_file struct file *file = name.kind == FILE_SPECIAL_LINK ? NULL : name.file;
	bool link = name.kind == FILE_SPECIAL_LINK || name.kind == FILE_SPECIAL_FILE;
	bool slash = path[strlen(path) - 1] == '/'; /* asks for a folder, behind a link too */
	bool text = name.kind == FILE_SPECIAL_TEXT;
	if (link && !look->follow && !slash) {
		if (look->want == LOOK_OPEN)
			return -ELOOP;
		found->link = strdup(name.text);
		if (!found->link)
			return -ENOMEM;
		/* Something that looks like it: one of the host's own links, which is never followed. */
		char number[16];
		snprintf(number, sizeof number, "%d", walk->mounts->links);
		found->host = openat(walk->mounts->links, number, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		found->own = true;
		return found->host < 0 ? -errno : 0;
	}
	if (name.kind == FILE_SPECIAL_LINK)
		return (result = special_link(walk, path, name.text, slash)) < 0 ? result : LOOK_AGAIN;
	if (link && look->resolve & (RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | CONFINES))
		return -ELOOP;
	if (text && look->want == LOOK_OPEN &&
	    ((look->flags & O_ACCMODE) != O_RDONLY || look->flags & O_DIRECTORY))
		return look->flags & O_DIRECTORY ? -ENOTDIR : -EACCES;
	found->held = steal_pointer(&file);
	found->host = found->held->host;
	found->mount = found->held->mount;
	found->anew = !text;
	found->text = text;
	return 0;
}

static int begin(struct walk *walk, struct file *directory, const char *path)
{
	int length = normalise(path, walk->rest);
	if (length < 0)
		return length;
	if (*path == '/' && !(walk->look->resolve & CONFINES)) {
		position_set_root(&walk->at, walk->mounts);
		return 0;
	}
	if (*path == '/' && walk->look->resolve & RESOLVE_BENEATH)
		return -EXDEV;
	walk->start = directory ? file_ref(directory) : file_space_directory(walk->look->view->space);
	if (!mounts_has(walk->mounts, walk->start->mount)) {
		/* Handed in from outside: no way leads from it into the view. */
		struct stat status;
		return fstat(walk->start->host, &status) == 0 && S_ISDIR(status.st_mode) ? -EACCES : -ENOTDIR;
	}
	if (walk->start->special) {
		if (walk->look->want == LOOK_PARENT)
			return -EPERM; /* nothing can be made there, or taken away */
		/* No link is above it, so ".." can be taken by the word. */
		char joined[2 * PATH_SIZE];
		int kept = (int)strlen(walk->start->special);
		while (strncmp(path, "..", 2) == 0 && (!path[2] || path[2] == '/')) {
			while (kept > 0 && walk->start->special[--kept] != '/')
				;
			path += 2 + strspn(path + 2, "/");
		}
		snprintf(joined, sizeof joined, "%.*s/%s", kept, walk->start->special, path);
		length = normalise(joined, walk->rest);
		position_set_root(&walk->at, walk->mounts);
		return length < 0 ? length : walk->look->resolve & CONFINES ? -EXDEV : 0;
	}
	position_move(&walk->at, walk->start->mount, walk->start->host, false);
	walk->at.named = false;
	if (walk->look->resolve & CONFINES) {
		if (position_name(&walk->at) < 0)
			return -EXDEV;
		walk->floor = walk->at.length;
		memcpy(walk->floor_path, walk->at.path, walk->floor + 1);
	}
	return 0;
}

/* Hands what the result depends on over to it: a descriptor may be the start's or the position's. */
static void keep(struct walk *walk, struct found *found)
{
	if (found->own || found->held)
		return;
	if (walk->at.own && found->host == walk->at.fd) {
		walk->at.own = false;
		found->own = true;
	} else if (walk->start && found->host == walk->start->host) {
		found->held = file_ref(walk->start);
	}
}

static int follow_path(struct walk *walk, struct found *found)
{
	if (!*walk->rest && walk->look->want == LOOK_PARENT) {
		/* The root has no parent: the host refuses to change its own, with the right error. */
		found->host = walk->at.fd;
		found->mount = walk->at.mount;
		strcpy(found->name, "/");
		return 0;
	}
	/* Ends: each round takes a component or one of the links that may be followed. */
	for (;;) {
		int result = special(walk, found);
		if (result == 1)
			result = look_direct(walk->look, &walk->at, walk->rest, found);
		else if (result == LOOK_AGAIN)
			continue;
		if (result == LOOK_AGAIN)
			result = step(walk, found);
		if (result != LOOK_AGAIN)
			return result;
	}
}

int look_up(const struct look *look, struct file *directory, const char *path, struct found *found)
{
	*found = (struct found){.host = -1};
	if (!*path)
		return -ENOENT;
	if (strnlen(path, LIMIT_PATH) == LIMIT_PATH)
		return -ENAMETOOLONG;
	struct walk walk;
	walk.look = look;
	walk.mounts = space_mounts(look->view->space);
	walk.start = NULL;
	walk.links = 0;
	walk.at.own = false;
	int result = begin(&walk, directory, path);
	if (result == 0)
		result = follow_path(&walk, found);
	if (result == 0)
		keep(&walk, found);
	position_end(&walk.at);
	if (walk.start)
		file_unref(walk.start);
	return result;
}
