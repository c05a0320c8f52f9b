/* The private /tmp and /dev/shm of one run: a folder among the host's temporary files that vanishes with it.
 */
#ifndef LIND_LIND_TEMPORARY_H
#define LIND_LIND_TEMPORARY_H

#include <stdbool.h>

/* Host paths of its two halves. */
struct temporary {
	char files[4096];         /* /tmp */
	char shared_memory[4096]; /* /dev/shm */
};

/* Makes both, and removes what runs that were killed have left. False: errno tells; then nothing is left. */
bool temporary_make(struct temporary *out);
void temporary_remove(void);
/* The folder that has both, a descriptor that stays its own, and the one in which that lies. -1 and NULL:
 * there is none. */
int temporary_folder(void);
const char *temporary_parent(void);

#endif
