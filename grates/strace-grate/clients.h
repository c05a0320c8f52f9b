/* Which cages are being traced: as long as there are several, each line says whose it is. */
#ifndef STRACE_CLIENTS_H
#define STRACE_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

/* Any thread; adding one twice or removing an unknown one changes nothing. */
void clients_add(uint64_t client);
void clients_remove(uint64_t client);
bool clients_several(void);

#endif
