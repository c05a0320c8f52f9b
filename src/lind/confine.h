/* Confinement of the whole process: what the kernel refuses it from then on, however much of the runtime were
 * in the hands of a guest. The layers above it (cages, 3i, look-ups of paths) don't count on it. */
#ifndef LIND_LIND_CONFINE_H
#define LIND_LIND_CONFINE_H

#include "file/file.h"
#include "lind/options.h"

/* First of all: what lind was started with and has no use for is closed. */
void confine_inheritance(void);
/* When all is open that is needed and the first cage has not begun: gives up privileges, then lets Landlock
 * and seccomp hold the process to the view, the cache and the calls of host_calls.def. What the kernel does
 * not allow is said in a line, and is an error under --confine=required. Returns 0 or -errno, after a line.
 */
int confine(const struct options *options, struct file_space *space);

#endif
