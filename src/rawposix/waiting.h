/* What poll, select and epoll share: a wait with a signal mask of its own. */
#ifndef LIND_RAWPOSIX_WAITING_H
#define LIND_RAWPOSIX_WAITING_H

#include "rawposix/files.h"

/* Reads the mask at `address` (0: none) of the memory of argument `index`, and puts it in force for the call.
 * Returns 0, -EINVAL for another size than a mask's, -EFAULT, or -EINTR: a signal that it lets through waits
 * already. `mask_changed` says whether waiting_end has something to put back. */
int waiting_begin(struct call *call, unsigned index, uint64_t address, uint64_t size, bool *mask_changed);
/* The mask goes back: at once, or, where a signal ended the call (-EINTR), after that has been delivered. */
int64_t waiting_end(struct call *call, bool mask_changed, int64_t result);

#endif
