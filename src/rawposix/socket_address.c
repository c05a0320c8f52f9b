/* Addresses of AF_UNIX.
 *
 * The host's kernel keeps the very bytes that a socket was bound to, and shows them to every peer. So a
 * socket is bound, in the right folder, under a name that is the whole path as the guest gave it, with the
 * slashes replaced; then the entry gets its real name. Reading an address back undoes the replacement. To
 * bind by a bare name the thread needs a working directory of its own.
 *
 * Abstract names begin with some random bytes of this run, so cages neither reach nor see those of the host.
 */
#include "rawposix/socket_address.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rawposix/files.h"

#define PATH_OFFSET    offsetof(struct sockaddr_un, sun_path)
#define PATH_ROOM      sizeof((struct sockaddr_un *)0)->sun_path
#define PREFIX_SIZE    8
#define SLASH          '\1' /* stands for '/' in a bound name */
#define AUTOBIND_NAMES 0x100000

static pthread_once_t prefix_once = PTHREAD_ONCE_INIT;
static char prefix[PREFIX_SIZE];
static bool prefix_is_made;

static void make_prefix(void)
{
	prefix_is_made = getrandom(prefix, PREFIX_SIZE, 0) == PREFIX_SIZE;
}

static bool has_prefix(void)
{
	pthread_once(&prefix_once, make_prefix);
	return prefix_is_made;
}

int address_read(const struct guest_memory *memory, uint64_t from, uint32_t length,
		 struct socket_address *out)
{
	memset(out, 0, offsetof(struct socket_address, place));
	if (length > sizeof out->storage)
		return -EINVAL;
	out->length = length;
	return guest_read(memory, &out->storage, from, length);
}

void address_end(struct socket_address *address)
{
	if (address->has_place)
		file_place_end(&address->place);
	address->has_place = false;
}

static bool is_local(const struct socket_address *address)
{
	return address->length >= sizeof address->any.sa_family && address->any.sa_family == AF_UNIX;
}

/* Puts the prefix into an abstract name. */
static int make_abstract(struct socket_address *address)
{
	size_t length = address->length - PATH_OFFSET - 1;
	if (1 + PREFIX_SIZE + length > PATH_ROOM)
		return -EINVAL;
	if (!has_prefix())
		return -EAGAIN;
	memmove(address->local.sun_path + 1 + PREFIX_SIZE, address->local.sun_path + 1, length);
	memcpy(address->local.sun_path + 1, prefix, PREFIX_SIZE);
	address->length += PREFIX_SIZE;
	return 0;
}

/* The path as a string, from bytes that need not end in NUL. */
static void copy_path(const struct socket_address *address, char path[PATH_ROOM + 1])
{
	size_t length = strnlen(address->local.sun_path, address->length - PATH_OFFSET);
	memcpy(path, address->local.sun_path, length);
	path[length] = 0;
}

static void set_path(struct socket_address *address, const char *path)
{
	size_t length = strlen(path);
	memcpy(address->local.sun_path, path, length);
	if (length < PATH_ROOM)
		address->local.sun_path[length++] = 0;
	address->length = (socklen_t)(PATH_OFFSET + length);
}

int address_resolve(struct call *call, struct socket_address *address)
{
	char path[PATH_ROOM + 1];
	if (!is_local(address))
		return 0;
	if (address->length > sizeof address->local || address->length <= PATH_OFFSET)
		return -EINVAL;
	if (!address->local.sun_path[0])
		return make_abstract(address);
	copy_path(address, path);
	struct file_view view = call_view(call);
	int error = file_place_find_view(&view, NULL, path, FILE_PLACE_TARGET, &address->place);
	if (error)
		return error;
	address->has_place = true;
	set_path(address, file_host_path(address->place.host).text);
	return 0;
}

/* -- binding -- */

/* A name of its own for a socket that asks for any. */
static int bind_any(int socket)
{
	for (unsigned tries = 0; tries < AUTOBIND_NAMES; tries++) {
		struct socket_address address = {.local.sun_family = AF_UNIX};
		unsigned number;
		if (getrandom(&number, sizeof number, 0) != sizeof number)
			return -EAGAIN;
		snprintf(address.local.sun_path + 1, PATH_ROOM - 1, "%05x", number % AUTOBIND_NAMES);
		address.length = PATH_OFFSET + 1 + 5;
		int error = make_abstract(&address);
		if (error)
			return error;
		if (!bind(socket, &address.any, address.length))
			return 0;
		if (errno != EADDRINUSE)
			return -errno;
	}
	return -ENOSPC;
}

