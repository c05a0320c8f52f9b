/* Reading from signal descriptors, which look like eventfds to the host (cage/watch.h). */
#ifndef LIND_RAWPOSIX_SIGNALFD_H
#define LIND_RAWPOSIX_SIGNALFD_H

#include "rawposix/files.h"

bool signalfd_is(const struct file *file);
/* read and readv of one, into host memory that may fault. */
int64_t signalfd_read(struct call *call, struct file *file, const struct iovec *parts, size_t count);

#endif
