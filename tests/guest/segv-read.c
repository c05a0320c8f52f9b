/* Reading memory that mprotect has closed ends the program by SIGSEGV. */
/* lind-test: exit=139 */
#include "check.h"

#include <sys/mman.h>

int main(void)
{
	volatile char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	p[4096] = 7;
	SHOW(mprotect((void *)(p + 4096), 4096, PROT_NONE));
	printf("%d\n", p[4095]);
	printf("%d\n", p[4096]);
	puts("never printed");
	return 0;
}
