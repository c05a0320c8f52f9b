/* Names that stand for what a cage has and no mount holds: descriptors below /dev, and all of /proc. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "rawposix/self.h"
#include "rawposix/system.h"
#include "rawposix/terminal.h"

/* Whoever asked has no use for what was found. */
static void give_back(struct file_special *found)
{
	if (found->kind == FILE_SPECIAL_FOLDER)
		free(found->entries);
	else if (found->kind != FILE_SPECIAL_NONE && found->kind != FILE_SPECIAL_LINK)
		file_unref(found->file);
	found->kind = FILE_SPECIAL_NONE;
}

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

/* A file that holds this text as it is now; `told` is what whoever made it said: 1, 0 for no such name, or
 * -errno. */
static int name_text(int told, char *text, size_t length, struct file_special *out)
{
	cleanup_free char *owned = told > 0 ? text : NULL;
	if (told <= 0)
		return told;
	cleanup_fd int host = memfd_create("proc", MFD_CLOEXEC);
	if (host < 0)
		return -errno;
	if (write(host, owned, length) != (ssize_t)length || lseek(host, 0, SEEK_SET) < 0)
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

/* -- folders -- */

__attribute__((format(printf, 2, 3))) static void add(FILE *out, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(out, format, arguments);
	va_end(arguments);
	fputc(0, out);
}

static FILE *folder_begin(struct file_special *out, size_t *size)
{
	out->entries = NULL;
	return open_memstream(&out->entries, size);
}

static int folder_end(FILE *entries, struct file_special *out)
{
	fputc(0, entries);
	if (fclose(entries)) {
		free(out->entries);
		return -ENOMEM;
	}
	out->kind = FILE_SPECIAL_FOLDER;
	return 0;
}

static void list_system(FILE *entries, const char *folder)
{
	char name[64];
	for (size_t i = 0; system_name(folder, i, name); i++)
		add(entries, "%s", name);
}

/* /proc itself */
static int name_all(struct file_special *out)
{
	size_t size;
	FILE *entries = folder_begin(out, &size);
	if (!entries)
		return -ENOMEM;
	pthread_mutex_lock(&cage_tree_lock);
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage))
		add(entries, "d%u", cage->id);
	pthread_mutex_unlock(&cage_tree_lock);
	list_system(entries, "");
	add(entries, "lmounts");
	add(entries, "lself");
	add(entries, "lthread-self");
	return folder_end(entries, out);
}

/* One below it: a folder of the system's, if there is one. */
static int name_system(const char *path, struct file_special *out)
{
	char name[64], *text = NULL;
	size_t length = 0, size;
	int told = system_text(path, &text, &length);
	if (told || !system_name(path, 0, name))
		return name_text(told, text, length, out);
	FILE *entries = folder_begin(out, &size);
	if (!entries)
		return -ENOMEM;
	list_system(entries, path);
	return folder_end(entries, out);
}

static int name_descriptors(struct call *call, struct file_special *out)
{
	size_t size;
	FILE *entries = folder_begin(out, &size);
	if (!entries)
		return -ENOMEM;
	for (int i = 0; (i = file_next_open(call->cage->files, i)) >= 0; i++)
		add(entries, "l%d", i);
	return folder_end(entries, out);
}

static int name_threads(const struct cage *cage, struct file_special *out)
{
	size_t size;
	FILE *entries = folder_begin(out, &size);
	if (!entries)
		return -ENOMEM;
	pthread_mutex_lock(&cage_tree_lock);
	for (const struct thread *thread = cage->threads; thread; thread = thread->next)
		add(entries, "d%u", thread->id);
	pthread_mutex_unlock(&cage_tree_lock);
	return folder_end(entries, out);
}

static int name_process(bool own, bool thread, struct file_special *out)
{
	static const char *const others[] = {"dfd", "lcwd", "lexe", "lroot"};
	size_t size;
	FILE *entries = folder_begin(out, &size);
	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof others / sizeof *others && own; i++)
		add(entries, "%s", others[i]);
	if (own && !thread)
		add(entries, "dtask");
	for (size_t i = 0; self_name(i, own); i++)
		add(entries, "f%s", self_name(i, own));
	return folder_end(entries, out);
}

/* -- processes -- */

/* What of a process only it may ask. 1: none of these. */
static int name_of_self(struct call *call, const char *name, struct file_special *out)
{
	if (strcmp(name, "fd") == 0)
		return name_descriptors(call, out);
	if (strncmp(name, "fd/", 3) == 0)
		return name_descriptor(call, name + 3, out);
	if (strcmp(name, "task") == 0)
		return name_threads(call->cage, out);
	if (strcmp(name, "exe") == 0)
		return name_executable(call, out);
	if (strcmp(name, "cwd") == 0)
		return name_working_directory(call, out);
	if (strcmp(name, "root") == 0)
		return name_link(out, "/");
	return 1;
}

/* "N/name" of a thread's folder: what it tells is the process's. NULL: there is no such thread. */
static const char *name_of_thread(const struct cage *cage, const char *path)
{
	char *end;
	unsigned long id = strtoul(path, &end, 10);
	CLEANUP_LOCK(&cage_tree_lock);
	for (const struct thread *thread = cage->threads; thread; thread = thread->next)
		if (thread->id == id && (!*end || *end == '/'))
			return *end ? end + 1 : end;
	return NULL;
}

