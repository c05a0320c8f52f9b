/* 3i: calls between cages. What the guests' side of it means stands in docs/3i.md; this room carries it out.
 *
 * Rule 3 (authority) in one place: authority.c. A grate's handlers and the instances in which they run:
 * grate.c. */
#ifndef LIND_THREEI_THREEI_H
#define LIND_THREEI_THREEI_H

#include <stdbool.h>

#include "cage/cage.h"

#define THREEI_DEREGISTER   500
#define THREEI_ABORTED      UINT64_C(0xE0010001) /* ELINDAPIABORTED */
#define THREEI_NO_SUCH_CAGE UINT64_C(0xE0010002) /* ELINDESRCH */
#define THREEI_OWN_MEMORY                                                                                    \
	(UINT64_C(1) << 63) /* GRATE_MEMORY_FLAG: the pointer is in the calling grate's own memory */
#define THREEI_REGISTER_HANDLER 1001
#define THREEI_COPY_DATA        1002
#define THREEI_COPY_HANDLERS    1003

/* What becomes of a client's calls when the grate has ended: bits 32 and 33 of register_handler's third
 * argument, above the function's index. Bit 34 says that there is an index there even if it is
 * THREEI_DEREGISTER, which a program with many functions may have. */
#define THREEI_IS_FUNCTION (UINT64_C(1) << 34)
enum grate_exit { GRATE_EXIT_FAILS, GRATE_EXIT_KILLS, GRATE_EXIT_FALLS_THROUGH };

/* Once, before the first cage. `open`: existing Lind's unchecked behaviour (--3i=open). */
void threei_start(bool open);

/* engine_callbacks.threei_call: make_threei_call of `context`, a struct thread. */
enum engine_action threei_call(void *context, struct engine_value values[15]);

/* Rule 3. `subject` is the cage that a call is made by or, where a grate forwards its client's call, done to.
 */
/* Nothing is checked: --3i=open. */
bool authority_is_open(void);
/* The other cage's table may be changed and routed through, and calls may be done to it. */
bool authority_over(const struct cage *subject, const struct cage *cage);
/* Its memory may be read and written: also a client's whose call `thread` serves. */
bool authority_memory(const struct thread *thread, const struct cage *cage);
/* Cage `id` runs the same program in the subject's eyes (itself, or before exec its forker): its functions
 * may be registered, its table copied. */
bool authority_program(const struct cage *subject, uint64_t id);

int64_t sys_register_handler(struct call *call);
int64_t sys_copy_data_between_cages(struct call *call);
int64_t sys_copy_handler_table_to_cage(struct call *call);

#endif
