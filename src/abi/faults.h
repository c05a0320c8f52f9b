/* Which fault ended a guest. */
#ifndef LIND_ABI_FAULTS_H
#define LIND_ABI_FAULTS_H

#include <stdbool.h>

/* After guest code of the calling thread ended in a memory trap: true if the host's signal was SIGBUS (a
 * mapped file has become shorter), where the engine speaks of a memory fault. Asking clears it. */
bool guest_fault_was_bus(void);

#endif
