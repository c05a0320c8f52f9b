/* mprotect: what it allows, what it refuses; read, write and the kernel's EFAULT follow it. */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

int main(void)
{
	char *p = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	int zero = open("/dev/zero", O_RDWR);
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	SHOW(read(zero, p, 10));
	SHOW(write(fd, p, 10));
	SHOW(mprotect(p + PAGE, 2 * PAGE, PROT_READ | PROT_WRITE));
	SHOW(read(zero, p + PAGE, 10));
	strcpy(p + PAGE, "written");
	SHOW(write(fd, p + PAGE, 7));
	SHOW(mprotect(p + PAGE, PAGE, PROT_READ));
	puts(p + PAGE);
	SHOW(read(zero, p + PAGE, 10));
	SHOW(write(fd, p + PAGE, 7));
	SHOW(open(p, O_RDONLY));
	/* Partly writable: what fits is read. */
	SHOW(read(zero, p + 3 * PAGE - 5, 10) == 5 || errno == EFAULT);
	SHOW(write(fd, p + 3 * PAGE - 5, 10) == 5 || errno == EFAULT);
	SHOW(mprotect(p + 1, PAGE, PROT_READ));
	SHOW(mprotect(p, PAGE, 0x1234567));
	SHOW(mprotect(p, 0, PROT_READ));
	SHOW(munmap(p + 3 * PAGE, PAGE));
	SHOW(mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ));
	SHOW(mprotect(p, 3 * PAGE, PROT_READ | PROT_WRITE));
	p[0] = 1;
	puts(p + PAGE);
	int rd = open("file", O_RDONLY);
	char *m = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, rd, 0);
	MUST(m != MAP_FAILED);
	SHOW(mprotect(m, PAGE, PROT_READ | PROT_WRITE));
	SHOW(mprotect(m, PAGE, PROT_NONE));
	SHOW(mprotect(m, PAGE, PROT_READ));
	printf("%.7s\n", m);
	return 0;
}
