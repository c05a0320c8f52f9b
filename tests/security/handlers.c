/* Handlers that are not one's own to register, and some that are none. */
#include "attack.h"

#include <lind_syscall.h>

static int64_t evil(uint64_t cage, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3,
		    uint64_t c3, uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6, uint64_t c6)
{
	(void)cage, (void)a1, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;
	(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;
	return -EXDEV;
}

static void act_on(uint64_t id)
{
	uint64_t own = (uint64_t)getpid();
	if (register_handler(id, SYS_write, own, (uint64_t)(uintptr_t)evil) == 0 ||
	    register_handler(id, SYS_pread64, id, (uint64_t)(uintptr_t)evil) == 0 ||
	    register_handler(own, SYS_getuid, id, (uint64_t)(uintptr_t)evil) == 0 ||
	    register_handler(id, SYS_write, id, THREEI_DEREGISTER) == 0)
		escaped("a handler of cage %llu", (unsigned long long)id);
	if (copy_handler_table_to_cage(own, id) == 0 || copy_handler_table_to_cage(id, own) == 0)
		escaped("the table of cage %llu", (unsigned long long)id);
	if (make_threei_call(SYS_getpid, 0, id, id, 0, id, 0, id, 0, id, 0, id, 0, id, 0, id,
			     TRANSLATE_ERRNO_ON) >= 0 ||
	    make_threei_call(SYS_exit_group, 0, own, id, 7, id, 0, id, 0, id, 0, id, 0, id, 0, id,
			     TRANSLATE_ERRNO_ON) >= 0 ||
	    make_threei_call(SYS_close, 0, own, id, 1, id, 0, id, 0, id, 0, id, 0, id, 0, id,
			     TRANSLATE_ERRNO_ON) >= 0)
		escaped("a call as cage %llu", (unsigned long long)id);
}

/* One's own table leads to anything one likes, and only oneself is hurt. */
static void register_nonsense(void *function)
{
	uint64_t own = (uint64_t)getpid();
	if (register_handler(own, SYS_getuid, own, (uint64_t)(uintptr_t)function) == 0)
		syscall(SYS_getuid);
	register_handler(own, UINT64_MAX, own, (uint64_t)(uintptr_t)evil);
	register_handler(own, 0xffffffff, own, (uint64_t)(uintptr_t)evil);
	register_handler(own, 5000, own, (uint64_t)(uintptr_t)evil);
}

static void recurse(void *unused)
{
	(void)unused;
	uint64_t own = (uint64_t)getpid();
	for (int i = 0; i < 100000; i++)
		if (register_handler(own, SYS_getgid, own, (uint64_t)(uintptr_t)evil) < 0)
			break;
	for (int i = 0; i < 1000; i++)
		syscall(SYS_getgid);
}

int main(void)
{
	static const uintptr_t functions[] = {0,
					      1,
					      2,
					      3,
					      100,
					      100000,
					      0x7fffffff,
					      0x80000000,
					      0xfffffffe,
					      (uintptr_t)recurse,
					      (uintptr_t)fork};
	uint64_t own = (uint64_t)getpid();
	for (uint64_t id = 1; id < 12; id++)
		if (id != own)
			act_on(id);
	act_on(UINT64_MAX);
	act_on(UINT64_C(1) << 32 | 1);
	act_on(UINT64_C(0x100000000));
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		apart(register_nonsense, (void *)functions[i], 5);
	apart(recurse, NULL, 10);
	return end();
}