/* Gives the calling thread a working directory and a umask that no other shares. Stays so: nothing else here
 * uses either. */
static int own_directory(void)
{
	static __thread bool done;
	if (!done && unshare(CLONE_FS))
		return -errno;
	done = true;
	return 0;
}

/* Binds to `name` in `folder`, with the entry named `entry`. Another thread that binds the same path waits.
 */
static int bind_in_folder(int socket, int folder, struct socket_address *address, const char *name,
			  const char *entry, mode_t umask_wanted)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct stat status;
	int error = own_directory();
	if (error)
		return error;
	CLEANUP_LOCK(&lock);
	/* Looked at before: a socket that was bound stays bound, even if its entry could not get its name. */
	if (!fstatat(folder, entry, &status, AT_SYMLINK_NOFOLLOW))
		return -EADDRINUSE;
	/* What a run that was ended between the two steps has left. */
	if (strcmp(name, entry) && !fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) &&
	    S_ISSOCK(status.st_mode))
		unlinkat(folder, name, 0);
	if (fchdir(folder))
		return -errno;
	set_path(address, name);
	mode_t before = umask(umask_wanted);
	error = bind(socket, &address->any, address->length) ? -errno : 0;
	umask(before);
	if (!error && strcmp(name, entry) && renameat2(folder, name, folder, entry, RENAME_NOREPLACE)) {
		error = errno == EEXIST ? -EADDRINUSE : -errno;
		unlinkat(folder, name, 0);
	}
	/* Only not to keep the folder in use: whether it works is no matter of the call. */
	int ignored = chdir("/");
	(void)ignored;
	return error;
}

static int bind_path(struct call *call, int socket, struct socket_address *address)
{
	char path[PATH_ROOM + 1], name[PATH_ROOM + 1];
	copy_path(address, path);
	if (strchr(path, SLASH))
		return -EINVAL;
	struct file_view view = call_view(call);
	int error = file_place_find_view(&view, NULL, path, FILE_PLACE_PARENT, &address->place);
	if (error)
		return error;
	address->has_place = true;
	const char *entry = address->place.name;
	if (address->place.mount_point || address->place.special || !strcmp(entry, ".") ||
	    !strcmp(entry, "..") || entry[0] == '/')
		return -EADDRINUSE;
	if (entry[strlen(entry) - 1] == '/')
		return -ENOENT;
	if (address->place.read_only)
		return -EROFS;
	strcpy(name, path);
	for (char *at = name; *at; at++)
		if (*at == '/')
			*at = SLASH;
	return bind_in_folder(socket, address->place.host, address, name, entry,
			      file_space_umask(call->cage->space));
}

int address_bind(struct call *call, int socket, struct socket_address *address)
{
	if (is_local(address)) {
		int domain;
		socklen_t size = sizeof domain;
		if (getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size))
			return -errno;
		if (domain != AF_UNIX)
			return -EAFNOSUPPORT;
		if (address->length > sizeof address->local)
			return -EINVAL;
		if (address->length <= PATH_OFFSET)
			return bind_any(socket);
		if (address->local.sun_path[0])
			return bind_path(call, socket, address);
		int error = make_abstract(address);
		if (error)
			return error;
	}
	return bind(socket, &address->any, address->length) ? -errno : 0;
}

/* -- back to the guest -- */

void address_virtualize(struct socket_address *address)
{
	if (!is_local(address) || address->length <= PATH_OFFSET || address->length > sizeof address->local)
		return;
	size_t length = address->length - PATH_OFFSET;
	char *path = address->local.sun_path;
	if (path[0]) {
		for (size_t i = 0; i < length; i++)
			if (path[i] == SLASH)
				path[i] = '/';
		return;
	}
	if (!has_prefix() || length < 1 + PREFIX_SIZE || memcmp(path + 1, prefix, PREFIX_SIZE) != 0)
		return;
	memmove(path + 1, path + 1 + PREFIX_SIZE, length - 1 - PREFIX_SIZE);
	address->length -= PREFIX_SIZE;
}

int address_write(const struct guest_memory *memory, uint64_t to, uint32_t room,
		  const struct guest_memory *length_memory, uint64_t length_to,
		  const struct socket_address *address)
{
	uint32_t length = address->length;
	size_t copied = length < room ? length : room;
	if (copied > sizeof address->storage)
		copied = sizeof address->storage;
	int error = copied ? guest_write(memory, to, &address->storage, copied) : 0;
	return error ? error : guest_write(length_memory, length_to, &length, sizeof length);
}
