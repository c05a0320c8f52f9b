/* wait4, waitpid and waitid: which child they choose, what they leave behind, what they write, and their
 * errors. */
#include "roles.h"

#include <sys/resource.h>

static int play(const char *role)
{
	if (strcmp(role, "sleep") == 0) {
		ready();
		for (;;)
			pause();
	}
	wait_for_word();
	return atoi(role);
}

static void show_info(const siginfo_t *info, pid_t pid)
{
	static const char *const codes[] = {"?",       "exited",  "killed",   "dumped",
					    "trapped", "stopped", "continued"};

	printf("signal %d code %s status %d pid %s uid %s\n", info->si_signo,
	       info->si_code >= 0 && info->si_code < 7 ? codes[info->si_code] : "??", info->si_status,
	       info->si_pid == pid ? "right"
	       : info->si_pid      ? "wrong"
				   : "none",
	       info->si_uid == getuid() ? "right" : "wrong");
}

static void every_change_by_waitid(void)
{
	struct player player = start("sleep");
	struct rusage usage;
	siginfo_t info;

	puts("-- waitid");
	wait_until_ready(&player);
	SHOW(waitid(P_PID, (id_t)player.pid, &info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG));
	show_info(&info, player.pid);
	kill(player.pid, SIGSTOP);
	SHOW(waitid(P_PID, (id_t)player.pid, &info, WSTOPPED | WNOWAIT));
	show_info(&info, player.pid);
	/* Asked for something else, it is not there. */
	SHOW(waitid(P_PID, (id_t)player.pid, &info, WEXITED | WCONTINUED | WNOHANG));
	show_info(&info, player.pid);
	SHOW(waitid(P_ALL, 0, &info, WSTOPPED));
	show_info(&info, player.pid);
	SHOW(waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG));
	show_info(&info, player.pid);
	kill(player.pid, SIGCONT);
	SHOW(waitid(P_PGID, 0, &info, WCONTINUED | WNOWAIT));
	show_info(&info, player.pid);
	SHOW(waitid(P_PGID, (id_t)getpgrp(), &info, WCONTINUED));
	show_info(&info, player.pid);
	SHOW(waitid(P_PGID, (id_t)getpgrp(), &info, WCONTINUED | WNOHANG));
	/* A change that nobody asked about is overtaken by the next. */
	kill(player.pid, SIGSTOP);
	SHOW(waitid(P_ALL, 0, &info, WSTOPPED | WNOWAIT));
	kill(player.pid, SIGKILL);
	SHOW(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT));
	show_info(&info, player.pid);
	SHOW(waitid(P_ALL, 0, &info, WSTOPPED | WCONTINUED | WNOHANG));
	show_info(&info, player.pid);
	memset(&usage, 0xff, sizeof usage);
	SHOW(waitid(P_ALL, 0, NULL, WEXITED));
	SHOW(waitid(P_ALL, 0, &info, WEXITED));
	show_info(&info, player.pid);
	dismiss(&player);
}

static void which(void)
{
	struct player one = start("1"), two = start_group("2"), three = start_group("3");
	int status = 7;

	puts("-- which");
	SHOW(waitpid(one.pid, &status, WNOHANG));
	SHOW(status);
	SHOW(waitpid(0, &status, WNOHANG));
	SHOW(waitpid(-two.pid, &status, WNOHANG));
	give_word(&three);
	SHOW(waitpid(-three.pid, &status, 0) == three.pid);
	show_status("third", status);
	SHOW(waitpid(-three.pid, &status, 0));
	SHOW(waitpid(three.pid, &status, 0));
	give_word(&two);
	siginfo_t info;
	SHOW(waitid(P_PGID, (id_t)two.pid, &info, WEXITED | WNOWAIT));
	/* Not in the caller's group. */
	SHOW(waitpid(0, &status, WNOHANG));
	SHOW(waitpid(-1, &status, 0) == two.pid);
	show_status("second", status);
	give_word(&one);
	SHOW(waitpid(0, &status, __WALL) == one.pid);
	show_status("first", status);
	SHOW(wait(&status));
	dismiss(&one);
	dismiss(&two);
	dismiss(&three);
}

