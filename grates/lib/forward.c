/* A client's call goes on outwards: routed by the grate's own table, done to the client. */
#include "grate.h"

#include <lind_syscall.h>

int64_t grate_forward(struct grate_call *call)
{
	const uint64_t *a = call->argument, *c = call->cage;
	return make_threei_call64((uint32_t)call->number, 0, call->self, call->client, a[0], c[0], a[1], c[1],
				  a[2], c[2], a[3], c[3], a[4], c[4], a[5], c[5], TRANSLATE_ERRNO_OFF);
}
