/* RLIMIT_FSIZE of the call's cage. Past it, SIGXFSZ is raised and -EFBIG returned. */
#ifndef LIND_RAWPOSIX_SIZE_LIMIT_H
#define LIND_RAWPOSIX_SIZE_LIMIT_H

#include <sys/uio.h>

#include "rawposix/files.h"

/* Before a write of *count bytes at `offset` (negative: where the file stands): cuts the count at the limit.
 * Returns 0 or -EFBIG. */
int64_t size_limit_cut(struct call *call, struct file *file, int64_t offset, uint64_t *count);
/* The same for a vector of `total` bytes. */
int64_t size_limit_vector(struct call *call, struct file *file, int64_t offset, struct iovec *parts,
			  uint64_t *part_count, uint64_t total);
/* Before the file behind `host` is made `size` bytes long. */
int64_t size_limit_grow(struct call *call, int host, int64_t size);

#endif
