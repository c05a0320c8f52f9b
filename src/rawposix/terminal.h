/* Terminals' sessions, foreground groups and signals, which are cages' and so unknown to the host. */
#ifndef LIND_RAWPOSIX_TERMINAL_H
#define LIND_RAWPOSIX_TERMINAL_H

#include "cage/session.h"
#include <sys/uio.h>

#include "rawposix/files.h"

/* The terminal that controls lind's own process, if there is one, becomes the first cage's. Once, at start.
 */
void terminal_start(void);
/* The host's descriptor of it, or -1; and whether lind's process is in its foreground. */
int terminal_outer(void);
bool terminal_is_ours(void);

/* TIOCGPGRP, TIOCSPGRP, TIOCGSID, TIOCSCTTY, TIOCNOTTY. */
int64_t terminal_get_group(struct call *call, struct file *file);
int64_t terminal_set_group(struct call *call, struct file *file);
int64_t terminal_get_session(struct call *call, struct file *file);
int64_t terminal_take(struct call *call, struct file *file);
int64_t terminal_leave(struct call *call, struct file *file);
/* TIOCSWINSZ: tells the foreground group. */
int64_t terminal_set_size(struct call *call, struct file *file);
/* A file has been opened by a session's leader: if it is a terminal, it may become the session's. */
void terminal_opened(struct call *call, struct file *file);

/* TIOCGPTN: which pseudo-terminal a master is of. From then on its other end can be found by number. */
int64_t terminal_get_number(struct call *call, struct file *file);
/* The other end of a pseudo-terminal whose master is open here, or the terminal that a standard stream of the
 * call's cage is; counted, or NULL. */
struct file *terminal_by_number(struct call *call, uint32_t number);
/* What /dev/tty is for the call's cage, counted; NULL and *outer: the host's own. NULL and not *outer:
 * nothing. */
struct file *terminal_of_session(struct call *call, bool *outer);

/* -- reading and writing -- */

/* Asked before each: 0, or what the call ends with, since its cage is in the terminal's background. The slow
 * halves are for when any terminal controls a session. */
int64_t terminal_check_read(struct call *call, struct file *file);
int64_t terminal_check_write(struct call *call, struct file *file);
/* The same for a request that changes a terminal. */
int64_t terminal_check_change(struct call *call, struct file *file);

static inline int64_t terminal_may_read(struct call *call, struct file *file)
{
	return atomic_load_explicit(&session_has_terminals, memory_order_relaxed)
		       ? terminal_check_read(call, file)
		       : 0;
}

static inline int64_t terminal_may_write(struct call *call, struct file *file)
{
	return atomic_load_explicit(&session_has_terminals, memory_order_relaxed)
		       ? terminal_check_write(call, file)
		       : 0;
}

/* Before and after a write: if it was to the master of a pseudo-terminal, the characters that the other end's
 * settings make signals of are sent as such. The host's kernel treats them as input, but knows no group to
 * signal. */
struct terminal_typing {
	uint32_t device;      /* 0: nothing to do */
	uint8_t character[3]; /* for SIGINT, SIGQUIT, SIGTSTP; 0: none */
	uint8_t next;         /* makes the next character an ordinary one; 0: none */
	bool strips;          /* the eighth bit is without meaning */
};
void terminal_typing_begin(struct file *file, struct terminal_typing *typing);
void terminal_typed(struct file *file, struct terminal_typing *typing, const struct iovec *parts,
		    int64_t written);

#endif
