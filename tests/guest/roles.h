/*
 * Tests with several processes: each is the test's own program, started anew with its part in the play as
 * first argument. A process says that it has come so far by a byte on descriptor 3; who is to wait reads
 * descriptor 4.
 */
#ifndef ROLES_H
#define ROLES_H

#include "check.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct player {
	pid_t pid;
	int from; /* what it writes to 3 */
	int to;   /* what it reads from 4 */
};

/* `flags` and `group` as posix_spawnattr has them; further arguments of the role in `words`, NULL-terminated.
 */
static inline struct player start_player(char *role, char *const *words, int flags, pid_t group)
{
	char *arguments[8] = {"player", role};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int from[2], to[2];
	struct player player;

	for (int i = 0; words && words[i]; i++)
		arguments[2 + i] = words[i];
	MUST(pipe(from) == 0 && pipe(to) == 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, from[1], 100);
	posix_spawn_file_actions_adddup2(&actions, to[0], 101);
	posix_spawn_file_actions_adddup2(&actions, 100, 3);
	posix_spawn_file_actions_adddup2(&actions, 101, 4);
	posix_spawn_file_actions_addclosefrom_np(&actions, 5);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, (short)flags);
	posix_spawnattr_setpgroup(&attributes, group);
	MUST(posix_spawn(&player.pid, "/proc/self/exe", &actions, &attributes, arguments, environ) == 0);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(from[1]);
	close(to[0]);
	player.from = from[0];
	player.to = to[1];
	return player;
}

static inline struct player start(char *role)
{
	return start_player(role, NULL, 0, 0);
}

/* The same in a process group of its own. */
static inline struct player start_group(char *role)
{
	return start_player(role, NULL, POSIX_SPAWN_SETPGROUP, 0);
}

/* The player's side: "I am here", and waiting for the director's word. */
static inline void ready(void)
{
	MUST(write(3, "r", 1) == 1);
}

static inline void wait_for_word(void)
{
	char c;

	read(4, &c, 1);
}

/* The director's side. */
static inline void wait_until_ready(struct player *player)
{
	char c;

	MUST(read(player->from, &c, 1) == 1);
}

static inline void give_word(struct player *player)
{
	MUST(write(player->to, "w", 1) == 1);
}

static inline void dismiss(struct player *player)
{
	close(player->from);
	close(player->to);
}

static inline void show_status(const char *what, int status)
{
	printf("%s: ", what);
	if (WIFEXITED(status))
		printf("exited %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("ended by SIG%s\n", sigabbrev_np(WTERMSIG(status)));
	else if (WIFSTOPPED(status))
		printf("stopped by SIG%s\n", sigabbrev_np(WSTOPSIG(status)));
	else if (WIFCONTINUED(status))
		printf("continued %x\n", status);
}

/* Waits for the next thing that a child has to tell. */
static inline int await(const char *what, pid_t pid)
{
	int status = 0;

	MUST(waitpid(pid, &status, WUNTRACED | WCONTINUED) == pid);
	show_status(what, status);
	return status;
}

#endif
