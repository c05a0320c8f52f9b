/* A cage that handles its own calls: registering, again, away; numbers that are none; copies and their
 * errors. */
#include <errno.h>
#include <lind_syscall.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HANDLER(name, value)                                                                                 \
	static int64_t name(uint64_t cage, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3,  \
			    uint64_t c3, uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6,    \
			    uint64_t c6)                                                                     \
	{                                                                                                    \
		(void)cage, (void)a1, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;                      \
		(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;                                  \
		return value;                                                                                \
	}

HANDLER(one, 1001)
HANDLER(two, 1002)
HANDLER(large, INT64_C(0x123456789a))
HANDLER(fails, -EXDEV)
HANDLER(sum, (int64_t)(a1 + a2 + a3 + a4 + a5 + a6))
HANDLER(cages, c1 == cage && c6 == cage)

/* As existing Lind declares its handlers. */
static int narrow(uint64_t cage, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3, uint64_t c3,
		  uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6, uint64_t c6)
{
	(void)cage, (void)a1, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;
	(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;
	return -ENOTDIR;
}

/* Handlers may make calls, also the one that they handle: of their own table's, that is recursion. */
static int64_t deeper(uint64_t cage, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3,
		      uint64_t c3, uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6,
		      uint64_t c6)
{
	(void)cage, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;
	(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;
	return a1 ? 1 + syscall(3999, (int)a1 - 1, 0, 0, 0, 0, 0) : 0;
}

static uint64_t self;

static void show(const char *what, int64_t result)
{
	if (result == -1)
		result = -errno;
	if (result < 0 && result >= -4095)
		printf("%s: %s\n", what, strerrorname_np((int)-result));
	else
		printf("%s: %lld\n", what, (long long)result);
}

static int64_t call(uint64_t number)
{
	return make_threei_call64((uint32_t)number, 0, self, self, 1, self, 2, self, 3, self, 4, self, 5,
				  self, 6, self, TRANSLATE_ERRNO_OFF);
}

static int set(uint64_t number, void *handler)
{
	return register_handler(self, number, self, (uintptr_t)handler);
}

static void copies(void)
{
	char from[8] = "abcdefg", to[8] = "";
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t source = (uintptr_t)from, destination = (uintptr_t)to, page = (uintptr_t)pages;
	munmap(pages + 4096, 4096);
	show("copy bytes",
	     copy_data_between_cages(self, self, source, self, destination, self, 4, LIND_COPY_BYTES));
	show("they are there", !memcmp(to, "abcd\0", 5));
	show("copy a string",
	     copy_data_between_cages(self, self, source, self, destination, self, 8, LIND_COPY_STRING));
	show("it is there", !strcmp(to, from));
	show("a string without an end",
	     copy_data_between_cages(self, self, source, self, destination, self, 5, LIND_COPY_STRING) < 0);
	show("no bytes",
	     copy_data_between_cages(self, self, source, self, destination, self, 0, LIND_COPY_BYTES));
	show("up to the end of a page",
	     copy_data_between_cages(self, self, page + 4092, self, destination, self, 4, LIND_COPY_BYTES));
	show("one byte more",
	     copy_data_between_cages(self, self, page + 4092, self, destination, self, 5, LIND_COPY_BYTES));
	show("onto it",
	     copy_data_between_cages(self, self, source, self, page + 4092, self, 5, LIND_COPY_BYTES));
	show("from null",
	     copy_data_between_cages(self, self, 0, self, destination, self, 1, LIND_COPY_BYTES));
	show("more than all memory", copy_data_between_cages(self, self, source, self, destination, self,
							     UINT64_MAX, LIND_COPY_BYTES));
	show("another kind of copy",
	     copy_data_between_cages(self, self, source, self, destination, self, 1, 7));
	show("from a cage that is not there",
	     copy_data_between_cages(self, self, source, 1000000, destination, self, 1, 0));
}

int main(void)
{
	self = (uint64_t)getpid();
	show("nobody serves 3500", call(3500));
	show("register", set(3500, one));
	show("call", call(3500));
	show("register again", set(3500, two));
	show("call", call(3500));
	show("deregister", register_handler(self, 3500, self, THREEI_DEREGISTER));
	show("call", call(3500));
	show("deregister once more", register_handler(self, 3500, self, THREEI_DEREGISTER));
	set(3500, large);
	show("64 bits", call(3500));
	set(3500, fails);
	show("an error", call(3500));
	set(3500, sum);
	show("six arguments", call(3500));
	set(3500, cages);
	show("cages of arguments", call(3500));
	set(3500, narrow);
	show("a handler that returns int", call(3500));
	set(3999, deeper);
	show("recursion", syscall(3999, 20, 0, 0, 0, 0, 0));
	set(SYS_getppid, one);
	show("getppid", getppid());
	register_handler(self, SYS_getppid, self, THREEI_DEREGISTER);
	show("getppid has gone back", getppid() != 1001);
	show("a number too high", set(4000, one));
	show("a number far too high", set(INT64_MAX, one));
	show("no function", register_handler(self, 3501, self, 0));
	show("far from any function", register_handler(self, 3501, self, 0x7fffffff));
	show("a function of another type", register_handler(self, 3501, self, (uintptr_t)copies));
	show("call", call(3501));
	show("a call of a number too high", call(123456));
	show("a cage that is not there", register_handler(1000000, 3500, self, (uintptr_t)one));
	copies();
	return 0;
}
