/* Writing to memory that is only readable ends the program by SIGSEGV. */
/* lind-test: exit=139 */
#include "check.h"

#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	printf("%d\n", *(volatile char *)p);
	*(volatile char *)p = 1;
	puts("never printed");
	return 0;
}
