/* What the guest sees at first: files, environment, standard streams. */
#ifndef LIND_LIND_VIEW_H
#define LIND_LIND_VIEW_H

#include "file/file.h"
#include "lind/options.h"

/* Makes the view of the file system that the options ask for, and the private /tmp with it (removed by
 * view_end). NULL after a line on what is wrong. */
struct file_space *view_space(const struct options *options);
/* Guest descriptors 0, 1 and 2 from our own, those that are open. NULL: out of memory. */
struct file_table *view_standard_streams(void);
/* The guest's environment, NULL-ended, owned for the life of the process. NULL: out of memory. */
char **view_environment(const struct options *options, struct file_space *space);
/* Removes the private /tmp. */
void view_end(void);

/* The guest path of the program to run: found along PATH if `name` has no '/'. Returns 0, or the exit status
 * (126, 127) after a line on what is wrong. */
int view_find_program(struct file_space *space, char *const *environment, const char *name, char *out,
		      size_t size);

#endif
