/* Writing through a null pointer ends the program by SIGSEGV. */
/* lind-test: exit=139 */
#include "check.h"

#include <sys/mman.h>

int main(void)
{
	volatile int *p = NULL;
	SHOW(p == NULL);
	*p = 5;
	puts("never printed");
	return 0;
}
