/* What the kick does to a host thread that is running guest code. */
#ifndef LIND_CAGE_KICK_H
#define LIND_CAGE_KICK_H

#include "engine/engine.h"

/* Sets host_kick_hook: a thread whose cage is ending leaves its guest code at once, one that has a signal to
 * deliver runs its handler there and then. Once, after engine_start. */
void kick_start(void);
/* engine_callbacks.look_again */
enum engine_action kick_look_again(void *context);

#endif
