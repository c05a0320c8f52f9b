/* Resource limits: reading, lowering, refusing; what RLIMIT_NOFILE, FSIZE and AS change. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
	struct rlimit limit, old;
	for (int i = 0; i < 16; i++)
		MUST(getrlimit(i, &limit) == 0 && limit.rlim_cur <= limit.rlim_max);
	SHOW(getrlimit(16, &limit));
	SHOW(setrlimit(16, &limit));
	SHOW(getrlimit(RLIMIT_NOFILE, &old));
	limit = (struct rlimit){20, old.rlim_max};
	SHOW(setrlimit(RLIMIT_NOFILE, &limit));
	SHOW(getrlimit(RLIMIT_NOFILE, &limit));
	SHOW(limit.rlim_cur);
	SHOW(sysconf(_SC_OPEN_MAX));
	SHOW(getdtablesize());
	limit = (struct rlimit){30, 20};
	SHOW(setrlimit(RLIMIT_NOFILE, &limit));
	limit = (struct rlimit){10, 25};
	SHOW(setrlimit(RLIMIT_NOFILE, &limit));
	SHOW(prlimit(0, RLIMIT_NOFILE, NULL, &limit));
	printf("%llu %llu\n", (unsigned long long)limit.rlim_cur, (unsigned long long)limit.rlim_max);

	signal(SIGXFSZ, SIG_IGN);
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	limit = (struct rlimit){100, RLIM_INFINITY};
	SHOW(getrlimit(RLIMIT_FSIZE, &old));
	SHOW(old.rlim_cur == RLIM_INFINITY);
	limit.rlim_max = old.rlim_max;
	SHOW(setrlimit(RLIMIT_FSIZE, &limit));
	char block[80] = "";
	SHOW(write(fd, block, 80));
	SHOW(write(fd, block, 80));
	SHOW(write(fd, block, 80));
	SHOW(ftruncate(fd, 101));
	SHOW(setrlimit(RLIMIT_FSIZE, &old));
	SHOW(write(fd, block, 80));

	limit = (struct rlimit){1 << 16, RLIM_INFINITY};
	SHOW(getrlimit(RLIMIT_STACK, &old));
	SHOW(old.rlim_cur >= 65536);
	SHOW(getrlimit(RLIMIT_CORE, &old));
	limit = (struct rlimit){0, old.rlim_max};
	SHOW(setrlimit(RLIMIT_CORE, &limit));
	SHOW(setrlimit(RLIMIT_NOFILE, (struct rlimit *)8));
	struct rusage usage;
	SHOW(getrusage(RUSAGE_SELF, &usage));
	SHOW(usage.ru_maxrss > 0);
	SHOW(getrusage(RUSAGE_THREAD, &usage));
	SHOW(getrusage(99, &usage));
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(setpriority(PRIO_PROCESS, 0, 5));
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(nice(2));
	SHOW(getpriority(99, 0));
	return 0;
}
