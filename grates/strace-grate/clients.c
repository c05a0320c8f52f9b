/* The cages being traced. A cage is added when its first call is seen and removed when it exits or is waited
 * for. */
#include "clients.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t *clients; /* under lock */
static size_t room;       /* under lock */
static atomic_size_t count;

/* The cage last added, so that its further calls take no lock. Relaxed: a stale value only costs a look. */
static _Atomic uint64_t latest;

static size_t find(uint64_t client)
{
	size_t place = 0;
	while (place < count && clients[place] != client)
		place++;
	return place;
}

void clients_add(uint64_t client)
{
	if (atomic_load_explicit(&latest, memory_order_relaxed) == client)
		return;
	pthread_mutex_lock(&lock);
	if (find(client) == count) {
		if (count == room) {
			size_t more = room ? 2 * room : 16;
			uint64_t *moved = realloc(clients, more * sizeof *clients);
			if (moved) {
				clients = moved;
				room = more;
			}
		}
		if (count < room)
			clients[count++] = client;
	}
	atomic_store_explicit(&latest, client, memory_order_relaxed);
	pthread_mutex_unlock(&lock);
}

void clients_remove(uint64_t client)
{
	pthread_mutex_lock(&lock);
	size_t place = find(client);
	if (place < count)
		clients[place] = clients[--count];
	if (atomic_load_explicit(&latest, memory_order_relaxed) == client)
		atomic_store_explicit(&latest, 0, memory_order_relaxed);
	pthread_mutex_unlock(&lock);
}

bool clients_several(void)
{
	return atomic_load_explicit(&count, memory_order_relaxed) > 1;
}
