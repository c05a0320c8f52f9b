/*
 * Files: the input, mapped; the output, which appears whole or not at all.
 */
#ifndef LIND_OPT_FILE_H
#define LIND_OPT_FILE_H

#include "bytes.h"

/* Maps a regular file for reading. Returns 0 or -errno; `file_unmap` releases it. */
int file_map(const char *path, struct span *file);
void file_unmap(struct span file);

/*
 * Replaces `path` by an executable file of these bytes. Returns 0 or -errno; after an error `path` is as it
 * was. What is not a regular file, such as /dev/null, is written to as it is.
 */
int file_replace(const char *path, const struct buffer *content);

#endif
