/* Private and anonymous mappings: zeroes, hints, fixed places, file contents, copies on writing, errors. */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static int is_mapped(void *p)
{
	return msync(p, PAGE, MS_ASYNC) == 0;
}

int main(void)
{
	SHOW(sysconf(_SC_PAGESIZE));
	char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	int wrong = 0;
	for (int i = 0; i < 3 * PAGE; i++)
		wrong += p[i];
	SHOW(wrong);
	memset(p, 'x', 3 * PAGE);
	SHOW((size_t)p % PAGE);
	SHOW(munmap(p + PAGE, PAGE));
	SHOW(is_mapped(p));
	SHOW(is_mapped(p + PAGE));
	SHOW(is_mapped(p + 2 * PAGE));
	SHOW(p[2 * PAGE]);
	SHOW(munmap(p + PAGE, PAGE));
	SHOW(mmap(p + PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
		  -1, 0) == p + PAGE);
	SHOW(p[PAGE]);
	SHOW(mmap(p + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
		     MAP_FAILED &&
	     errno == EEXIST);
	SHOW(mmap(p, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p);
	SHOW(p[0] + p[PAGE] + p[2 * PAGE]);
	SHOW(munmap(p, 3 * PAGE));
	SHOW(is_mapped(p));
	SHOW(mmap(p, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	     p); /* a free hint is taken */
	SHOW(munmap(p, PAGE));

	int fd = open("file", O_RDWR | O_CREAT, 0644);
	MUST(write(fd, "contents of the file", 20) == 20 && ftruncate(fd, 2 * PAGE + 100) == 0);
	MUST(pwrite(fd, "third", 5, 2 * PAGE) == 5);
	char *f = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	MUST(f != MAP_FAILED);
	printf("%.20s %.5s %d\n", f, f + 2 * PAGE, f[2 * PAGE + 200]);
	memcpy(f, "CHANGED", 7);
	char text[21] = "";
	SHOW(pread(fd, text, 20, 0));
	puts(text);
	SHOW(pwrite(fd, "x", 1, 30));
	SHOW(munmap(f, 3 * PAGE));
	f = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
	MUST(f != MAP_FAILED);
	printf("%.5s\n", f);
	SHOW(close(fd));
	printf("%.5s still\n", f);
	SHOW(munmap(f, PAGE));

	fd = open("file", O_RDONLY);
	int wr = open("file", O_WRONLY);
#define FAILS(...) (errno = 0, mmap(__VA_ARGS__) == MAP_FAILED ? error_name(errno) : "mapped")
	puts(FAILS(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0));
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 100));
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
	puts(FAILS(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_SHARED, wr, 0));
	puts(FAILS(NULL, PAGE, PROT_WRITE | PROT_READ, MAP_PRIVATE, fd, 0));
	puts(FAILS((void *)(size_t)(16 * PAGE + 1), PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		   -1, 0));
	puts(FAILS(NULL, (size_t)-PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	int pipes[2], folder = open(".", O_RDONLY);
	MUST(pipe(pipes) == 0);
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0));
	puts(FAILS(NULL, PAGE, PROT_READ, MAP_PRIVATE, folder, 0));
	SHOW(munmap((void *)1, PAGE));
	SHOW(munmap(NULL, 0));

	/* Many mappings, and far apart ones. */
	char *blocks[500];
	for (int i = 0; i < 500; i++) {
		blocks[i] = mmap(NULL, PAGE * (1 + i % 5), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		MUST(blocks[i] != MAP_FAILED);
		blocks[i][0] = (char)i;
	}
	for (int i = 0; i < 500; i += 2)
		MUST(munmap(blocks[i], (size_t)PAGE * (size_t)(1 + i % 5)) == 0);
	for (int i = 1; i < 500; i += 2)
		wrong += blocks[i][0] != (char)i;
	SHOW(wrong);
	char *large = mmap(NULL, 512u << 20, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	SHOW(large != MAP_FAILED);
	large[0] = large[(512u << 20) - 1] = 1;
	SHOW(munmap(large, 512u << 20));
	return 0;
}
