/* What the kick does to a host thread that is running guest code. */
#ifndef LIND_CAGE_KICK_H
#define LIND_CAGE_KICK_H

/* Sets host_kick_hook: a thread whose cage is ending leaves its guest code at once. Once, after engine_start.
 */
void kick_start(void);

#endif
