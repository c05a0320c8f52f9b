/* Who adopts the children of a process that ends: the nearest subreaper above it. And what the end of its
 * parent sends to a child. */
#include "roles.h"

#include <sys/prctl.h>

static volatile sig_atomic_t told;

static void count(int number)
{
	told++;
}

/* Waits until its parent is another one. */
static void await_adoption(pid_t old)
{
	while (getppid() == old)
		usleep(1000);
}

static int play(const char *role, char **words)
{
	if (strcmp(role, "grandchild") == 0) {
		pid_t old = atoi(words[0]), fresh = atoi(words[1]);

		ready();
		await_adoption(old);
		return getppid() == fresh ? 21 : 98;
	}
	if (strcmp(role, "zombie") == 0)
		return 22;
	if (strcmp(role, "child") == 0) {
		/* Leaves one that lives and one that has ended. */
		char own[16], parent[16];
		siginfo_t info;
		struct player one, two;

		sprintf(own, "%d", getpid());
		sprintf(parent, "%d", getppid());
		one = start_player("grandchild", (char *[]){own, parent, NULL}, 0, 0);
		two = start("zombie");
		wait_until_ready(&one);
		waitid(P_PID, (id_t)two.pid, &info, WEXITED | WNOWAIT);
		return 20;
	}
	if (strcmp(role, "between") == 0) {
		/* No subreaper itself: its grandchildren pass it by. */
		struct player player = start("child-of-child");
		int status;

		MUST(waitpid(player.pid, &status, 0) == player.pid);
		show_status("child of child", status);
		SHOW(waitpid(-1, &status, 0));
		return 23;
	}
	if (strcmp(role, "child-of-child") == 0) {
		struct player player = start("last");

		wait_until_ready(&player);
		return 24;
	}
	if (strcmp(role, "last") == 0) {
		pid_t old = getppid();

		ready();
		await_adoption(old);
		return 25;
	}
	if (strcmp(role, "leaves-one-to-die") == 0) {
		struct player player = start("dies-with-parent");

		wait_until_ready(&player);
		return 26;
	}
	if (strcmp(role, "dies-with-parent") == 0) {
		int number = -1;

		SHOW(prctl(PR_SET_PDEATHSIG, SIGUSR1));
		SHOW(prctl(PR_GET_PDEATHSIG, &number));
		SHOW(number);
		SHOW(prctl(PR_SET_PDEATHSIG, 65));
		ready();
		for (;;)
			pause();
	}
	return 99;
}

/* Two, in whatever order they end. */
static void wait_for_both(int one, int other)
{
	int status[2];

	MUST(wait(&status[0]) > 0 && wait(&status[1]) > 0);
	one <<= 8;
	other <<= 8;
	printf("adopted: %s\n",
	       (status[0] == one && status[1] == other) || (status[0] == other && status[1] == one)
		       ? "both"
		       : "others");
}

static void wait_for(const char *what)
{
	int status;

	MUST(wait(&status) > 0);
	show_status(what, status);
}

int main(int argc, char **argv)
{
	int is = -1;

	if (argc > 1)
		return play(argv[1], argv + 2);
	SHOW(prctl(PR_GET_CHILD_SUBREAPER, &is));
	SHOW(is);
	SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
	SHOW(prctl(PR_GET_CHILD_SUBREAPER, &is));
	SHOW(is);
	signal(SIGCHLD, count);
	await("child", start("child").pid);
	wait_for_both(21, 22);
	SHOW(told > 0);
	SHOW(wait(NULL));
	puts("--");
	await("between", start("between").pid);
	wait_for("adopted");
	SHOW(wait(NULL));
	puts("--");
	await("leaves one", start("leaves-one-to-die").pid);
	wait_for("adopted");
	SHOW(wait(NULL));
	puts("-- no zombies");
	signal(SIGCHLD, SIG_IGN);
	start("child");
	SHOW(wait(NULL));
	signal(SIGCHLD, SIG_DFL);
	return 0;
}
