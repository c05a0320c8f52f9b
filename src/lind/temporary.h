/* The private /tmp of one run: a folder among the host's temporary files that vanishes with it. */
#ifndef LIND_LIND_TEMPORARY_H
#define LIND_LIND_TEMPORARY_H

/* Makes it, and removes what runs that were killed have left. Returns its host path, valid until
 * temporary_remove, or NULL with errno. */
const char *temporary_make(void);
void temporary_remove(void);

#endif
