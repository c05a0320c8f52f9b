/* Ten thousand children, one after another and eight at a time: each ends with the status that it was given.
 */
#include "stress.h"

enum { FORKS = 10000, AT_ONCE = 8 };

static void round_of_forks(void)
{
	int each = sized(FORKS) / AT_ONCE + 1;
	for (int i = 0; i < sized(FORKS) / 2; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(i & 0x7f);
		collect(pid, i & 0x7f);
	}
	for (int i = 0; i < each / 2; i++) {
		pid_t pid[AT_ONCE];
		for (int j = 0; j < AT_ONCE; j++) {
			pid[j] = fork();
			if (pid[j] == 0)
				_exit((i * AT_ONCE + j) & 0x7f);
		}
		for (int j = 0; j < AT_ONCE; j++)
			collect(pid[j], (i * AT_ONCE + j) & 0x7f);
	}
	no_child_left();
}

int main(int count, char **arguments)
{
	return stress(count, arguments, round_of_forks);
}
