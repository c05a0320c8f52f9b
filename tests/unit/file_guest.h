/* A guest for tests of the calls on files: the rooms above as far as these calls see them, and a folder for
 * it. */
#ifndef FILE_GUEST_H
#define FILE_GUEST_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cage/cage.h"
#include "cage/thread.h"
#include "rawposix/files.h"

/* -- the rooms above, as far as these calls see them -- */

static struct memory memory;
static struct cage cage = {.id = 1, .process_group = 1, .session = 1, .name = "test"};
static struct thread thread = {.cage = &cage, .id = 1};
static int signals_sent;

const struct guest_memory *call_memory(struct call *call, unsigned index)
{
	(void)call;
	(void)index;
	return &memory.guest;
}
struct thread *thread_for(struct thread *caller, const struct cage *target)
{
	(void)target;
	return caller;
}
int signal_send_thread(struct cage *target, uint32_t id, const struct signal_info *info)
{
	(void)target;
	(void)id;
	assert_int_equal(info->number, SIGPIPE);
	signals_sent++;
	return 0;
}
void signal_set_temporary(struct thread *of, signal_set blocked)
{
	of->signals.saved = of->signals.blocked;
	of->signals.restore_saved = true;
	of->signals.blocked = blocked;
}
void signal_set_blocked(struct thread *of, signal_set blocked)
{
	of->signals.blocked = blocked;
}
struct cage *cage_get(uint64_t id)
{
	return id == 1 ? &cage : NULL;
}
void cage_unref(struct cage *of)
{
	(void)of;
}
struct cage *cage_next(const struct cage *previous)
{
	return previous ? NULL : &cage;
}
struct memory *memory_ref(struct memory *of)
{
	return of;
}
void memory_unref(struct memory *of)
{
	(void)of;
}

/* -- a guest -- */

#define AREA 0x10000u
#define SIZE 0x100000u
static char *area; /* the host's address of AREA */
static char top[64];

/* Places a string at the `turn`-th of some places in the guest's memory. */
static uint64_t string(unsigned turn, const char *text)
{
	strcpy(area + turn * 8192, text);
	return AREA + turn * 8192;
}

#define OUT      (AREA + 0x80000u)
#define out_area (area + 0x80000u)

static int64_t make(int64_t (*function)(struct call *), uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		    uint64_t e, uint64_t f)
{
	struct call call = {.thread = &thread, .cage = &cage, .argument = {a, b, c, d, e, f}};
	return function(&call);
}
#define FIRST6(a, b, c, d, e, f, ...)                                                                        \
	(uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), (uint64_t)(e), (uint64_t)(f)
#define GUEST(name, ...) make(sys_##name, FIRST6(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0))

static int set_up(void **state)
{
	(void)state;
	char error[256], path[128];
	strcpy(top, "/tmp/file-calls-XXXXXX");
	assert_non_null(mkdtemp(top));
	memory.guest.base =
		mmap(NULL, GUEST_SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(memory.guest.base, MAP_FAILED);
	area = (char *)memory.guest.base + AREA;
	assert_return_code(mprotect(area, SIZE, PROT_READ | PROT_WRITE), errno);
	cage.memory = &memory;
	umask(0);
	snprintf(path, sizeof path, "%s/ours", top);
	assert_return_code(mkdir(path, 0755), errno);
	cage.space = file_space_new(path, false, error, sizeof error);
	assert_non_null(cage.space);
	snprintf(path, sizeof path, "%s/theirs", top);
	assert_return_code(mkdir(path, 0755), errno);
	assert_return_code(chdir(path), errno);
	cage.files = file_table_new();
	atomic_store(&thread.attention, 0);
	cage.limits[RLIMIT_NOFILE].rlim_cur = 1024;
	cage.limits[RLIMIT_FSIZE].rlim_cur = RLIM_INFINITY;
	umask(022); /* of the reference; the runtime's own is 0, which only the guest's mask then changes */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char command[128];
	file_table_free(cage.files);
	file_space_free(cage.space);
	munmap(memory.guest.base, GUEST_SPACE);
	assert_return_code(chdir("/"), errno);
	snprintf(command, sizeof command, "rm -rf %s", top);
	return system(command);
}

#endif
