/* SINGLE_THREAD_P is decided by a global: handlers run in threads that pthread_create knows nothing of. */
#define SINGLE_THREAD_BY_GLOBAL
#include_next <single-thread.h>
