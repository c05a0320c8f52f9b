/* Sessions: which terminal controls each, and which of its process groups is in the foreground there.
 *
 * The host knows one process, which is in the foreground of its terminal or not as a whole; among cages that
 * is decided here. A terminal is named by the host's device number, which is never 0. Functions take
 * cage_tree_lock themselves. */
#ifndef LIND_CAGE_SESSION_H
#define LIND_CAGE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cage/signal.h"

/* False: no terminal controls any session, and nobody needs to ask. */
extern atomic_bool session_has_terminals;

/* The terminal that lind was started from controls the first cage's session. Once, at start, if there is one.
 */
void session_start(uint32_t device);
/* Its foreground group, whom the signals that the host's terminal sends are for; 1 if there is no terminal.
 */
uint32_t session_outer_group(void);

/* setsid. The new session's id, or -EPERM. */
int64_t session_begin(struct cage *cage);

/* The terminal that controls the cage, or 0. */
uint32_t session_terminal(const struct cage *cage);
/* True if it is that. */
bool session_is_terminal(const struct cage *cage, uint32_t device);
/* Whose a terminal is, whoever asks: its session and foreground group. False: nobody's. */
bool session_of_terminal(uint32_t device, uint32_t *session, uint32_t *group);
/* Linux's tcsetpgrp: 0, -ENOTTY, -EINVAL, -ESRCH, -EPERM. */
int64_t session_set_foreground(struct cage *cage, uint32_t device, int32_t group);
/* TIOCSCTTY: 0 or -EPERM. TIOCNOTTY: 0 or -ENOTTY. */
int64_t session_take(struct cage *cage, uint32_t device);
int64_t session_leave(struct cage *cage, uint32_t device);
/* The other end of a terminal has been closed: the session loses it, and its leader is told. */
void session_hang_up(uint32_t device);
/* The cage, which leads its session, ends: its foreground group is told, and the terminal is free. */
void session_leader_ends(struct cage *cage);

/* To the foreground group of a terminal; `code` is always SI_KERNEL. */
void session_signal(uint32_t device, int number);

/* True if the terminal controls the cage, which is in the background there. */
bool session_in_background(const struct cage *cage, uint32_t device);
/* What one does who is: `thread` (NULL: a stranger's) gets 0 if it goes through all the same since the signal
 * (SIGTTIN, SIGTTOU) is ignored or blocked, or -EIO; else its group has been sent the signal, and -EINTR is
 * for the call to end with and to be made again. */
int64_t session_refuse(struct thread *thread, struct cage *cage, int number);

#endif
