/* Programs that execute others again and again: chains of exec, from threads too, with others running beside;
 * spawn; pipes and standard streams go along. */
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>

#include "stress.h"

enum { CHAINS = 200, LENGTH = 10, AT_ONCE = 4 };

extern char **environ;
static char *self;

static void *spins(void *null)
{
	for (volatile unsigned i = 0;; i++)
		;
	return null;
}

static void *executes(void *count)
{
	execl(self, self, "link", count, (char *)0);
	MUST(!"executed");
	return NULL;
}

/* One of a chain: executes the next, now and then from another thread than the first and beside threads that
 * compute; the last one tells how it got there. */
static int a_link(char *text)
{
	char next[16];
	pthread_t thread;
	int left = atoi(text);
	if (left == 0)
		return write(1, "!", 1) == 1 ? 11 : 97;
	snprintf(next, sizeof next, "%d", left - 1);
	MUST(fcntl(100, F_GETFD) == -1); /* close-on-exec */
	MUST(dup2(1, 100) == 100 && fcntl(100, F_SETFD, FD_CLOEXEC) == 0);
	if (left % 3 == 0) {
		MUST(pthread_create(&thread, NULL, spins, NULL) == 0);
		MUST(pthread_create(&thread, NULL, spins, NULL) == 0);
	}
	if (left % 3 == 1) {
		MUST(pthread_create(&thread, NULL, executes, next) == 0);
		pthread_join(thread, NULL);
	}
	executes(next);
	return 96;
}

static pid_t start(int i, int out)
{
	char length[16];
	char *const arguments[] = {self, "link", length, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	snprintf(length, sizeof length, "%d", LENGTH);
	if (i % 2) {
		MUST(posix_spawn_file_actions_init(&actions) == 0);
		MUST(posix_spawn_file_actions_adddup2(&actions, out, 1) == 0);
		MUST(posix_spawn(&pid, self, &actions, NULL, arguments, environ) == 0);
		posix_spawn_file_actions_destroy(&actions);
		return pid;
	}
	pid = fork();
	if (pid == 0) {
		dup2(out, 1);
		execv(self, arguments);
		_exit(95);
	}
	return pid;
}

static void round_of_execs(void)
{
	char bytes[AT_ONCE + 1];
	for (int i = 0; i < sized(CHAINS); i++) {
		pid_t all[AT_ONCE];
		int ends[2], got = 0;
		MUST(pipe2(ends, O_CLOEXEC) == 0);
		for (int j = 0; j < AT_ONCE; j++)
			all[j] = start(i + j, ends[1]);
		close(ends[1]);
		for (ssize_t length; (length = read(ends[0], bytes, sizeof bytes)) > 0;)
			got += (int)length;
		MUST(got == AT_ONCE);
		for (int j = 0; j < AT_ONCE; j++)
			collect(all[j], 11);
		close(ends[0]);
	}
	no_child_left();
}

int main(int count, char **arguments)
{
	self = arguments[0];
	if (count == 3 && strcmp(arguments[1], "link") == 0)
		return a_link(arguments[2]);
	return stress(count, arguments, round_of_execs);
}
