/* _exit runs nothing and flushes nothing; only the low byte of the status counts. */
/* lind-test: exit=44 */
#include "check.h"

#include <unistd.h>

static void never(void)
{
	write(1, "handler!\n", 9);
}

int main(void)
{
	atexit(never);
	setvbuf(stdout, NULL, _IOFBF, 4096);
	fputs("lost", stdout);
	_exit(300);
}
