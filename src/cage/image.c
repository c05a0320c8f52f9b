/* Loading programs: wasm modules and #! files. */
#include "cage/image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/futex.h"
#include "base/limits.h"
#include "cage/interrupt.h"
#include "cage/owner.h"
#include "cage/thread.h"
#include "cage/tree.h"

#define HEAD_SIZE 256 /* of a file, to see what it is: Linux's BINPRM_BUF_SIZE */

static const char wasm_magic[4] = {0, 'a', 's', 'm'};

/* What the look-up for a program has come to. */
struct lookup {
	struct file *file;
	struct stat status;
	char head[HEAD_SIZE + 1];
	size_t head_size;
};

/* Opens a file that may be executed. */
static int open_program(const struct file_view *view, struct file *directory, const char *path,
			struct lookup *found)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
	ssize_t length;
	int error = -ENOENT;

	/* No path: execveat with AT_EMPTY_PATH, the file itself. */
	found->file = directory && !*path ? file_reopen(view, directory, flags, &error)
					  : file_open_view(view, directory, path, flags, 0, 0, &error);
	if (!found->file)
		return error;
	if (fstat(found->file->host, &found->status) < 0)
		error = -errno;
	else if (!S_ISREG(found->status.st_mode) ||
		 faccessat(found->file->host, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) < 0)
		error = -EACCES;
	else if ((length = pread(found->file->host, found->head, HEAD_SIZE, 0)) < 0)
		error = -errno;
	else {
		found->head_size = (size_t)length;
		found->head[length] = 0;
		return 0;
	}
	file_unref(found->file);
	found->file = NULL;
	return error;
}

/* Splits "#! interpreter argument" in place; *argument is NULL where there is none. NULL: no interpreter,
 * ENOEXEC. */
static char *interpreter_of(struct lookup *found, char **argument)
{
	char *line = found->head + 2, *end = memchr(line, '\n', found->head_size - 2), *name;

	if (!end) {
		/* A line longer than the head is cut, unless the cut would fall into the interpreter's name.
		 */
		end = found->head + found->head_size;
		if (found->head_size == HEAD_SIZE && !strpbrk(line + strspn(line, " \t"), " \t"))
			return NULL;
	}
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = 0;
	name = line + strspn(line, " \t");
	if (!*name)
		return NULL;
	*argument = name + strcspn(name, " \t");
	if (**argument) {
		*(*argument)++ = 0;
		*argument += strspn(*argument, " \t");
	}
	if (!**argument)
		*argument = NULL;
	return name;
}

/* argv as an interpreter gets it: its name, its argument, the script, the rest. Owns all its strings. */
static char **interpreter_arguments(const char *interpreter, const char *argument, const char *script,
				    char *const *old)
{
	size_t count = 0, at = 0;
	char **fresh;

	while (old[count])
		count++;
	fresh = calloc(count + 4, sizeof *fresh);
	if (!fresh)
		return NULL;
	fresh[at++] = strdup(interpreter);
	if (argument)
		fresh[at++] = strdup(argument);
	fresh[at++] = strdup(script);
	for (size_t i = 1; i < count; i++)
		fresh[at++] = strdup(old[i]);
	for (size_t i = 0; i < at; i++)
		if (!fresh[i]) {
			for (size_t k = 0; k < at; k++)
				free(fresh[k]);
			free(fresh);
			return NULL;
		}
	return fresh;
}

static void free_strings(char **strings)
{
	if (!strings)
		return;
	for (size_t i = 0; strings[i]; i++)
		free(strings[i]);
	free(strings);
}

static int keep_command_line(struct image *image, char *const *arguments)
{
	size_t size = 0, at = 0;

	for (size_t i = 0; arguments[i]; i++)
		size += strlen(arguments[i]) + 1;
	image->command_line = malloc(size + 1);
	if (!image->command_line)
		return -ENOMEM;
	for (size_t i = 0; arguments[i]; i++) {
		memcpy(image->command_line + at, arguments[i], strlen(arguments[i]) + 1);
		at += strlen(arguments[i]) + 1;
	}
	image->command_line_size = size;
	return 0;
}

/* Where the program lies in the guest's view, symbolic links resolved. */
static char *executable_path(struct cage *cage, struct file *file, const char *given)
{
	char path[LIMIT_PATH];

	return strdup(file_space_path_of(cage->space, file, path, sizeof path) > 0 ? path : given);
}

