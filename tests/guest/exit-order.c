/* The end of a process: atexit in reverse order, on_exit, handlers that register handlers, flushing;
 * destructors. */
/* lind-test: exit=7 */
#include "check.h"

#include <unistd.h>

static void first(void)
{
	puts("first registered, last run");
}

static void nested(void)
{
	puts("registered while exiting");
}

static void third(void)
{
	puts("third");
	atexit(nested);
}

static void with_status(int status, void *argument)
{
	printf("on_exit %d %s\n", status, (const char *)argument);
}

static void many(void)
{
	static int n;
	n++;
	if (n == 40)
		puts("forty handlers ran");
}

__attribute__((constructor(101))) static void early(void)
{
	puts("constructor 101");
}

__attribute__((constructor(201))) static void later(void)
{
	puts("constructor 201");
}

__attribute__((destructor)) static void last(void)
{
	puts("destructor");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 4096);
	SHOW(atexit(first));
	SHOW(on_exit(with_status, "argument"));
	SHOW(atexit(third));
	for (int i = 0; i < 40; i++)
		MUST(atexit(many) == 0);
	FILE *f = fopen("flushed", "w");
	fputs("flushed at exit", f);
	fputs("no newline at the end", stdout);
	exit(7);
}
