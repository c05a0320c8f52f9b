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

/* The foreground group of the terminal that the runtime was started from: whom its signals are for. */
uint32_t terminal_foreground(void);

#endif
