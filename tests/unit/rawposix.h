/* System calls without the rest of the runtime: one cage with one thread and 16 pages of memory, and just
 * enough of the cage room for RawPOSIX to link. Each test that includes this file gets its own. */
#ifndef LIND_TESTS_UNIT_RAWPOSIX_H
#define LIND_TESTS_UNIT_RAWPOSIX_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/guest.h"
#include "abi/layout.h"
#include "cage/cage.h"
#include "rawposix/calls.h"

#define CAGE_ID 7u
#define GUEST   UINT32_C(0x10000) /* where its memory starts … */
#define END     UINT32_C(0x20000) /* … and ends */

static struct guest_memory guest;
static struct thread thread;
static struct cage cage;
static int signals_sent[SIGNAL_COUNT + 1];

const struct guest_memory *call_memory(struct call *call, unsigned index)
{
	(void)call;
	(void)index;
	return &guest;
}

struct thread *thread_for(struct thread *of, const struct cage *in)
{
	return of->cage == in ? of : NULL;
}

struct cage *cage_get(uint64_t id)
{
	return id == CAGE_ID ? &cage : NULL;
}

struct cage *cage_ref(struct cage *counted)
{
	return counted;
}

void cage_unref(struct cage *counted)
{
	(void)counted;
}

int signal_send_cage(struct cage *to, const struct signal_info *info)
{
	(void)to;
	signals_sent[info->number]++;
	return 0;
}

int signal_send_thread(struct cage *to, uint32_t id, const struct signal_info *info)
{
	(void)id;
	return signal_send_cage(to, info);
}

void usage_thread(struct rusage *usage)
{
	getrusage(RUSAGE_THREAD, usage);
}

/* Makes a call with up to six arguments. */
static int64_t make_call(route_system *function, const uint64_t argument[CALL_ARGUMENTS])
{
	struct call call = {.thread = &thread, .cage = &cage};
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		call.argument[i] = argument[i];
		call.argument_cage[i] = CAGE_ID;
	}
	return function(&call);
}
#define CALL(name, ...) make_call(sys_##name, (const uint64_t[CALL_ARGUMENTS]){__VA_ARGS__})

/* Host pointer to a guest address. */
static inline void *at(uint32_t address)
{
	return guest.base + address;
}

static inline uint32_t word(uint32_t address)
{
	uint32_t value;
	memcpy(&value, at(address), sizeof value);
	return value;
}

static inline void put_word(uint32_t address, uint32_t value)
{
	memcpy(at(address), &value, sizeof value);
}

static inline void cage_start(void)
{
	guest.base = mmap(NULL, GUEST_SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(guest.base, MAP_FAILED);
	assert_int_equal(mprotect(at(GUEST), END - GUEST, PROT_READ | PROT_WRITE), 0);
	assert_int_equal(guest_faults_start(), 0);
	memset(&cage, 0, sizeof cage);
	memset(&thread, 0, sizeof thread);
	memset(signals_sent, 0, sizeof signals_sent);
	cage.id = CAGE_ID;
	cage.credentials = (struct cage_credentials){1000, 1000, 1000, 100, 100, 100};
	for (unsigned i = 0; i < RLIM_NLIMITS; i++)
		cage.limits[i] = (struct rlimit){64, 128};
	cage.threads = &thread;
	thread.cage = &cage;
	thread.id = CAGE_ID;
	thread.host = pthread_self();
}

static inline void cage_stop(void)
{
	munmap(guest.base, GUEST_SPACE);
}

#endif