static int name_of_process(struct call *call, struct cage *cage, const char *name, struct file_special *out)
{
	char *text = NULL;
	size_t length = 0;
	bool thread = strncmp(name, "task/", 5) == 0 && cage == call->cage;
	if (thread)
		name = name_of_thread(cage, name + 5);
	if (!name || (thread && strncmp(name, "task", 4) == 0))
		return -ENOENT;
	if (!*name)
		return name_process(cage == call->cage, thread, out);
	int result = name_of_self(call, name, out);
	if (result != 1) {
		if (cage == call->cage)
			return result;
		/* What was found is the caller's own. */
		if (result == 0)
			give_back(out);
		return -EACCES;
	}
	result = self_text(call, cage, name, &text, &length);
	return name_text(result, text, length, out);
}

/* A path below /proc. */
static int name_in_proc(struct call *call, const char *path, struct file_special *out)
{
	char own[16];
	if (!*path)
		return name_all(out);
	snprintf(own, sizeof own, "%u", call->cage->id);
	if (strcmp(path, "self") == 0)
		return name_link(out, own);
	if (strcmp(path, "mounts") == 0)
		return name_link(out, "self/mounts");
	if (strncmp(path, "self/", 5) == 0)
		return name_of_process(call, call->cage, path + 5, out);
	if (strcmp(path, "thread-self") == 0)
		return name_link(out, own);
	if (strncmp(path, "thread-self/", 12) == 0)
		return name_of_process(call, call->cage, path + 12, out);
	if (*path < '1' || *path > '9')
		return name_system(path, out);
	char *end;
	unsigned long id = strtoul(path, &end, 10);
	struct cage *cage = *end && *end != '/' ? NULL : cage_get(id);
	int result = cage ? name_of_process(call, cage, *end ? end + 1 : end, out) : -ENOENT;
	cage_unref(cage);
	return result;
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

static int name_in_dev(struct call *call, const char *name, struct file_special *out)
{
	static const char *const streams[] = {"stdin", "stdout", "stderr"};
	char text[32];
	for (int i = 0; i < 3; i++)
		if (strcmp(name, streams[i]) == 0) {
			snprintf(text, sizeof text, "/proc/self/fd/%d", i);
			return name_link(out, text);
		}
	if (strcmp(name, "fd") == 0)
		return name_link(out, "/proc/self/fd");
	if (strncmp(name, "fd/", 3) == 0)
		return name_descriptor(call, name + 3, out);
	if (strcmp(name, "tty") == 0)
		return name_controlling_terminal(call, out);
	if (strncmp(name, "pts/", 4) == 0)
		return name_terminal(call, name + 4, out);
	return 0;
}

static int find_name(void *context, const char *path, struct file_special *out)
{
	struct call *call = context;
	char plain[sizeof out->text];
	size_t length = strlen(path);
	if (length >= sizeof plain)
		return 0;
	/* A '/' behind it asks for a folder. */
	bool slash = path[length - 1] == '/';
	snprintf(plain, sizeof plain, "%.*s", (int)(length - slash), path);
	int result = 0;
	if (strncmp(plain, "/dev/", 5) == 0)
		result = name_in_dev(call, plain + 5, out);
	else if (strncmp(plain, "/proc/", 6) == 0 || strcmp(plain, "/proc") == 0)
		result = name_in_proc(call, plain + (plain[5] ? 6 : 5), out);
	if (out->kind == FILE_SPECIAL_FOLDER || out->kind == FILE_SPECIAL_TEXT) {
		/* Its path is that by its process's number. */
		const char *rest = strchrnul(plain + strlen("/proc") + (plain[5] != 0), '/');
		bool self = strncmp(plain, "/proc/self/", 11) == 0 ||
			    strncmp(plain, "/proc/thread-self/", 18) == 0;
		if (self)
			snprintf(out->text, sizeof out->text, "/proc/%u%s", call->cage->id, rest);
		else
			snprintf(out->text, sizeof out->text, "%s", plain);
	}
	if (out->kind == FILE_SPECIAL_TEXT && !(out->file->text = strdup(out->text))) {
		give_back(out);
		return -ENOMEM;
	}
	bool has_file = out->kind == FILE_SPECIAL_TEXT || out->kind == FILE_SPECIAL_NODE ||
			out->kind == FILE_SPECIAL_FILE;
	struct stat status;
	if (result == 0 && slash && has_file &&
	    (fstat(out->file->host, &status) || !S_ISDIR(status.st_mode))) {
		file_unref(out->file);
		return -ENOTDIR;
	}
	return result;
}

void names_tell_anew(struct call *call, struct file *file)
{
	struct file_special found = {0};
	if (!file->text || find_name(call, file->text, &found))
		return;
	/* Whoever reads meanwhile reads the old text or the new one. */
	if (found.kind == FILE_SPECIAL_TEXT)
		dup3(found.file->host, file->host, O_CLOEXEC);
	give_back(&found);
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
