/*
 * Memory that lives as long as the module it belongs to: allocated piece by piece, freed at once.
 * Running out of memory ends the program with one line; no caller has to test for NULL.
 */
#ifndef LIND_OPT_ARENA_H
#define LIND_OPT_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
};

/* Returns `count * size` zeroed bytes, aligned for any type; a valid pointer also for none. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* Frees everything that came from the arena, which is then empty. */
void arena_free(struct arena *arena);

/* malloc and realloc of `count * size` bytes that end the program with exit status 1 where they fail. */
void *memory_resize(void *old, size_t count, size_t size);

#define ARENA_NEW(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

#endif
