/* Owners that give back what they own when they leave their block, whichever way that is:
 *
 *	cleanup_free char *path = strdup(name);
 *	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
 *	...
 *	*out = steal_fd(&fd);	(the block no longer owns it) */
#ifndef LIND_BASE_CLEANUP_H
#define LIND_BASE_CLEANUP_H

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free_at(void *owner)
{
	free(*(void **)owner);
}

/* errno is kept: an owner often leaves with it on the way to the caller. */
static inline void cleanup_fd_at(int *owner)
{
	if (*owner < 0)
		return;
	int saved = errno;
	close(*owner);
	errno = saved;
}

static inline void cleanup_unlock_at(pthread_mutex_t *const *owner)
{
	if (*owner)
		pthread_mutex_unlock(*owner);
}

static inline pthread_mutex_t *cleanup_locked(pthread_mutex_t *mutex)
{
	pthread_mutex_lock(mutex);
	return mutex;
}

#define cleanup_free __attribute__((cleanup(cleanup_free_at)))
#define cleanup_fd   __attribute__((cleanup(cleanup_fd_at)))

/* Holds `mutex` to the end of the block. */
#define CLEANUP_LOCK(mutex)                                                                                  \
	__attribute__((cleanup(cleanup_unlock_at), unused)) pthread_mutex_t *const cleanup_held_mutex =      \
		cleanup_locked(mutex)

/* Takes the pointer out of an owner, which then owns nothing. */
#define steal_pointer(owner)                                                                                 \
	__extension__({                                                                                      \
		__typeof__(*(owner)) stolen_pointer = *(owner);                                              \
		*(owner) = NULL;                                                                             \
		stolen_pointer;                                                                              \
	})

static inline int steal_fd(int *owner)
{
	int fd = *owner;
	*owner = -1;
	return fd;
}

#endif
