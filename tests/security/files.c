/* lind-test: files */
/* Every way by which a name might lead out of the view: the argument is the host's path of the secret file.
 * To connect to a socket there is a matter of sockets.c, since Landlock does not rule over it. */
#include "attack.h"

#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void try_path(int folder, const char *path)
{
	static const int flags[] = {O_RDONLY,
				    O_RDWR,
				    O_WRONLY | O_TRUNC,
				    O_WRONLY | O_APPEND | O_CREAT,
				    O_PATH,
				    O_RDONLY | O_NOFOLLOW};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		int fd = openat(folder, path, flags[i] | O_CLOEXEC, 0666);
		if (fd < 0)
			continue;
		if ((flags[i] & O_ACCMODE) != O_RDONLY && write(fd, "x", 1) < 0)
			errno = 0; /* what is outside is looked at from outside */
		if (is_secret(fd))
			escaped("open %s", path);
	}
	static const uint64_t resolves[] = {
		0,          RESOLVE_BENEATH,  RESOLVE_IN_ROOT, RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS,
		UINT64_MAX, UINT64_C(1) << 40};
	for (size_t i = 0; i < sizeof resolves / sizeof *resolves; i++) {
		struct open_how how = {.flags = O_RDONLY, .resolve = resolves[i]};
		if (is_secret((int)syscall(SYS_openat2, folder, path, &how, sizeof how)))
			escaped("openat2 %s, %llx", path, (unsigned long long)resolves[i]);
	}
	linkat(folder, path, AT_FDCWD, "mine", 0);
	linkat(folder, path, AT_FDCWD, "mine", AT_SYMLINK_FOLLOW);
	renameat(folder, path, AT_FDCWD, "mine");
	if (is_secret(open("mine", O_RDONLY)))
		escaped("link or rename %s", path);
	unlink("mine");
	truncate(path, 0);
	fchmodat(folder, path, 0777, 0);
	unlinkat(folder, path, 0);
}

/* A name that leads to the folder of the secret. */
static void try_folder(const char *folder)
{
	char path[5000];
	struct stat status;
	int fd = open(folder, O_PATH | O_DIRECTORY);
	snprintf(path, sizeof path, "%s/secret", folder);
	try_path(AT_FDCWD, path);
	if (fd >= 0) {
		try_path(fd, "secret");
		try_path(fd, "../outside/secret");
		if (fchdir(fd) == 0) {
			try_path(AT_FDCWD, "secret");
			try_path(AT_FDCWD, "../outside/secret");
		}
		close(fd);
	}
	snprintf(path, sizeof path, "%s/made", folder);
	mkdir(path, 0777);
	symlink("x", path);
	mknod(path, S_IFIFO | 0666, 0);
	if (stat(path, &status) == 0 && strstr(folder, "outside"))
		printf("made %s\n", path); /* in the view, or the outside will tell */
}

int main(int count, char **arguments)
{
	const char *secret = arguments[1];
	char here[4096], folder[4096], path[9000];
	if (count < 2 || !getcwd(here, sizeof here))
		return 2;
	snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(secret, '/') - secret), secret);
	try_path(AT_FDCWD, secret);
	try_folder(folder);
	chdir(here);
	try_folder("../outside");
	chdir(here);
	try_folder("../../../../../../../../../../../../..");
	chdir(here);
	static const char *const roots[] = {"/proc/self/root",
					    "/proc/1/root",
					    "/proc/self/cwd",
					    "/proc/1/cwd",
					    "/proc/thread-self/root",
					    "/proc/self/task/1/root",
					    "/proc/self/fd/0/..",
					    "/dev/fd/..",
					    "/dev/fd/3/..",
					    "/proc/self/exe/..",
					    "/..",
					    "/../..",
					    "/dev/shm/..",
					    "/tmp/../.."};
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		snprintf(path, sizeof path, "%s%s", roots[i], folder);
		try_folder(path);
		chdir(here);
		snprintf(path, sizeof path, "%s/../outside", roots[i]);
		try_folder(path);
		chdir(here);
	}
	/* Links: absolute, relative, through one another, in /tmp, to magic links. */
	symlink(secret, "to-secret");
	symlink(folder, "to-folder");
	symlink("../outside", "up");
	symlink("up", "up-again");
	symlink("/proc/self/cwd/../outside", "magic");
	symlink(here, "/tmp/here");
	try_path(AT_FDCWD, "to-secret");
	static const char *const links[] = {
		"to-folder", "up", "up-again", "magic", "/tmp/here/../outside", "./up/../up/../outside"};
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		try_folder(links[i]);
		chdir(here);
	}
	for (const char *name = "to-secret\0to-folder\0up\0up-again\0magic\0/tmp/here\0"; *name;
	     name += strlen(name) + 1)
		unlink(name);
	/* The host's descriptors, by number. */
	for (int i = 0; i < 64; i++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d/../outside/secret", i);
		try_path(AT_FDCWD, path);
		if (i > 2) {
			snprintf(path, sizeof path, "/proc/self/fd/%d", i);
			if (open(path, O_RDONLY) >= 0)
				escaped("%s is open", path);
		}
	}
	/* What a program has no business with. */
	static const char *const forbidden[] = {"/etc/shadow",
						"/proc/self/mem",
						"/proc/self/environ",
						"/proc/1/environ",
						"/proc/kcore",
						"/proc/sys/kernel/core_pattern",
						"/sys/kernel",
						"/dev/mem",
						"/dev/kmsg",
						"/dev/sda",
						"/dev/loop0",
						"/proc/self/ns/mnt",
						"/proc/self/map_files",
						"/proc/self/pagemap",
						"/proc/sysrq-trigger",
						"/proc/keys"};
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
		int fd = open(forbidden[i], O_RDONLY);
		if (fd >= 0)
			escaped("%s can be opened", forbidden[i]);
	}
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, "../outside/mine");
	bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
	return end();
}
