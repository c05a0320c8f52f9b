/* Terminals' sessions and foreground groups, which are cages' and so unknown to the host. */
#ifndef LIND_RAWPOSIX_TERMINAL_H
#define LIND_RAWPOSIX_TERMINAL_H

#include "rawposix/files.h"

/* TIOCGPGRP, TIOCSPGRP, TIOCGSID, TIOCSCTTY, TIOCNOTTY. */
int64_t terminal_get_group(struct call *call, struct file *file);
int64_t terminal_set_group(struct call *call, struct file *file);
int64_t terminal_get_session(struct call *call, struct file *file);
int64_t terminal_take(struct call *call, struct file *file);
int64_t terminal_leave(struct call *call, struct file *file);

/* TIOCGPTN: which pseudo-terminal a master is of. From then on its other end can be found by number. */
int64_t terminal_get_number(struct call *call, struct file *file);
/* The other end of a pseudo-terminal whose master is open here, or the terminal that a standard stream of the
 * call's cage is; counted, or NULL. */
struct file *terminal_by_number(struct call *call, uint32_t number);

/* The foreground group of the terminal that the runtime was started from: whom its signals are for. */
uint32_t terminal_foreground(void);

#endif
