/* quick_exit runs its own handlers and flushes nothing. */
/* lind-test: exit=3 */
#include "check.h"

#include <unistd.h>

static void never(void)
{
	write(1, "atexit handler!\n", 16);
}

static void quick_first(void)
{
	write(1, "quick first\n", 12);
}

static void quick_second(void)
{
	write(1, "quick second\n", 13);
}

int main(void)
{
	atexit(never);
	at_quick_exit(quick_first);
	at_quick_exit(quick_second);
	FILE *f = fopen("unflushed", "w");
	fputs("stays in the buffer", f);
	quick_exit(3);
}
