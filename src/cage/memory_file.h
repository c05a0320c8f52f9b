/* Files that are mapped privately, kept open so that fork can map them again: one descriptor for each file,
 * however many mappings, memories and cages have it. Any thread; takes no other lock. */
#ifndef LIND_CAGE_MEMORY_FILE_H
#define LIND_CAGE_MEMORY_FILE_H

struct memory_file;

/* The file behind a host descriptor, which is not kept, counted. NULL: no memory or no descriptor. */
struct memory_file *memory_file_get(int host);
struct memory_file *memory_file_ref(struct memory_file *file);
void memory_file_unref(struct memory_file *file);
/* Good for mapping the file privately; never to be closed. */
int memory_file_host(const struct memory_file *file);

#endif
