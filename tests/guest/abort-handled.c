/* abort runs the program's handler, and ends the program when that returns; a handler of SIGSEGV may leave by
 * siglongjmp. */
/* lind-test: exit=134 */
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

static sigjmp_buf back;

static void escape(int n)
{
	write(1, "caught\n", 7);
	siglongjmp(back, n);
}

static void plain(int n)
{
	(void)n;
	write(1, "abort handler\n", 14);
}

int main(void)
{
	signal(SIGABRT, escape);
	if (sigsetjmp(back, 1) == 0)
		abort();
	puts("went on");
	signal(SIGABRT, plain);
	abort();
}
