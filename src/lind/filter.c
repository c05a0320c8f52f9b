/* From the table of host calls to a program of the kernel's packet filter.
 *
 * The program finds the call's number by bisection, then looks at arguments where a row asks for that. Calls
 * that are allowed whatever their arguments the kernel finds out beforehand, and does not run the program for
 * them. */
#include "lind/filter.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What headers may lack. */
#define PAGE_MAP_SCAN    0xc0606610U /* PAGEMAP_SCAN */
#define PR_SET_VMA_NAMES 0x53564d41U /* PR_SET_VMA, by which libc names memory */
#define IOPRIO_PROCESS   1           /* IOPRIO_WHO_PROCESS */
#define X32_CALLS        0x40000000U /* numbers from here on are another table's */

enum test { ANY, ONE_OF, WITHOUT, NOT_ALL, WITH, OWN, DOMAIN, ABSENT, FATAL };

struct row {
	uint32_t number;
	enum test test;
	uint32_t argument;
	size_t count;
	const uint32_t *values;
};

#define VALUES(...) ((const uint32_t[]){__VA_ARGS__})
#define ROW(name, test, argument, ...)                                                                       \
	{SYS_##name, test, argument, sizeof VALUES(__VA_ARGS__) / sizeof(uint32_t), VALUES(__VA_ARGS__)},
static const struct row table[] = {
#include "lind/host_calls.def"
};
#define ROWS (sizeof table / sizeof *table)

#define ALLOW       SECCOMP_RET_ALLOW
#define NOT_ALLOWED (SECCOMP_RET_ERRNO | EPERM)
#define NOT_THERE   (SECCOMP_RET_ERRNO | ENOSYS)

/* The program as it grows. */
struct program {
	struct sock_filter *out;
	size_t length, room;
	bool internet;
	uint32_t own;
};

static void add(struct program *program, uint16_t code, uint32_t value, size_t if_true, size_t if_false)
{
	if (program->length < program->room)
		program->out[program->length] =
			(struct sock_filter){code, (uint8_t)if_true, (uint8_t)if_false, value};
	program->length++;
}

static void add_return(struct program *program, uint32_t action)
{
	add(program, BPF_RET | BPF_K, action, 0, 0);
}

/* Goes on if the accumulator is one of the values. */
static void add_choice(struct program *program, const uint32_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(program, BPF_JMP | BPF_JEQ | BPF_K, values[i], count - i, 0);
	add_return(program, NOT_ALLOWED);
}

/* Goes on if what the row asks for holds. */
static void add_test(struct program *program, const struct row *row)
{
	const uint32_t own[] = {program->own, 0}, domains[] = {AF_UNIX, AF_INET, AF_INET6};
	if (row->test != ANY)
		add(program, BPF_LD | BPF_W | BPF_ABS,
		    (uint32_t)offsetof(struct seccomp_data, args) + row->argument * 8, 0, 0);
	switch (row->test) {
	case ANY:
		break;
	case ONE_OF:
		add_choice(program, row->values, row->count);
		break;
	case OWN:
		add_choice(program, own, 2);
		break;
	case DOMAIN:
		add_choice(program, domains, program->internet ? 3 : 1);
		break;
	case WITHOUT:
		add(program, BPF_JMP | BPF_JSET | BPF_K, row->values[0], 0, 1);
		add_return(program, NOT_ALLOWED);
		break;
	case NOT_ALL:
	case WITH:
		add(program, BPF_ALU | BPF_AND | BPF_K, row->values[0], 0, 0);
		add(program, BPF_JMP | BPF_JEQ | BPF_K, row->values[0], row->test == WITH, row->test != WITH);
		add_return(program, NOT_ALLOWED);
		break;
	case ABSENT:
		add_return(program, NOT_THERE);
		break;
	case FATAL:
		add_return(program, SECCOMP_RET_KILL_PROCESS);
		break;
	}
}

static int by_number(const void *a, const void *b)
{
	const struct row *one = a, *other = b;
	return (one->number > other->number) - (one->number < other->number);
}

/* Decides among sorted rows; the accumulator holds the number. */
static void add_search(struct program *program, const struct row *rows, size_t count)
{
	size_t middle = count / 2;
	while (middle < count && rows[middle].number == rows[0].number)
		middle++;
	while (middle > 1 && middle < count && rows[middle - 1].number == rows[middle].number)
		middle--;
	if (middle == count) { /* all of one call */
		add(program, BPF_JMP | BPF_JEQ | BPF_K, rows[0].number, 1, 0);
		add_return(program, NOT_THERE);
		for (size_t i = 0; i < count; i++)
			add_test(program, &rows[i]);
		add_return(program, ALLOW);
		return;
	}
	/* The upper half may be further than a conditional jump reaches. */
	size_t jump = program->length + 1;
	add(program, BPF_JMP | BPF_JGE | BPF_K, rows[middle].number, 0, 1);
	add(program, BPF_JMP | BPF_JA, 0, 0, 0);
	add_search(program, rows, middle);
	if (jump < program->room)
		program->out[jump].k = (uint32_t)(program->length - jump - 1);
	add_search(program, rows + middle, count - middle);
}

size_t filter_build(struct sock_filter *out, size_t room, bool internet, uint32_t own)
{
	struct program program = {.out = out, .room = room, .internet = internet, .own = own};
	struct row sorted[ROWS];
	for (size_t i = 0; i < ROWS; i++)
		sorted[i] = table[i];
	qsort(sorted, ROWS, sizeof *sorted, by_number);
	add(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	add(&program, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	add_return(&program, SECCOMP_RET_KILL_PROCESS);
	add(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	add(&program, BPF_JMP | BPF_JGE | BPF_K, X32_CALLS, 0, 1);
	add_return(&program, NOT_THERE);
	add_search(&program, sorted, ROWS);
	return program.length <= room ? program.length : 0;
}

int filter_install(bool internet)
{
	struct sock_filter code[FILTER_LONGEST];
	struct sock_fprog program = {.filter = code};
	program.len = (unsigned short)filter_build(code, FILTER_LONGEST, internet, (uint32_t)getpid());
	if (!program.len)
		return -E2BIG;
	/* Threads that a sanitizer has started are taken along. Kernels before 5.16 would otherwise make the
	 * whole process slower, against a kind of speculation that a filter of its own has no part in. */
	unsigned long flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	return result < 0 ? -errno : result > 0 ? -EBUSY : 0;
}
