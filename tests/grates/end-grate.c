/* A grate that ends before its client, in the way that its first argument names: fails, kills, falls-through,
 * or trap: by a trap in its handler. Handles getpriority. */
#include <errno.h>
#include <lind/grate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int zero;
static bool traps;

static int64_t handler(struct grate_call *call)
{
	(void)call;
	return traps ? 100 / zero : 7;
}

int main(int argc, char **argv)
{
	const char *way = argc > 2 ? argv[1] : "";
	grate_handle(SYS_getpriority, handler);
	if (!strcmp(way, "kills"))
		grate_set_end(GRATE_END_KILLS);
	else if (!strcmp(way, "falls-through"))
		grate_set_end(GRATE_END_FALLS_THROUGH);
	else if (!strcmp(way, "trap"))
		traps = true;
	else if (strcmp(way, "fails"))
		grate_die(125, "fails, kills, falls-through or trap, and a program");
	int status;
	pid_t client = grate_spawn(argv + 2, &status);
	if (client < 0)
		return status;
	if (traps)
		return grate_wait(client, NULL) ? 1 : 0;
	usleep(200000);
	return 5;
}
