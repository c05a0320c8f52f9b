/* The outside: signals that lind is sent are for the program, and when the program stops, so does lind, for
 * the shell that started it. */
#ifndef LIND_LIND_OUTSIDE_H
#define LIND_LIND_OUTSIDE_H

#include "cage/signal.h"

/* Blocks what is passed on, in this thread and all that it makes. Before any other is made. */
void outside_start(void);
/* Those of them that lind was started with ignored, as nohup does. */
signal_set outside_ignored(void);
/* On the thread that called outside_start: passes signals on until outside_done is called, by any thread. */
void outside_serve(void);
void outside_done(void);
/* At the end: `broken` says that cages were killed, which could not leave the terminal as they found it. */
void outside_end(bool broken);

#endif
