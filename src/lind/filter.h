/* The seccomp filter round the process: which calls of the host it may make from then on (host_calls.def). */
#ifndef LIND_LIND_FILTER_H
#define LIND_LIND_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than the table ever needs; a unit test says how many it takes. */
#define FILTER_LONGEST 2048

/* Writes the program to `out`, `room` instructions: `own` is this process's id. Returns how many it takes, or
 * 0: there is no room. */
size_t filter_build(struct sock_filter *out, size_t room, bool internet, uint32_t own);
/* Puts the filter round all threads of this process, for good, after no_new_privs was set. Returns 0 or
 * -errno. */
int filter_install(bool internet);

#endif
