/* A signal whose action is the default one ends the program, and its status tells which. */
/* lind-test: exit=142 */
#include "check.h"

#include <signal.h>
#include <unistd.h>

static void at_end(void)
{
	write(1, "atexit does not run\n", 20);
}

int main(void)
{
	atexit(at_end);
	fputs("line\nbuffered and lost", stdout);
	kill(getpid(), SIGALRM);
	write(1, "not reached\n", 12);
	return 0;
}
