/* A client that outlives its grate: calls getpriority until the answer changes, and tells both answers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long ask(void)
{
	long result = syscall(SYS_getpriority, 0, 0);
	return result == -1 ? -errno : result;
}

int main(void)
{
	long first = ask(), answer = first;
	for (int i = 0; i < 500 && answer == first; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		answer = ask();
	}
	for (int i = 0; i < 2; i++) {
		long shown = i ? answer : first;
		printf("%s\n", shown == 7  ? "the grate's"
			       : shown < 0 ? strerrorname_np((int)-shown)
					   : "the system's");
	}
	return 0;
}