/* The wasm file has been found: memory, instance and stack for it. */
static int make_image(struct thread *thread, struct cage *cage, struct lookup *found, const char *path,
		      char *const *arguments, char *const *environment, struct image *image, char *error,
		      size_t error_size)
{
	const struct engine_layout *layout;
	int result;

	if (found->head_size < sizeof wasm_magic || memcmp(found->head, wasm_magic, sizeof wasm_magic) != 0)
		return -ENOEXEC;
	if (found->status.st_size > LIMIT_MODULE_BYTES)
		return -ENOMEM;
	result = engine_module_open(found->file->host, &found->status, path, &image->module, error,
				    error_size);
	if (result < 0)
		return result;
	layout = engine_module_layout(image->module);
	image->memory = memory_new(layout->heap_base, layout->suspends);
	image->given = strdup(path);
	image->executable = executable_path(cage, found->file, path);
	if (!image->memory || !image->given || !image->executable)
		return -ENOMEM;
	result = engine_instance_create(image->module, image->memory->guest.base, thread, &image->instance);
	if (result < 0)
		return result;
	image->stack = image_lay_stack(image, cage, layout->stack_pointer, arguments, environment);
	if (!image->stack)
		return -E2BIG;
	engine_stack_pointer_set(image->instance, image->stack);
	return keep_command_line(image, arguments);
}

int image_load(struct thread *thread, struct cage *cage, const struct image_request *request,
	       struct image **out, char *error, size_t error_size)
{
	struct image *image = calloc(1, sizeof *image);
	char **arguments = NULL, *argument, *name, script[LIMIT_PATH];
	const char *path = request->path;
	struct lookup found = {0};
	int result;

	*error = 0;
	if (!image)
		return -ENOMEM;
	snprintf(script, sizeof script, "%s", path);
	result = open_program(request->view, request->directory, path, &found);
	if (result == 0 && !*path) {
		file_space_path_of(cage->space, found.file, script, sizeof script);
		path = script;
	}
	for (int depth = 0; result == 0 && found.head_size > 2 && memcmp(found.head, "#!", 2) == 0; depth++) {
		char **fresh;

		name = depth < LIMIT_INTERPRETERS ? interpreter_of(&found, &argument) : NULL;
		fresh = name ? interpreter_arguments(name, argument, script,
						     arguments ? arguments : request->arguments)
			     : NULL;
		result = name ? (fresh ? 0 : -ENOMEM) : (depth < LIMIT_INTERPRETERS ? -ENOEXEC : -ELOOP);
		free_strings(arguments);
		arguments = fresh;
		if (result < 0)
			break;
		snprintf(script, sizeof script, "%s", name);
		path = script;
		file_unref(found.file);
		found.file = NULL;
		result = open_program(request->view, NULL, path, &found);
	}
	if (result == 0)
		result = make_image(thread, cage, &found, path, arguments ? arguments : request->arguments,
				    request->environment, image, error, error_size);
	if (found.file)
		file_unref(found.file);
	free_strings(arguments);
	if (result < 0)
		image_free(image);
	else
		*out = image;
	return result;
}

void image_free(struct image *image)
{
	engine_instance_free(image->instance);
	memory_unref(image->memory);
	engine_module_unref(image->module);
	free(image->given);
	free(image->executable);
	free(image->command_line);
	free(image);
}

static void set_name(struct cage *cage, const char *given)
{
	const char *slash = strrchr(given, '/');

	snprintf(cage->name, sizeof cage->name, "%s", slash ? slash + 1 : given);
}

void image_start(struct thread *thread)
{
	struct cage *cage = thread->cage;
	struct image *image = thread->image, old = {.module = cage->module, .instance = thread->instance};
	char *old_executable = cage->executable, *old_command_line = cage->command_line;

	if (old.instance)
		cage_program_ends(cage);
	interrupt_free(thread);
	file_table_close_on_exec(cage->files);
	signal_reset_for_exec(thread);
	alarm_execute(cage);
	thread->instance = image->instance;
	thread->start_stack = image->stack;
	thread->start_record = 0;
	thread->resumed_part = NULL;
	thread->clear_child_tid = 0;
	thread->leave = THREAD_STAYS;
	thread->image = NULL;
	pthread_mutex_lock(&cage_tree_lock);
	old.memory = cage->memory;
	cage->memory = image->memory;
	cage->module = image->module;
	cage->executable = image->executable;
	cage->command_line = image->command_line;
	cage->command_line_size = image->command_line_size;
	cage->executing = NULL;
	set_name(cage, image->given);
	/* Not for the first image: the first cage has no forker whose handlers it might register. */
	cage->executed = true;
	cage->exit_signal = SIGCHLD;
	/* Attention that was meant for the threads of the old program; the end of the cage still counts. */
	if (cage->state == CAGE_ALIVE)
		atomic_fetch_and_explicit(&thread->attention, ~ATTENTION_LEAVE, memory_order_relaxed);
	pthread_mutex_unlock(&cage_tree_lock);
	if (old.memory)
		owner_release(thread, old.memory);
	if (thread->id != cage->id) {
		uint32_t id = thread->id;

		/* Whoever executes is the first thread from then on. */
		thread->id = cage->id;
		cage_id_give(id);
		owner_ended(id);
	}
	free(image->given);
	free(image);
	engine_instance_free(old.instance);
	memory_unref(old.memory);
	engine_module_unref(old.module);
	free(old_executable);
	free(old_command_line);
	cage_release_forker(cage);
}
