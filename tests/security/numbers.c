/* lind-test: once */
/* lind-test: timeout=120 */
/* System calls that don't exist, and any with arguments of chance; the chance is the same at each run. */
#include "attack.h"

static uint64_t state = 88172645463325252u;

static uint64_t chance(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static int64_t any(void)
{
	static const int64_t odd[] = {0,    1,         2,         3,          16,        4096,     -1,
				      -100, INT32_MIN, INT32_MAX, UINT32_MAX, INT64_MIN, INT64_MAX};
	static char text[64] = "/proc/self/fd/1";
	switch (chance() % 4) {
	case 0:
		return (int64_t)chance();
	case 1:
		return (int64_t)(uintptr_t)text;
	default:
		return odd[chance() % (sizeof odd / sizeof *odd)];
	}
}

/* Not those that signal or limit others of this user, as they may. */
static bool reaches_others(int64_t number)
{
	static const int calls[] = {SYS_kill,
				    SYS_tkill,
				    SYS_tgkill,
				    SYS_rt_sigqueueinfo,
				    SYS_rt_tgsigqueueinfo,
				    SYS_pidfd_send_signal,
				    SYS_setpriority};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (number == calls[i])
			return true;
	return false;
}

static void try_some(void *seed)
{
	state += (uintptr_t)seed * UINT64_C(0x9e3779b97f4a7c15);
	/* What it writes is for nobody. */
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	for (int i = 0; i < 300; i++) {
		int64_t number = (int64_t)(chance() % 460);
		if (!reaches_others(number) && number != SYS_exit && number != SYS_exit_group &&
		    number != SYS_pause)
			syscall((long)number, any(), any(), any(), any(), any(), any());
	}
}

static void try_number(void *number)
{
	if (syscall((long)(uintptr_t)number, 1, 2, 3, 4, 5, 6) != -1 || errno != ENOSYS)
		escaped("there is a system call %ld", (long)(uintptr_t)number);
}

int main(void)
{
	static const long absent[] = {-1,   500,   999,        1000,       1004,       2000,
				      4096, 65536, 0x40000000, 0x40000001, 0x7fffffff, (long)0x80000000};
	for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
		apart(try_number, (void *)absent[i], 1);
	for (uintptr_t seed = 1; seed <= 60; seed++)
		apart(try_some, (void *)seed, 1);
	return end();
}
