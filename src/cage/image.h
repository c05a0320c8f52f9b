/* Inside the cage room: a program made ready beside the one that runs, so that exec can fail without a trace.
 */
#ifndef LIND_CAGE_IMAGE_H
#define LIND_CAGE_IMAGE_H

#include "cage/cage.h"

struct image {
	struct engine_module *module;
	struct memory *memory;
	struct engine_instance *instance;
	uint32_t stack;   /* argument of _start */
	char *given;      /* the path as it was given: AT_EXECFN, and the name */
	char *executable; /* where the program lies, for /proc/self/exe */
	char *command_line;
	size_t command_line_size;
};

struct image_request {
	const struct file_view *view; /* in which it is looked up */
	struct file *directory;       /* NULL: the working directory */
	const char *path;
	char *const *arguments, *const *environment;
};

/* Loads the program, following #! lines, for `thread` of `cage`. Returns 0 and *out, or -errno as execve
 * gives it; where there is more to say than the errno, `error` says it in one line, else it is "". */
int image_load(struct thread *thread, struct cage *cage, const struct image_request *request,
	       struct image **out, char *error, size_t error_size);
void image_free(struct image *image);

/* Puts thread->image in place of what the cage had: the point of no return. The thread is the cage's only
 * one, and has no guest frames. */
void image_start(struct thread *thread);

/* Lays argc, argv, environment and the auxiliary vector below `top`. Returns the stack pointer for _start, or
 * 0: they do not fit (E2BIG). */
uint32_t image_lay_stack(struct image *image, const struct cage *cage, uint32_t top, char *const *arguments,
			 char *const *environment);

#endif
