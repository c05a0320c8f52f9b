/* identity-grate: takes every call and forwards it. A program must behave under it as without; whatever
 * differs is a fault of 3i. */
#include <lind/grate.h>

int main(int argc, char **argv)
{
	char **command = grate_options(argc, argv, "Takes every system call and forwards it unchanged", NULL);
	grate_handle_all(grate_forward);
	return grate_run(command);
}