/* Of several, the eldest. */
static void order(void)
{
	struct player players[4];
	int status;

	puts("-- order");
	for (int i = 0; i < 4; i++)
		players[i] = start((char *[]){"10", "11", "12", "13"}[i]);
	for (int i = 3; i >= 0; i--) {
		siginfo_t info;

		give_word(&players[i]);
		MUST(waitid(P_PID, (id_t)players[i].pid, &info, WEXITED | WNOWAIT) == 0);
	}
	for (int i = 0; i < 4; i++) {
		MUST(wait(&status) > 0);
		show_status("next", status);
		dismiss(&players[i]);
	}
}

static void errors(void)
{
	siginfo_t info;
	struct player player;
	int status;

	puts("-- errors");
	info.si_signo = 99;
	SHOW(waitid(P_ALL, 0, &info, WEXITED));
	SHOW(info.si_signo);
	SHOW(waitid(P_ALL, 0, &info, 0));
	SHOW(waitid(P_ALL, 0, &info, WNOHANG));
	SHOW(waitid(P_ALL, 0, &info, WEXITED | 0x100));
	SHOW(waitid(P_PID, 0, &info, WEXITED));
	SHOW(waitid(P_PID, (id_t)-1, &info, WEXITED));
	SHOW(waitid(P_PGID, (id_t)-1, &info, WEXITED));
	SHOW(waitid(P_PIDFD, (id_t)-1, &info, WEXITED));
	SHOW(waitid(P_PIDFD, 1000, &info, WEXITED));
	SHOW(waitid(P_PIDFD, 0, &info, WEXITED));
	SHOW(waitid((idtype_t)4, 0, &info, WEXITED));
	SHOW(waitpid(-1, &status, WEXITED));
	SHOW(waitpid(-1, &status, WNOWAIT));
	SHOW(waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED | __WALL));
	SHOW(waitpid((pid_t)0x80000000, &status, 0));
	player = start("0");
	/* No such kind of child. */
	SHOW(waitpid(-1, &status, __WCLONE | WNOHANG));
	SHOW(waitpid(-1, &status, __WALL | WNOHANG));
	give_word(&player);
	SHOW(waitpid(-1, (int *)16, 0));
	SHOW(waitpid(-1, &status, 0)); /* the child is gone all the same */
	dismiss(&player);
}

static void nothing(int number)
{
}

static void interrupted(void)
{
	struct sigaction action = {.sa_handler = nothing};
	struct player player = start("sleep");
	int status;

	puts("-- interrupted");
	wait_until_ready(&player);
	sigaction(SIGALRM, &action, NULL);
	ualarm(20000, 0);
	SHOW(waitpid(-1, &status, 0));
	action.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGCHLD, &action, NULL);
	ualarm(20000, 0);
	kill(player.pid, SIGKILL);
	SHOW(waitpid(-1, &status, 0) == player.pid);
	show_status("killed", status);
	signal(SIGCHLD, SIG_DFL);
	dismiss(&player);
}

static volatile sig_atomic_t told;

static void count(int number)
{
	told++;
}

static void no_zombies(void)
{
	struct sigaction action = {.sa_handler = count, .sa_flags = SA_NOCLDWAIT | SA_RESTART};
	struct player player;
	int status;

	puts("-- no zombies");
	sigaction(SIGCHLD, &action, NULL);
	player = start("4");
	give_word(&player);
	SHOW(waitpid(-1, &status, 0));
	SHOW(told);
	SHOW(kill(player.pid, 0));
	dismiss(&player);
	signal(SIGCHLD, SIG_IGN);
	player = start("sleep");
	wait_until_ready(&player);
	/* Who ignores the signal is told of stops all the same. */
	kill(player.pid, SIGSTOP);
	SHOW(waitpid(-1, &status, WUNTRACED) == player.pid);
	show_status("stopped", status);
	kill(player.pid, SIGKILL);
	SHOW(waitpid(-1, &status, 0));
	SHOW(told);
	dismiss(&player);
	signal(SIGCHLD, SIG_DFL);
}

static void usage(void)
{
	struct player player = start("6");
	struct rusage one, all;
	int status;

	puts("-- usage");
	give_word(&player);
	SHOW(wait4(player.pid, &status, 0, &one) == player.pid);
	getrusage(RUSAGE_CHILDREN, &all);
	SHOW(all.ru_utime.tv_sec > one.ru_utime.tv_sec ||
	     (all.ru_utime.tv_sec == one.ru_utime.tv_sec && all.ru_utime.tv_usec >= one.ru_utime.tv_usec));
	dismiss(&player);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return play(argv[1]);
	every_change_by_waitid();
	which();
	order();
	errors();
	interrupted();
	no_zombies();
	usage();
	return 0;
}
