/* A signal to the own process group, by every name that it has: to whoever started the program it may be any
 * number, 1 too. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static volatile sig_atomic_t came;

static void handler(int number)
{
	(void)number;
	came++;
}

/* SIGURG means nothing to those who are in the group and don't ask for it, as the test's driver. */
int main(void)
{
	int status;
	char c;
	int ready[2], release[2];
	pid_t member;

	signal(SIGURG, handler);
	SHOW(killpg(getpgrp(), 0));
	SHOW(killpg(getpgrp(), SIGURG));
	SHOW(came);
	SHOW(kill(-getpgrp(), SIGURG));
	SHOW(came);
	SHOW(kill(0, SIGURG));
	SHOW(came);

	/* The other members get it too. Both ends of a pipe tell that a child is in its group, and that it
	 * may look. */
	MUST(pipe(ready) == 0 && pipe(release) == 0);
	fflush(stdout);
	member = fork();
	MUST(member >= 0);
	if (member == 0) {
		came = 0;
		MUST(write(ready[1], "", 1) == 1);
		while (read(release[0], &c, 1) < 0 && errno == EINTR)
			continue;
		_exit(came);
	}
	MUST(read(ready[0], &c, 1) == 1);
	came = 0;
	SHOW(killpg(getpgrp(), SIGURG));
	SHOW(came);
	MUST(write(release[1], "", 1) == 1);
	MUST(waitpid(member, &status, 0) == member);
	SHOW(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	SHOW(waitpid(-getpgrp(), &status, WNOHANG));
	return 0;
}
