/* Futex words that say which thread owns a lock, and what becomes of them when it is gone: robust lists, and
 * the threads that wait for a lock of priority inheritance. An owner is a guest's thread id in the word's
 * lower bits (FUTEX_TID_MASK). */
#ifndef LIND_CAGE_OWNER_H
#define LIND_CAGE_OWNER_H

#include <stdbool.h>
#include <stdint.h>

struct memory;
struct thread;

/* Marks what the thread's robust list names as FUTEX_OWNER_DIED, and forgets the list. In `memory`, which is
 * the thread's own or, at exec, was. */
void owner_release(struct thread *thread, const struct memory *memory);

/* A thread that sleeps on a word because `owner` holds it. Lives on the sleeper's stack; the word's memory
 * must stay where it is. */
struct owner_wait {
	void *word;        /* host address, never dereferenced */
	bool private_word; /* as FUTEX_PRIVATE_FLAG */
	uint32_t owner;
	struct owner_wait *next, **link;
};
/* From now on the sleeper is woken when the owner ends. False, and nothing to be ended: there is no such
 * thread. */
bool owner_wait_begin(struct owner_wait *wait);
void owner_wait_end(struct owner_wait *wait);
/* The thread with this id is gone, and its id is free: wakes whoever waits for it. */
void owner_ended(uint32_t id);

#endif
