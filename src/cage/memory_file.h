/* What areas of memories show, kept open so that fork can map it again: files that are mapped privately, one
 * descriptor for each, however many mappings, memories and cages have it; and snapshots (memory_snapshot.h).
 * Any thread; takes no other lock. */
#ifndef LIND_CAGE_MEMORY_FILE_H
#define LIND_CAGE_MEMORY_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct memory_file {
	int host; /* good for mapping privately; never to be closed by others */
	atomic_uint references;
	struct memory_file *next; /* of the same bucket; memory_file.c's, as the two below */
	dev_t device;
	ino_t inode;
	/* Of a snapshot. */
	uint64_t end;      /* no offset from here on has been used; only while one memory has it */
	atomic_bool stale; /* may hold pages that no area shows any more */
};

/* The file behind a host descriptor, which is not kept, counted. NULL: no memory or no descriptor. */
struct memory_file *memory_file_get(int host);
/* A sparse file without a name that is nobody else's. NULL as above. */
struct memory_file *memory_file_new(void);
/* How many references there are: the areas that show it, and whoever else has one. */
unsigned memory_file_count(const struct memory_file *file);
/* Passes NULL through. */
struct memory_file *memory_file_ref(struct memory_file *file);
void memory_file_unref(struct memory_file *file);

#endif
