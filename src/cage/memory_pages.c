/* Asks the host which pages exist: by one call that walks the page tables where the kernel has it (6.7), else
 * by reading the page map word by word. */
#include "cage/memory_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "abi/guest.h"

/* linux/fs.h of 6.7; the C library's headers may be older than the kernel. */
struct page_region {
	uint64_t start, end, categories;
};

struct scan_argument {
	uint64_t size, flags, start, end, walk_end, vector, vector_length, max_pages;
	uint64_t category_inverted, category_mask, category_any, category_returned;
};

#define SCAN _IOWR('f', 16, struct scan_argument)

enum {
	PAGE_FILE = 1 << 2,
	PAGE_PRESENT = 1 << 3,
	PAGE_SWAPPED = 1 << 4,
	PAGE_ZERO = 1 << 5,
};

_Static_assert(sizeof(struct scan_argument) == 96, "as the kernel has it");

/* A word of the page map. */
#define WORD_FILE    (UINT64_C(1) << 61)
#define WORD_SWAPPED (UINT64_C(1) << 62)
#define WORD_PRESENT (UINT64_C(1) << 63)

#define REGIONS 128
#define WORDS   512

/* Open to the end of the process. -errno: could not be opened. */
static int page_map, own_memory;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static int open_proc(const char *path)
{
	int host = open(path, O_RDONLY | O_CLOEXEC);

	return host < 0 ? -errno : host;
}

static void open_both(void)
{
	page_map = open_proc("/proc/self/pagemap");
	own_memory = open_proc("/proc/self/mem");
}

void memory_pages_start(void)
{
	pthread_once(&opened, open_both);
}

static int add_run(struct memory_pages *pages, uint64_t start, uint64_t end)
{
	struct memory_run *last = pages->count ? &pages->runs[pages->count - 1] : NULL;

	if (last && last->end == start) {
		last->end = end;
		return 0;
	}
	if (pages->count == pages->capacity) {
		size_t capacity = pages->capacity ? 2 * pages->capacity : 64;
		struct memory_run *runs = realloc(pages->runs, capacity * sizeof *runs);

		if (!runs)
			return -ENOMEM;
		pages->runs = runs;
		pages->capacity = capacity;
	}
	pages->runs[pages->count++] = (struct memory_run){start, end};
	return 0;
}

static int scan(struct memory_pages *pages, uintptr_t base)
{
	struct page_region regions[REGIONS];
	struct scan_argument argument = {
		.size = sizeof argument,
		.start = base,
		.end = base + GUEST_SPACE,
		.vector = (uintptr_t)regions,
		.vector_length = REGIONS,
		.category_inverted = PAGE_FILE | PAGE_ZERO,
		.category_mask = PAGE_FILE | PAGE_ZERO,
		.category_any = PAGE_PRESENT | PAGE_SWAPPED,
		.category_returned = PAGE_FILE,
	};
	int result = 0;

	while (result == 0 && argument.start < argument.end) {
		int count = ioctl(page_map, SCAN, &argument);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		for (int i = 0; result == 0 && i < count; i++)
			result = add_run(pages, regions[i].start - base, regions[i].end - base);
		argument.start = argument.walk_end;
	}
	return result;
}

static bool word_is_own(uint64_t word)
{
	return (word & (WORD_PRESENT | WORD_SWAPPED)) && !(word & WORD_FILE);
}

static int read_words(struct memory_pages *pages, uintptr_t base)
{
	uint64_t words[WORDS];
	int result = 0;

	for (uint64_t at = 0; result == 0 && at < GUEST_SPACE; at += WORDS * GUEST_PAGE) {
		ssize_t got = pread(page_map, words, sizeof words,
				    (off_t)((base + at) / GUEST_PAGE * sizeof *words));

		if (got != sizeof words)
			return got < 0 ? -errno : -EIO;
		for (uint64_t i = 0; result == 0 && i < WORDS; i++)
			if (word_is_own(words[i]))
				result = add_run(pages, at + i * GUEST_PAGE, at + (i + 1) * GUEST_PAGE);
	}
	return result;
}

int memory_pages_find(struct memory_pages *pages, uint8_t *base)
{
	int result;

	memory_pages_start();
	if (page_map < 0)
		return page_map;
	result = scan(pages, (uintptr_t)base);
	/* The kernel does not know the call. */
	return result == -ENOTTY ? read_words(pages, (uintptr_t)base) : result;
}

void memory_pages_end(struct memory_pages *pages)
{
	free(pages->runs);
}

size_t memory_pages_at(const struct memory_pages *pages, uint64_t address)
{
	size_t low = 0, high = pages->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pages->runs[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool memory_pages_piece(const struct memory_pages *pages, size_t at, uint64_t start, uint64_t end,
			struct memory_run *piece)
{
	if (at >= pages->count || pages->runs[at].start >= end)
		return false;
	*piece = pages->runs[at];
	if (piece->start < start)
		piece->start = start;
	if (piece->end > end)
		piece->end = end;
	return true;
}

int64_t memory_pages_peek(void *to, const uint8_t *from, uint64_t length)
{
	ssize_t got;

	memory_pages_start();
	if (own_memory < 0)
		return own_memory;
	got = pread(own_memory, to, length, (off_t)(uintptr_t)from);
	return got < 0 ? -errno : got;
}
