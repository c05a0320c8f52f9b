/* A client that tries to shed its grate, and tells how each way ends (rule 3 of docs/3i.md). geteuid is what
 * its grate handles. */
#include <errno.h>
#include <lind_syscall.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t handler(uint64_t cage, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3,
		       uint64_t c3, uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6,
		       uint64_t c6)
{
	(void)cage, (void)a1, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;
	(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;
	return 4711;
}

static int64_t call(uint64_t number, uint64_t self, uint64_t target)
{
	return make_threei_call64((uint32_t)number, 0, self, target, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				  TRANSLATE_ERRNO_OFF);
}

static void show(const char *what, int64_t result)
{
	if (result == -1)
		result = -errno;
	if (result < 0 && result >= -4095)
		printf("%s: %s\n", what, strerrorname_np((int)-result));
	else
		printf("%s: %lld\n", what, (long long)result);
}

int main(void)
{
	uint64_t self = (uint64_t)getpid(), grate = (uint64_t)getppid();
	uint64_t function = (uintptr_t)handler;
	char byte = 'x';
	show("geteuid", geteuid());
	show("the grate's table onto my own", copy_handler_table_to_cage(grate, self));
	show("my table onto the grate's", copy_handler_table_to_cage(self, grate));
	show("my own table onto itself", copy_handler_table_to_cage(self, self));
	show("a call through the grate's table", call(SYS_geteuid, grate, self));
	show("a call done to the grate", call(SYS_geteuid, self, grate));
	show("a handler in the grate's table", register_handler(grate, SYS_geteuid, self, function));
	show("a handler of the grate's in mine", register_handler(self, SYS_geteuid, grate, function));
	show("taking the grate's handler away",
	     register_handler(self, SYS_geteuid, grate, THREEI_DEREGISTER));
	show("taking away what I don't have", register_handler(self, SYS_geteuid, self, THREEI_DEREGISTER));
	show("reading the grate's memory",
	     copy_data_between_cages(self, self, 4096, grate, (uintptr_t)&byte, self, 1, 0));
	show("writing the grate's memory",
	     copy_data_between_cages(self, self, (uintptr_t)&byte, self, 4096, grate, 1, 0));
	show("geteuid", geteuid());
	show("a handler of my own", register_handler(self, SYS_geteuid, self, function));
	show("geteuid", geteuid());
	show("taking it away", register_handler(self, SYS_geteuid, self, THREEI_DEREGISTER));
	show("geteuid", geteuid());
	return 0;
}
