/* Two thousand processes alive at once: each answers through a pipe, gets a signal, answers again, and ends
 * when told. */
#include <signal.h>

#include "stress.h"

enum { PROCESSES = 2000 };

static int answer[2], leave[2];

static void answers(int number)
{
	(void)number;
	MUST(write(answer[1], "s", 1) == 1);
}

static void child(void)
{
	char byte;
	signal(SIGUSR1, answers);
	close(leave[1]);
	MUST(write(answer[1], "a", 1) == 1);
	MUST(TEMP_FAILURE_RETRY(read(leave[0], &byte, 1)) == 0);
	_exit(7);
}

/* Takes `count` answers, all of this kind. */
static void expect(char kind, int count)
{
	char bytes[256];
	while (count > 0) {
		ssize_t length = read(answer[0], bytes, sizeof bytes);
		MUST(length > 0 && length <= count);
		for (ssize_t i = 0; i < length; i++)
			MUST(bytes[i] == kind);
		count -= (int)length;
	}
}

static void round_of_cages(void)
{
	int count = sized(PROCESSES);
	pid_t *all = malloc((size_t)count * sizeof *all);
	MUST(pipe(answer) == 0 && pipe(leave) == 0);
	for (int i = 0; i < count; i++) {
		all[i] = fork();
		if (all[i] == 0)
			child();
		MUST(all[i] > 0);
	}
	expect('a', count);
	for (int i = 0; i < count; i++)
		MUST(kill(all[i], SIGUSR1) == 0);
	expect('s', count);
	close(leave[0]);
	close(leave[1]);
	for (int i = 0; i < count; i++)
		collect(all[i], 7);
	close(answer[0]);
	close(answer[1]);
	free(all);
	no_child_left();
}

int main(int count, char **arguments)
{
	return stress(count, arguments, round_of_cages);
}
