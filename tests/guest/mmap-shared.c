/* Shared mappings: the file and all maps of it are one; msync, mincore, madvise, anonymous ones, /dev/zero.
 */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	MUST(ftruncate(fd, 4 * PAGE) == 0);
	char *a = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *b = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	char *c = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
	MUST(a != MAP_FAILED && b != MAP_FAILED && c != MAP_FAILED);
	strcpy(a, "through a");
	puts(b);
	strcpy(c, "through c");
	puts(a + PAGE);
	puts(b + PAGE);
	char text[20] = "";
	SHOW(pread(fd, text, 9, 0));
	puts(text);
	SHOW(pwrite(fd, "through write", 14, 2 * PAGE));
	puts(b + 2 * PAGE);
	SHOW(msync(a, 4 * PAGE, MS_SYNC));
	SHOW(msync(a, PAGE, MS_ASYNC | MS_INVALIDATE));
	SHOW(msync(a, PAGE, MS_ASYNC | MS_SYNC));
	SHOW(msync(a + 1, PAGE, MS_SYNC));
	SHOW(ftruncate(fd, 8 * PAGE));
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	MUST(p != MAP_FAILED);
	strcpy(p, "private");
	puts(a);
	SHOW(close(fd));
	strcpy(a + 3 * PAGE, "after close");
	puts(b + 3 * PAGE);
	SHOW(munmap(a, 4 * PAGE));
	puts(b + 3 * PAGE);
	fd = open("file", O_RDONLY);
	SHOW(pread(fd, text, 12, 3 * PAGE));
	puts(text);

	unsigned char resident[4] = {9, 9, 9, 9};
	SHOW(mincore(b, 4 * PAGE, resident));
	SHOW(resident[0] & 1);
	SHOW(mincore(b + 1, PAGE, resident));
	SHOW(mincore(a, PAGE, resident));
	SHOW(madvise(b, PAGE, MADV_WILLNEED));
	SHOW(madvise(b, PAGE, 9999));
	char *z = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(z != MAP_FAILED);
	memset(z, 'z', 2 * PAGE);
	char *y = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(y, 'y', 2 * PAGE);
	SHOW(madvise(y, PAGE, MADV_DONTNEED));
	printf("%d %c\n", y[0], y[PAGE]);
	SHOW_ERROR(posix_madvise(y, PAGE, POSIX_MADV_NORMAL));
	int zero = open("/dev/zero", O_RDWR);
	char *d = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
	SHOW(d != MAP_FAILED && d[0] == 0 && d[PAGE - 1] == 0);
	d[0] = 1;

	int memory = memfd_create("name", MFD_CLOEXEC);
	SHOW(memory >= 0);
	SHOW(ftruncate(memory, PAGE));
	char *m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	SHOW(write(memory, "memory", 6));
	printf("%.6s\n", m);
	int shared = shm_open("/lind-guest-test", O_RDWR | O_CREAT | O_EXCL, 0600);
	if (shared < 0 && errno == EEXIST)
		shared = shm_open("/lind-guest-test", O_RDWR, 0600);
	SHOW(shared >= 0);
	SHOW(shm_unlink("/lind-guest-test"));
	SHOW(shm_unlink("/lind-guest-test"));
	return 0;
}
