/* A process group that nobody outside of it, but in its session, looks after: stop signals of terminals are
 * without effect on it, and when it becomes one while something in it is stopped, it is sent SIGHUP and
 * SIGCONT. */
#include "roles.h"

#include <sys/prctl.h>

static volatile sig_atomic_t seen[65];

static void note(int number)
{
	seen[number]++;
}

static int play(const char *role)
{
	if (strcmp(role, "stopped") == 0) {
		struct sigaction action = {.sa_handler = note};

		/* Both are there before either handler runs. */
		sigfillset(&action.sa_mask);
		sigaction(SIGHUP, &action, NULL);
		sigaction(SIGCONT, &action, NULL);
		ready();
		raise(SIGSTOP);
		while (!seen[SIGHUP] || !seen[SIGCONT])
			usleep(1000);
		/* Now it is an orphan's. */
		raise(SIGTSTP);
		raise(SIGTTIN);
		raise(SIGTTOU);
		return 1;
	}
	if (strcmp(role, "running") == 0) {
		pid_t parent = getppid();

		ready();
		while (getppid() == parent)
			usleep(1000);
		return 2;
	}
	if (strcmp(role, "dies") == 0) {
		ready();
		raise(SIGSTOP);
		return 3;
	}
	/* leader: of a session, whose child's group it alone keeps from being an orphan */
	MUST(setsid() == getpid());
	struct player player = start_group((char *)role + 7);
	wait_until_ready(&player);
	if (strcmp(role, "leader-running") != 0)
		await("leader", player.pid);
	return 4;
}

int main(int argc, char **argv)
{
	static char *const leaders[] = {"leader-stopped", "leader-running", "leader-dies"};
	int status;

	if (argc > 1)
		return play(argv[1]);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	for (int i = 0; i < 3; i++) {
		printf("-- %s\n", leaders[i]);
		await("leader", start(leaders[i]).pid);
		MUST(wait(&status) > 0);
		show_status("adopted", status);
	}
	return 0;
}
