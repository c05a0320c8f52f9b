/* lind-test: once */
/* lind-test: timeout=300 */
/* Each system call of the table, with each argument that points somewhere pointing where nothing is, or where
 * only the beginning is. Nothing may be changed but by the call's leave, and nothing come to harm. */
#include "attack.h"

#include <sys/mman.h>

#include "abi/syscalls.h"

#define SYSCALL(number, name, status, flags, ...)                                                            \
	{number, CALL_##status,                                                                              \
	 flags,  sizeof(struct argument_description[]){__VA_ARGS__} / sizeof(struct argument_description),   \
	 #name,  {__VA_ARGS__}},
static const struct call_description table[] = {
#include "abi/syscalls.def"
};

/* A page that may be written to, behind it one that may only be read, behind that none. */
static unsigned char *area;
static int file;

static bool points(int kind)
{
	return kind == ARG_ADDRESS || kind == ARG_PATH || kind == ARG_BYTES || kind == ARG_STRINGS ||
	       kind == ARG_ENVIRONMENT || kind >= ARG_STAT;
}

/* Something without effect on others. */
static int64_t harmless(const struct call_description *row, unsigned index)
{
	switch (row->argument[index].kind) {
	case ARG_FD:
		return file;
	case ARG_DIRFD:
		return AT_FDCWD;
	case ARG_SIZE:
	case ARG_UNSIGNED:
		return 16;
	case ARG_INT:
		/* Process ids, mostly: nobody's. */
		return index == 0 && (strstr(row->name, "kill") || strstr(row->name, "queue") ||
				      strstr(row->name, "pgid"))
			       ? 0x3ffffff0
			       : 1;
	case ARG_SIGNAL:
		return 0;
	default:
		return points(row->argument[index].kind) ? (int64_t)(uintptr_t)area : 0;
	}
}

/* Calls that only end or stop the caller, or others, as they should. */
static bool is_idle(const char *name)
{
	static const char *const idle[] = {"exit",  "exit_group", "pause", "rt_sigreturn", "vfork", "fork",
					   "clone", "kill",       "tkill", "tgkill",       "sync"};
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (strcmp(idle[i], name) == 0)
			return true;
	return false;
}

static void try_row(void *argument)
{
	const struct call_description *row = argument;
	static const uint64_t nowhere[] = {0,
					   1,
					   4095,
					   0xffffffff,
					   0xfffff000,
					   0xfffe0000,
					   0x80000000,
					   UINT64_C(0x100000000),
					   UINT64_C(0x7fffffffffff),
					   UINT64_MAX,
					   UINT64_C(0xffffffff00000000)};
	static const int64_t sizes[] = {1, 4096, 0x7fffffff, 0xffffffff, INT64_MAX, -1};
	for (unsigned which = 0; which < row->count; which++) {
		if (!points(row->argument[which].kind))
			continue;
		for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere + 3; i++)
			for (size_t j = 0;
			     j < (row->argument[which].length ? sizeof sizes / sizeof *sizes : 1); j++) {
				int64_t value[6];
				for (unsigned k = 0; k < 6; k++)
					value[k] = k < row->count ? harmless(row, k) : 0;
				/* The last byte of what may be written to, of what may be read, and the first
				 * of neither. */
				value[which] =
					i < sizeof nowhere / sizeof *nowhere
						? (int64_t)nowhere[i]
						: (int64_t)(uintptr_t)(area +
								       4096 * (i -
									       sizeof nowhere /
										       sizeof *nowhere +
									       1) -
								       (i + 1 <
									sizeof nowhere / sizeof *nowhere +
										3));
				if (row->argument[which].length)
					value[row->argument[which].length - 1] = sizes[j];
				syscall(row->number, value[0], value[1], value[2], value[3], value[4],
					value[5]);
			}
	}
	for (int at = 4096; at < 8192; at++)
		if (area[at] != 0x5a)
			escaped("%s writes to what may only be read", row->name);
}

int main(void)
{
	area = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	file = open("scratch", O_RDWR | O_CREAT, 0600);
	if (area == MAP_FAILED || file < 0)
		return 2;
	memset(area + 4096, 0x5a, 4096);
	mprotect(area + 4096, 4096, PROT_READ);
	munmap(area + 8192, 4096);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (!is_idle(table[i].name))
			apart(try_row, (void *)&table[i], 1);
	printf("%zu calls\n", sizeof table / sizeof *table);
	return end();
}
