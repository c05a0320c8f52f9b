/* A client's call goes on outwards: routed by the grate's own table, done to the client. */
#include "grate.h"

/* What make_threei_call64 of libc comes to, without its way there: forwarding is what a grate does most, and
 * each function on the way moves sixteen arguments. */
extern int64_t threei_call(uint64_t number, uint64_t self, uint64_t target, uint64_t a1, uint64_t c1,
			   uint64_t a2, uint64_t c2, uint64_t a3, uint64_t c3, uint64_t a4, uint64_t c4,
			   uint64_t a5, uint64_t c5, uint64_t a6, uint64_t c6)
	__attribute__((import_module("lind"), import_name("threei_call")));

int64_t grate_forward(struct grate_call *call)
{
	const uint64_t *a = call->argument, *c = call->cage;
	return threei_call(call->number, call->self, call->client, a[0], c[0], a[1], c[1], a[2], c[2], a[3],
			   c[3], a[4], c[4], a[5], c[5]);
}
