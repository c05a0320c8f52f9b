/* What making directory entries has in common. */
#ifndef LIND_RAWPOSIX_ENTRY_H
#define LIND_RAWPOSIX_ENTRY_H

#include "rawposix/files.h"

/* May an entry, a directory's or another's, be made at `place` (FILE_PLACE_PARENT)? Returns 0, and then the
 * host has the last word, or -errno as Linux gives it for mount points and read-only mounts. */
int64_t entry_may_make(const struct file_place *place, bool directory);

#endif
