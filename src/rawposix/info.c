/* What a program asks about the system. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "abi/arguments.h"
#include "rawposix/calls.h"

int64_t sys_uname(struct call *call)
{
	struct utsname name;
	if (uname(&name))
		return -errno;
	/* The host's, but for the machine: it says for which one programs are to be compiled. */
	memset(name.machine, 0, sizeof name.machine);
	strcpy(name.machine, "wasm32");
	return call_write(call, 0, &name, sizeof name);
}

int64_t sys_sysinfo(struct call *call)
{
	struct sysinfo info;
	if (sysinfo(&info))
		return -errno;
	return call_write(call, 0, &info, sizeof info);
}

int64_t sys_getcpu(struct call *call)
{
	unsigned cpu, node;
	if (getcpu(&cpu, &node))
		return -errno;
	int error = call_address(call, 0) ? call_write(call, 0, &cpu, sizeof cpu) : 0;
	if (!error && call_address(call, 1))
		error = call_write(call, 1, &node, sizeof node);
	return error;
}
