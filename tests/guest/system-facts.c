/* uname, sysconf, sysinfo, hostname, load, processors: the shape of the answers. */
#include "check.h"

#include <limits.h>
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void)
{
	struct utsname u;
	SHOW(uname(&u));
	puts(u.sysname);
	SHOW(u.nodename[0] != 0 && u.release[0] != 0 && u.version[0] != 0 && u.machine[0] != 0);
	SHOW(uname((struct utsname *)8));
	char host[256];
	SHOW(gethostname(host, sizeof(host)));
	SHOW(strcmp(host, u.nodename));
	SHOW(sysconf(_SC_PAGESIZE));
	SHOW(getpagesize());
	SHOW(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	SHOW(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
	SHOW(get_nprocs() >= 1);
	SHOW(sysconf(_SC_ARG_MAX) >= 4096);
	SHOW(sysconf(_SC_CHILD_MAX) != 0);
	SHOW(sysconf(_SC_IOV_MAX));
	SHOW(sysconf(_SC_VERSION));
	SHOW(sysconf(_SC_THREADS));
	SHOW(sysconf(_SC_MONOTONIC_CLOCK) > 0);
	SHOW(sysconf(_SC_PHYS_PAGES) > 0);
	SHOW(sysconf(_SC_LINE_MAX));
	SHOW(sysconf(9999));
	char text[100];
	SHOW(confstr(_CS_PATH, text, sizeof(text)) > 0);
	puts(text);
	struct sysinfo info;
	SHOW(sysinfo(&info));
	SHOW(info.uptime > 0);
	SHOW(info.procs > 0);
	SHOW(info.mem_unit > 0 && info.totalram > 0);
	double load[3];
	SHOW(getloadavg(load, 3));
	SHOW(load[0] >= 0);
	cpu_set_t set;
	SHOW(sched_getaffinity(0, sizeof(set), &set));
	SHOW(CPU_COUNT(&set) >= 1);
	SHOW(sched_getcpu() >= 0);
	SHOW(sched_yield());
	SHOW(sched_getscheduler(0));
	SHOW(sched_get_priority_max(SCHED_OTHER));
	SHOW(sched_get_priority_max(999));
	return 0;
}
