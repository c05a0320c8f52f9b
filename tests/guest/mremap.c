/* mremap: in place, moved, shrunk, refused. */
#include "check.h"

#include <sys/mman.h>

#define PAGE 4096

static char *map(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	for (size_t i = 0; i < pages; i++)
		p[i * PAGE] = (char)('a' + i);
	return p;
}

static void show(const char *p, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		printf("%c", p[i * PAGE] ? p[i * PAGE] : '.');
	puts("");
}

int main(void)
{
	char *p = map(4);
	SHOW(mremap(p, 4 * PAGE, 2 * PAGE, 0) == p);
	show(p, 2);
	SHOW(msync(p + 2 * PAGE, PAGE, MS_ASYNC));
	char *q = mremap(p, 2 * PAGE, 100 * PAGE, MREMAP_MAYMOVE);
	SHOW(q != MAP_FAILED);
	show(q, 5);
	q[99 * PAGE] = 'z';
	char *blocked = map(1);
	char *low = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(munmap(low + PAGE, PAGE) == 0);
	low[0] = 'l', low[2 * PAGE] = 'h';
	SHOW(mremap(low, PAGE, 2 * PAGE, 0) == low);
	show(low, 3);
	SHOW(mremap(low, 2 * PAGE, 3 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
	char *place = map(3);
	SHOW(mremap(blocked, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
	show(place, 3);
	SHOW(msync(blocked, PAGE, MS_ASYNC));
	SHOW(mremap(place + 1, PAGE, PAGE, 0) == MAP_FAILED && errno == EINVAL);
	SHOW(mremap(place, PAGE, 0, 0) == MAP_FAILED && errno == EINVAL);
	SHOW(mremap(blocked, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
	SHOW(mremap(place, PAGE, PAGE, MREMAP_FIXED, q) == MAP_FAILED && errno == EINVAL);
	SHOW(mremap(place, PAGE, PAGE, 64) == MAP_FAILED && errno == EINVAL);
	return 0;
}
