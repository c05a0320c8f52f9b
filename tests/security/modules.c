/* lind-test: once */
/* lind-test: timeout=200 */
/* Programs that no compiler made: a good one with some bytes changed, cut short, with sizes of chance. Each
 * is refused, or runs in its cage. */
#include "attack.h"

#include <sys/stat.h>

static uint64_t state = 88172645463325252u;

static uint64_t chance(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static void run(void *name)
{
	char *const arguments[] = {name, NULL};
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	execv(name, arguments);
	_exit(0);
}

/* Programs are compiled before they run: large ones would take all the time. */
static unsigned char program[1 << 20];

int main(void)
{
	/* A module that is valid and holds little: exports nothing that it needs. */
	static const unsigned char small[] = {0,   'a', 's', 'm', 1, 0, 0,  0,  1, 4, 1,   0x60,
					      0,   0,   3,   2,   1, 0, 7,  10, 1, 6, '_', 's',
					      't', 'a', 'r', 't', 0, 0, 10, 4,  1, 2, 0,   11};
	int from = open("/proc/self/exe", O_RDONLY);
	ssize_t length = read(from, program, sizeof program);
	if (length <= 0)
		return 2;
	for (int i = 0; i < 40; i++) {
		static unsigned char changed[sizeof program];
		size_t size = i % 2 ? sizeof small : (size_t)length;
		memcpy(changed, i % 2 ? small : program, size);
		for (unsigned count = (unsigned)(chance() % 4) + (i % 4 != 0), at = 0; at < count; at++)
			/* The first sections, which say what there is, more often than the code. */
			changed[chance() % (chance() % 2 && size > 2048 ? 2048 : size)] =
				(unsigned char)chance();
		if (i % 5 == 0)
			size = chance() % size;
		int fd = open("changed", O_WRONLY | O_CREAT | O_TRUNC, 0700);
		if (write(fd, changed, size) != (ssize_t)size)
			return 2;
		close(fd);
		apart(run, "changed", 5);
	}
	return end();
}
