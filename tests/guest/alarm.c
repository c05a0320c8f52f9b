/* alarm and the real-time interval timer: they interrupt calls that block, repeat, tell what is left, and end
 * a program without a handler. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

extern char **environ;
static volatile sig_atomic_t count;

static void handler(int number)
{
	(void)number;
	count++;
}

int main(int argument_count, char **arguments)
{
	struct sigaction action = {.sa_handler = handler};
	struct itimerval setting = {.it_value = {0, 20000}, .it_interval = {0, 10000}}, old;
	char *child_arguments[] = {"alarm", "die", NULL};
	int pipes[2], status;
	char byte;
	pid_t child;

	if (argument_count > 1) {
		setting.it_interval.tv_usec = 0;
		setitimer(ITIMER_REAL, &setting, NULL);
		for (;;)
			pause();
	}
	SHOW(alarm(0));
	SHOW(alarm(100));
	SHOW(alarm(0));
	SHOW(setitimer(77, &setting, NULL));
	SHOW(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 1000000}}, NULL));
	SHOW(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {-1, 0}}, NULL));
	SHOW(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {500, 7}, .it_interval = {3, 5}}, NULL));
	SHOW(setitimer(ITIMER_REAL, &(struct itimerval){0}, &old));
	printf("%d %d %d\n", old.it_value.tv_sec >= 499, (int)old.it_interval.tv_sec,
	       (int)old.it_interval.tv_usec);
	SHOW(setitimer(ITIMER_REAL, &(struct itimerval){.it_interval = {3, 5}}, NULL));
	SHOW(getitimer(ITIMER_REAL, &old));
	printf("%d %d\n", (int)old.it_value.tv_sec, (int)old.it_value.tv_usec);
	printf("%d %d\n", (int)old.it_interval.tv_sec, (int)old.it_interval.tv_usec);

	sigaction(SIGALRM, &action, NULL);
	SHOW(pipe(pipes));
	SHOW(setitimer(ITIMER_REAL, &setting, NULL));
	SHOW(read(pipes[0], &byte, 1));
	while (count < 5)
		pause();
	printf("it repeats\n");
	SHOW(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));

	/* Whoever sleeps until after the timer's end has had its signal. */
	setting = (struct itimerval){.it_value = {0, 2000}};
	count = 0;
	for (int i = 0; i < 20; i++) {
		struct timespec rest = {0, 2000000};

		setitimer(ITIMER_REAL, &setting, NULL);
		while (nanosleep(&rest, &rest) < 0 && errno == EINTR)
			continue;
		if (count != i + 1)
			break;
	}
	SHOW(count);

	SHOW(posix_spawn(&child, "/proc/self/exe", NULL, NULL, child_arguments, environ));
	SHOW(waitpid(child, &status, 0) == child);
	printf("ended by %s\n", WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "nothing");
	return 0;
}
