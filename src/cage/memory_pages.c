/* Asks the host which pages exist: by one call that walks the page tables where the kernel has it (6.7), else
 * by reading the page map word by word. */
#include "cage/memory_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
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

static int scan(uint8_t *start, uint8_t *end, memory_pages_visit *visit, void *context)
{
	struct page_region regions[REGIONS];
	struct scan_argument argument = {
		.size = sizeof argument,
		.start = (uintptr_t)start,
		.end = (uintptr_t)end,
		.vector = (uintptr_t)regions,
		.vector_length = REGIONS,
		.category_inverted = PAGE_FILE | PAGE_ZERO,
		.category_mask = PAGE_FILE | PAGE_ZERO,
		.category_any = PAGE_PRESENT | PAGE_SWAPPED,
		.category_returned = PAGE_FILE,
	};

	while (argument.start < argument.end) {
		int count = ioctl(page_map, SCAN, &argument);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		for (int i = 0; i < count; i++) {
			/* An address again, as it was given. */
			uint8_t *from = start + (regions[i].start - (uintptr_t)start);
			int result = visit(context, from, from + (regions[i].end - regions[i].start));

			if (result != 0)
				return result;
		}
		argument.start = argument.walk_end;
	}
	return 0;
}

static bool word_is_own(uint64_t word)
{
	return (word & (WORD_PRESENT | WORD_SWAPPED)) && !(word & WORD_FILE);
}

static int read_words(uint8_t *start, uint8_t *end, memory_pages_visit *visit, void *context)
{
	uint64_t words[WORDS];
	uint8_t *run = NULL, *at = start;
	int result = 0;

	while (result == 0 && at < end) {
		uint64_t left = (uint64_t)(end - at) / GUEST_PAGE, count = left < WORDS ? left : WORDS;
		ssize_t got = pread(page_map, words, count * sizeof *words,
				    (off_t)((uintptr_t)at / GUEST_PAGE * sizeof *words));

		if (got < (ssize_t)sizeof *words)
			return got < 0 ? -errno : -EIO;
		for (ssize_t i = 0; result == 0 && i < got / (ssize_t)sizeof *words; i++, at += GUEST_PAGE) {
			bool own = word_is_own(words[i]);

			if (own && !run)
				run = at;
			if (!own && run) {
				result = visit(context, run, at);
				run = NULL;
			}
		}
	}
	return result == 0 && run ? visit(context, run, end) : result;
}

int memory_pages_own(uint8_t *start, uint8_t *end, memory_pages_visit *visit, void *context)
{
	int result;

	pthread_once(&opened, open_both);
	if (page_map < 0)
		return page_map;
	result = scan(start, end, visit, context);
	/* Before it has visited anything: the kernel does not know the call. */
	return result == -ENOTTY ? read_words(start, end, visit, context) : result;
}

int64_t memory_pages_peek(void *to, const uint8_t *from, uint64_t length)
{
	ssize_t got;

	pthread_once(&opened, open_both);
	if (own_memory < 0)
		return own_memory;
	got = pread(own_memory, to, length, (off_t)(uintptr_t)from);
	return got < 0 ? -errno : got;
}
