/* The call table: from abi/syscalls.def to functions. */
#include <errno.h>

#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/ipc.h"
#include "rawposix/pidfd.h"
#include "rawposix/rawposix.h"

/* What Linux says to a program without privilege. */
static int64_t sys_refused(struct call *call)
{
	(void)call;
	return -EPERM;
}

#define SERVE_FULL(name)                   {.system = sys_##name}
#define SERVE_VIRTUAL(name)                {.system = sys_##name}
#define SERVE_REFUSED(name)                {.system = sys_refused}
#define SERVE_MISSING(name)                {.system = NULL}
#define SYSCALL(number, name, status, ...) [number] = SERVE_##status(name),
const struct route_layer rawposix_routes[ROUTE_NUMBERS] = {
#include "abi/syscalls.def"
};

static void cage_gone(const struct cage *cage, bool told)
{
	if (told) {
		pidfd_cage_ended(cage);
		return;
	}
	semaphores_cage_ends(cage);
	segments_cage_ends();
}

void rawposix_start(void)
{
	cage_set_gone_hook(cage_gone);
}
