/* malloc and its relatives: alignment, growth, zeroing, impossible sizes, many blocks. */
#include "check.h"

#include <malloc.h>
#include <stdint.h>
#include <unistd.h>

/* Compilers take it that these succeed, and leave errno alone; what they can't see through they leave as it
 * is. */
static void *(*volatile call_malloc)(size_t) = malloc;
static void *(*volatile call_calloc)(size_t, size_t) = calloc;
static void *(*volatile call_realloc)(void *, size_t) = realloc;
static void *(*volatile call_reallocarray)(void *, size_t, size_t) = reallocarray;

int main(void)
{
	SHOW(malloc(0) != NULL);
	SHOW(realloc(NULL, 10) != NULL);
	free(NULL);
	/* More than any address space here holds. */
	volatile size_t huge = SIZE_MAX - 100;
	SHOW(call_malloc(huge) == NULL && errno == ENOMEM);
	SHOW(call_calloc(huge / 2, 4) == NULL && errno == ENOMEM);
	SHOW(call_reallocarray(NULL, huge / 2, 4) == NULL && errno == ENOMEM);
	char *p = malloc(10);
	memcpy(p, "kept safe", 10);
	SHOW(call_realloc(p, huge) == NULL && errno == ENOMEM);
	SHOW(strcmp(p, "kept safe"));
	p = realloc(p, 1000000);
	SHOW(strcmp(p, "kept safe"));
	p = realloc(p, 10);
	SHOW(strcmp(p, "kept safe"));
	SHOW(malloc_usable_size(p) >= 10);
	free(p);
	int wrong = 0;
	for (size_t align = 8; align <= 65536; align *= 2) {
		void *a = aligned_alloc(align, align * 3), *m = memalign(align, 5), *q = NULL;
		wrong += posix_memalign(&q, align, 100) != 0;
		wrong += (uintptr_t)a % align || (uintptr_t)m % align || (uintptr_t)q % align;
		free(a), free(m), free(q);
	}
	SHOW(wrong);
	void *q = NULL;
	SHOW_ERROR(posix_memalign(&q, 3, 10));
	SHOW_ERROR(posix_memalign(&q, 8, huge));
	SHOW((uintptr_t)valloc(10) % (uintptr_t)getpagesize());
	SHOW((uintptr_t)malloc(100) % _Alignof(max_align_t));

	static unsigned char *blocks[3000];
	static size_t sizes[3000];
	unsigned seed = 1;
	for (int round = 0; round < 30000; round++) {
		seed = seed * 1664525 + 1013904223;
		int i = (int)(seed >> 8) % 3000;
		size_t size = seed % 7 == 0 ? seed % 100000 : seed % 600;
		for (size_t k = 0; blocks[i] && k < sizes[i]; k += 97)
			wrong += blocks[i][k] != (unsigned char)i;
		if (seed % 3 == 0) {
			blocks[i] = realloc(blocks[i], size + 1);
		} else {
			free(blocks[i]);
			blocks[i] = malloc(size + 1);
		}
		MUST(blocks[i]);
		memset(blocks[i], i, sizes[i] = size + 1);
	}
	SHOW(wrong);
	for (int i = 0; i < 3000; i++)
		free(blocks[i]);
	unsigned char *z = calloc(1000, 1000);
	for (int i = 0; i < 1000000; i++)
		wrong += z[i];
	SHOW(wrong);
	free(z);
	/* A quarter of what the smaller of the two address spaces has. */
	char *large = malloc(1u << 30);
	SHOW(large != NULL);
	large[0] = large[(1u << 30) - 1] = 1;
	free(large);
	SHOW(malloc_trim(0) >= 0);
	void *top = sbrk(0);
	SHOW(sbrk(8192) == top);
	SHOW((char *)sbrk(0) - (char *)top);
	((char *)top)[8191] = 1;
	SHOW(brk(top));
	SHOW(sbrk(0) == top);
	return 0;
}
