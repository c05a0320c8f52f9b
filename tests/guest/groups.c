/* Process groups and sessions: who may move whom, and what setsid, getsid and getpgid say. */
#include "roles.h"

static int play(const char *role)
{
	if (strcmp(role, "leader") == 0)
		MUST(setsid() == getpid());
	ready();
	wait_for_word();
	return 0;
}

/* A child made by fork that has not called exec. */
static pid_t fork_waiting(int release[2])
{
	pid_t pid;

	MUST(pipe(release) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		char c;

		close(release[1]);
		read(release[0], &c, 1);
		_exit(0);
	}
	close(release[0]);
	return pid;
}

static void in_child(void)
{
	pid_t own = getpid();

	/* Not its leader: what fork made is in its parent's group. */
	SHOW(getpgrp() == own);
	SHOW(setsid() == own);
	SHOW(getsid(0) == own);
	SHOW(getpgrp() == own);
	SHOW(setsid());
	SHOW(setpgid(0, 0));
	SHOW(setpgid(0, own));
	SHOW(setpgid(own, getppid()));
	SHOW(getsid(getppid()) == own);
	SHOW(tcgetpgrp(0));
}

int main(int argc, char **argv)
{
	int one_end[2], other_end[2], status;
	pid_t one, other, gone;
	struct player executed, leader;

	if (argc > 1)
		return play(argv[1]);
	one = fork_waiting(one_end);
	other = fork_waiting(other_end);
	SHOW(getpgid(one) == getpgrp());
	SHOW(getsid(one) == getsid(0));
	SHOW(setpgid(one, 0));
	SHOW(getpgid(one) == one);
	SHOW(setpgid(other, one));
	SHOW(getpgid(other) == one);
	SHOW(setpgid(other, other));
	SHOW(setpgid(other, one));
	SHOW(setpgid(one, getpgrp()));
	/* The group lives on without its first member. */
	SHOW(kill(-one, 0));
	SHOW(setpgid(one, one));
	SHOW(setpgid(one, -1));
	SHOW(setpgid(-1, one));
	SHOW(setpgid(one, 1 << 21));
	SHOW(getpgid(1 << 21));
	SHOW(getpgid(-1));
	SHOW(getsid(1 << 21));
	executed = start("plain");
	wait_until_ready(&executed);
	SHOW(setpgid(executed.pid, executed.pid));
	leader = start("leader");
	wait_until_ready(&leader);
	SHOW(setpgid(leader.pid, getpgrp()));
	SHOW(getsid(leader.pid) == leader.pid);
	SHOW(setpgid(other, leader.pid));
	close(other_end[1]);
	siginfo_t info;
	waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT);
	SHOW(getpgid(other) == one);
	SHOW(setpgid(other, getpgrp()));
	waitpid(other, &status, 0);
	SHOW(setpgid(other, getpgrp()));
	SHOW(getpgid(other));
	close(one_end[1]);
	waitpid(one, &status, 0);
	SHOW(kill(-one, 0));
	dismiss(&executed);
	dismiss(&leader);
	waitpid(executed.pid, &status, 0);
	waitpid(leader.pid, &status, 0);
	fflush(stdout);
	gone = fork();
	if (gone == 0) {
		in_child();
		_exit(0);
	}
	waitpid(gone, &status, 0);
	/* A signal to a group reaches that alone. */
	leader = start_group("plain");
	wait_until_ready(&leader);
	SHOW(kill(-leader.pid, SIGUSR1));
	await("another group", leader.pid);
	return 0;
}
