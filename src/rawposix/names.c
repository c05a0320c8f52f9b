/* Names that stand for what a cage has and no mount holds: descriptors below /dev and /proc/self, the
 * program, and what /proc/self tells of the cage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "rawposix/self.h"
#include "rawposix/terminal.h"

static int name_link(struct file_special *out, const char *text)
{
	out->kind = FILE_SPECIAL_LINK;
	snprintf(out->text, sizeof out->text, "%s", text);
	return 0;
}

static int name_descriptor(struct call *call, const char *digits, struct file_special *out)
{
	char *end;
	unsigned long number = strtoul(digits, &end, 10);
	if (*digits < '0' || *digits > '9' || (*digits == '0' && digits[1]) || *end ||
	    number >= LIMIT_DESCRIPTORS)
		return -ENOENT;
	struct file *file = file_get(call->cage->files, (int)number);
	if (!file)
		return -ENOENT;
	out->kind = FILE_SPECIAL_FILE;
	out->file = file;
	if (file_space_path_of(call->cage->space, file, out->text, sizeof out->text) >= 0)
		return 0;
	/* What is no file of the view says what it is, as "pipe:[1234]"; where it lies outside is not told,
	 * but for terminals, which have a name in the view too. */
	ssize_t length = readlink(file_host_path(file->host).text, out->text, sizeof out->text - 1);
	out->text[length > 0 ? length : 0] = 0;
	if (length <= 0 || (out->text[0] == '/' && strncmp(out->text, "/dev/pts/", 9) != 0))
		strcpy(out->text, isatty(file->host) ? "/dev/tty" : "/");
	return 0;
}

/* A file that holds what /proc/self has under `name` as it is now. */
static int name_text(struct call *call, const char *name, struct file_special *out)
{
	cleanup_free char *text = NULL;
	size_t length;
	int result = self_text(call, name, &text, &length);
	if (result <= 0)
		return result;
	cleanup_fd int host = memfd_create("proc", MFD_CLOEXEC);
	if (host < 0)
		return -errno;
	if (write(host, text, length) != (ssize_t)length || lseek(host, 0, SEEK_SET) < 0)
		return -ENOMEM;
	out->file = file_new(steal_fd(&host), O_RDONLY);
	if (!out->file)
		return -ENOMEM;
	out->file->read_only = true;
	out->kind = FILE_SPECIAL_TEXT;
	return 0;
}

static int name_executable(struct call *call, struct file_special *out)
{
	pthread_mutex_lock(&cage_tree_lock); /* exec replaces it */
	bool known = call->cage->executable;
	if (known)
		name_link(out, call->cage->executable);
	pthread_mutex_unlock(&cage_tree_lock);
	return known ? 0 : -ENOENT;
}

static int name_working_directory(struct call *call, struct file_special *out)
{
	int64_t length = file_space_working_directory(call->cage->space, out->text, sizeof out->text);
	if (length < 0)
		return (int)length;
	out->kind = FILE_SPECIAL_LINK;
	return 0;
}

static int name_of_process(struct call *call, const char *name, struct file_special *out)
{
	if (strncmp(name, "fd/", 3) == 0)
		return name_descriptor(call, name + 3, out);
	if (strcmp(name, "exe") == 0)
		return name_executable(call, out);
	if (strcmp(name, "cwd") == 0)
		return name_working_directory(call, out);
	if (strcmp(name, "root") == 0)
		return name_link(out, "/");
	return name_text(call, name, out);
}

static int name_terminal(struct call *call, const char *digits, struct file_special *out)
{
	char *end;
	unsigned long number = strtoul(digits, &end, 10);
	if (*digits < '0' || *digits > '9' || (*digits == '0' && digits[1]) || *end || number > UINT32_MAX)
		return 0;
	out->file = terminal_by_number(call, (uint32_t)number);
	if (out->file)
		out->kind = FILE_SPECIAL_NODE;
	return 0;
}

/* /dev/tty: the host's where lind's own terminal controls the cage. */
static int name_controlling_terminal(struct call *call, struct file_special *out)
{
	bool outer;
	out->file = terminal_of_session(call, &outer);
	if (out->file)
		out->kind = FILE_SPECIAL_NODE;
	return out->file || outer ? 0 : -ENXIO;
}

static int find_name(void *context, const char *path, struct file_special *out)
{
	static const char *const streams[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
	struct call *call = context;
	for (int i = 0; i < 3; i++)
		if (strcmp(path, streams[i]) == 0) {
			out->kind = FILE_SPECIAL_LINK;
			snprintf(out->text, sizeof out->text, "/proc/self/fd/%d", i);
			return 0;
		}
	if (strncmp(path, "/dev/fd/", 8) == 0)
		return name_descriptor(call, path + 8, out);
	if (strcmp(path, "/dev/tty") == 0)
		return name_controlling_terminal(call, out);
	if (strncmp(path, "/dev/pts/", 9) == 0)
		return name_terminal(call, path + 9, out);
	if (strncmp(path, "/proc/self/", 11) == 0)
		return name_of_process(call, path + 11, out);
	if (strncmp(path, "/proc/thread-self/", 18) == 0)
		return name_of_process(call, path + 18, out);
	if (strcmp(path, "/proc/mounts") == 0)
		return name_text(call, "mounts", out);
	char own[32];
	int length = snprintf(own, sizeof own, "/proc/%u/", call->cage->id);
	if (strncmp(path, own, (size_t)length) == 0)
		return name_of_process(call, path + length, out);
	return 0;
}

struct file_view call_view(struct call *call)
{
	return (struct file_view){
		.space = call->cage->space,
		.attention = &call->thread->attention,
		.special = find_name,
		.context = call,
	};
}
