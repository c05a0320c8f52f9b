/* Writing to a pipe that nobody reads ends the program by SIGPIPE. */
/* lind-test: exit=141 */
#include "check.h"

#include <unistd.h>

int main(void)
{
	int p[2];
	MUST(pipe(p) == 0 && close(p[0]) == 0);
	puts("before");
	write(p[1], "x", 1);
	puts("not reached");
	return 0;
}
