/* What /proc tells of the system: the same for all cages. */
#ifndef LIND_RAWPOSIX_SYSTEM_H
#define LIND_RAWPOSIX_SYSTEM_H

#include <stddef.h>

/* The text of /proc/`path`, to be freed. Returns 1, 0: no such name, or -ENOMEM. */
int system_text(const char *path, char **text, size_t *length);
/* The files and folders right below /proc/`folder` ("": /proc itself), one by one: the first character of
 * what is returned is 'f' or 'd', then comes the name (`out` holds it). NULL: no more. */
const char *system_name(const char *folder, size_t index, char out[static 64]);

#endif
