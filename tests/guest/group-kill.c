/* A signal for a process group ends all of it at once: none learns of another's end before its own. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 150, WAITERS = 3 };

int main(void)
{
	int ready[2], told[2], status, sum = 0;
	char bytes[64];
	MUST(pipe(ready) == 0 && pipe(told) == 0);
	for (int round = 0; round < ROUNDS; round++) {
		pid_t leader = fork();
		if (leader == 0) {
			setpgid(0, 0);
			/* Each but the last waits for the one that it made. */
			for (int i = 0; i < WAITERS; i++) {
				pid_t pid = fork();
				if (pid > 0) {
					waitpid(pid, &status, 0);
					_exit(write(told[1], "w", 1) == 1);
				}
			}
			MUST(write(ready[1], "r", 1) == 1);
			for (;;)
				pause();
		}
		MUST(read(ready[0], bytes, 1) == 1);
		MUST(kill(-leader, round % 3 == 0 ? SIGTERM : SIGKILL) == 0);
		MUST(waitpid(leader, &status, 0) == leader);
		sum += WIFSIGNALED(status);
	}
	printf("ended by the signal: %d\n", sum);
	close(told[1]);
	int others = 0;
	for (ssize_t length; (length = read(told[0], bytes, sizeof bytes)) > 0;)
		others += (int)length;
	printf("told of another's end: %d\n", others);
	return 0;
}
