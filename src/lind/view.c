/* See view.h. */
#include "lind/view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "engine/engine.h"
#include "lind/temporary.h"

extern char **environ;

/* The base root lies beside the command: bin/lind and lib/lind/root. */
static bool base_root(char *out, size_t size)
{
	char executable[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
	char *slash;

	if (length <= 0)
		return false;
	executable[length] = 0;
	for (int i = 0; i < 2; i++) {
		slash = strrchr(executable, '/');
		if (!slash)
			return false;
		*slash = 0;
	}
	return (size_t)snprintf(out, size, "%s/lib/lind/root", executable) < size;
}

static bool mount(struct file_space *space, const char *host, const char *guest, bool read_only)
{
	char error[512];

	if (file_space_mount(space, host, guest, read_only, error, sizeof error) == 0)
		return true;
	log_error("%s", error);
	return false;
}

/* Devices without state, and the terminal. */
static bool mount_devices(struct file_space *space)
{
	static const char *const devices[] = {"/dev/null",    "/dev/zero", "/dev/full", "/dev/random",
					      "/dev/urandom", "/dev/tty",  "/dev/ptmx"};

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (access(devices[i], F_OK) == 0 && !mount(space, devices[i], devices[i], false))
			return false;
	return true;
}

static bool enter(struct file_space *space, const char *path)
{
	int error;
	struct file *directory = file_open(space, NULL, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0, &error);

	if (!directory)
		errno = -error;
	else if ((error = file_space_chdir(space, directory)) < 0)
		errno = -error;
	if (directory)
		file_unref(directory);
	return error == 0 && directory;
}

/* The view without options: base root, private /tmp, the current folder at its own path. */
static bool mount_defaults(struct file_space *space, char *current)
{
	struct temporary temporary;

	if (!temporary_make(&temporary)) {
		log_error("cannot make a private /tmp: %s", strerror(errno));
		return false;
	}
	return mount(space, temporary.files, "/tmp", false) &&
	       mount(space, temporary.shared_memory, "/dev/shm", false) &&
	       (strcmp(current, "/") == 0 || mount(space, current, current, false));
}

struct file_space *view_space(const struct options *options)
{
	char root[PATH_MAX], current[PATH_MAX], error[512];
	const char *directory = options->directory;
	struct file_space *space;
	bool complete;

	if (!options->root && !base_root(root, sizeof root)) {
		log_error("cannot tell where this command is installed: %s", strerror(errno));
		return NULL;
	}
	if (!getcwd(current, sizeof current)) {
		log_error("cannot tell the current folder: %s", strerror(errno));
		return NULL;
	}
	space = file_space_new(options->root ? options->root : root, !options->root, error, sizeof error);
	if (!space) {
		log_error("%s", error);
		return NULL;
	}
	complete = mount_devices(space) && (options->root || mount_defaults(space, current));
	for (size_t i = 0; i < options->mount_count && complete; i++)
		complete = mount(space, options->mounts[i].host, options->mounts[i].guest,
				 options->mounts[i].read_only);
	if (complete && engine_cache_descriptor() >= 0) {
		int hidden = file_space_hide(space, engine_cache_descriptor());

		/* Code in the cache is run as it is. */
		if (hidden < 0)
			log_error("cannot hide the cache folder from the program: %s", strerror(-hidden));
		complete = hidden == 0;
	}
	if (!directory)
		directory = options->root ? "/" : current;
	if (complete && !enter(space, directory)) {
		log_error("cannot start in guest folder %s: %s", directory, strerror(errno));
		complete = false;
	}
	if (!complete) {
		file_space_free(space);
		return NULL;
	}
	return space;
}

void view_end(void)
{
	temporary_remove();
}

struct file_table *view_standard_streams(void)
{
	struct file_table *table = file_table_new();

	for (int descriptor = 0; table && descriptor < 3; descriptor++) {
		int host = fcntl(descriptor, F_DUPFD_CLOEXEC, 3), flags;
		struct file *file;

		if (host < 0)
			continue;
		flags = fcntl(host, F_GETFL);
		file = file_new(host, flags < 0 ? O_RDWR : flags);
		if (!file || file_install_at(table, file, descriptor, 3, false) < 0) {
			file_table_free(table);
			return NULL;
		}
	}
	return table;
}

/* Harmless ones that programs need to behave as their user expects. All else may be a secret. */
static const char *const passed_on[] = {"USER",  "LOGNAME", "TERM", "COLORTERM", "COLUMNS",
					"LINES", "TZ",      "LANG", "LANGUAGE",  "NO_COLOR"};

static bool has_name(const char *variable, const char *name)
{
	size_t length = strcspn(name, "=");

	return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

static bool set(char **environment, size_t *count, const char *name, const char *value)
{
	char *variable;

	if (asprintf(&variable, "%s=%s", name, value) < 0)
		return false;
	for (size_t i = 0; i < *count; i++)
		if (has_name(environment[i], variable)) {
			free(environment[i]);
			environment[i] = variable;
			return true;
		}
	environment[(*count)++] = variable;
	return true;
}

char **view_environment(const struct options *options, struct file_space *space)
{
	char directory[PATH_MAX], **environment;
	size_t count = 0, locale = 0;
	bool complete;

	for (size_t i = 0; environ[i]; i++)
		locale += strncmp(environ[i], "LC_", 3) == 0;
	environment = calloc(sizeof passed_on / sizeof *passed_on + locale + options->environment_count + 4,
			     sizeof *environment);
	if (!environment)
		return NULL;
	complete = set(environment, &count, "PATH", "/usr/local/bin:/usr/bin:/bin") &&
		   set(environment, &count, "HOME", "/tmp");
	if (file_space_working_directory(space, directory, sizeof directory) > 0)
		complete = complete && set(environment, &count, "PWD", directory);
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on && complete; i++)
		if (getenv(passed_on[i]))
			complete = set(environment, &count, passed_on[i], getenv(passed_on[i]));
	for (size_t i = 0; environ[i] && complete; i++)
		if (strncmp(environ[i], "LC_", 3) == 0 && (environment[count] = strdup(environ[i])))
			count++;
	for (size_t i = 0; i < options->environment_count && complete; i++) {
		char *name = strdup(options->environment[i]), *value = name ? strchr(name, '=') : NULL;

		if (value)
			*value++ = 0;
		else if (name)
			value = getenv(name);
		if (value)
			complete = set(environment, &count, name, value);
		free(name);
	}
	return complete ? environment : NULL;
}

/* 0: it can be run as far as the look-up tells; else -errno. */
static int try_program(struct file_space *space, const char *path)
{
	struct stat status;
	int error;
	struct file *file = file_open(space, NULL, path, O_PATH | O_CLOEXEC, 0, &error);

	if (!file)
		return error;
	if (fstat(file->host, &status) < 0)
		error = -errno;
	else if (S_ISDIR(status.st_mode))
		error = -EISDIR;
	else if (!S_ISREG(status.st_mode) || faccessat(file->host, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) < 0)
		error = -EACCES;
	else
		error = 0;
	file_unref(file);
	return error;
}

static int refuse(const char *name, int error)
{
	bool missing = error == -ENOENT || error == -ENOTDIR;

	if (missing && access(name, F_OK) == 0)
		log_error("%s: not in the guest's view; show its folder with --mount HOST:GUEST", name);
	else if (missing)
		log_error("%s: no such program", name);
	else
		log_error("%s: cannot be run: %s", name, strerror(-error));
	return missing ? 127 : 126;
}

int view_find_program(struct file_space *space, char *const *environment, const char *name, char *out,
		      size_t size)
{
	const char *search = "", *part;
	int found = -ENOENT, error;

	if (strchr(name, '/')) {
		error = try_program(space, name);
		if (error < 0)
			return refuse(name, error);
		snprintf(out, size, "%s", name);
		return 0;
	}
	for (size_t i = 0; environment[i]; i++)
		if (has_name(environment[i], "PATH"))
			search = environment[i] + strlen("PATH=");
	for (part = search; *name && *part; part += *part == ':') {
		size_t length = strcspn(part, ":");

		snprintf(out, size, "%.*s%s%s", (int)length, part, length ? "/" : "./", name);
		part += length;
		error = try_program(space, out);
		if (error == 0)
			return 0;
		if (error != -ENOENT && error != -ENOTDIR)
			found = error;
	}
	if (found == -ENOENT)
		log_error("%s: no such program in the guest's PATH (%s)", name, search);
	else
		log_error("%s: cannot be run: %s", name, strerror(-found));
	return found == -ENOENT ? 127 : 126;
}
