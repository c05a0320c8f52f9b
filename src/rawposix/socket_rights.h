/* What a file's descriptor does not carry when it travels through a socket: where in the view it was found,
 * and whether that is read-only. */
#ifndef LIND_RAWPOSIX_SOCKET_RIGHTS_H
#define LIND_RAWPOSIX_SOCKET_RIGHTS_H

#include "file/file.h"

/* Before a file is sent. */
void rights_note(const struct file *file);
/* A new file for a descriptor of the host that has come out of a socket (taken over). NULL: out of memory. */
struct file *rights_receive(int host);

#endif
