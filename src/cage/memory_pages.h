/* Which pages of private mappings are their own: written to, and so apart from what the mapping shows. */
#ifndef LIND_CAGE_MEMORY_PAGES_H
#define LIND_CAGE_MEMORY_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Guest addresses of one run of pages. */
struct memory_run {
	uint64_t start, end;
};

/* Runs from low to high, apart from each other. Starts as zeros. */
struct memory_pages {
	struct memory_run *runs;
	size_t count, capacity;
};

/* Fills `pages` with the anonymous pages that exist, in memory or swapped out, in the guest memory at `base`.
 * Pages of files and of shared memory are not among them. Returns 0 or -errno: the host tells it in
 * /proc/self/pagemap. */
int memory_pages_find(struct memory_pages *pages, uint8_t *base);
void memory_pages_end(struct memory_pages *pages);
/* Opens what the host tells it in, or leaves that to the first use. */
void memory_pages_start(void);

/* Index of the first run that ends after `address`. */
size_t memory_pages_at(const struct memory_pages *pages, uint64_t address);
/* What of run `at` lies in [start, end). False: nothing, nor of any later one. */
bool memory_pages_piece(const struct memory_pages *pages, size_t at, uint64_t start, uint64_t end,
			struct memory_run *piece);

/* Copies from any address of this process that is mapped, whatever its protection. Returns the number of
 * bytes, fewer than asked for where a page can't be had, or -errno. */
int64_t memory_pages_peek(void *to, const uint8_t *from, uint64_t length);

#endif
