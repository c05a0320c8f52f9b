/* posix_spawn: arguments, environment, file actions in order, attributes, errors; spawnp along the PATH. */
/* lind-test: strace */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static const char *self;

/* What a child reports of itself. */
static int child(int argc, char **argv)
{
	printf("child:");
	for (int i = 0; i < argc; i++)
		printf(" <%s>", i ? argv[i] : "");
	printf(" A=%s", getenv("A") ? getenv("A") : "none");
	for (int fd = 0; fd < 12; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf(" %d", fd);
	sigset_t mask;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	struct sigaction action;
	sigaction(SIGUSR2, NULL, &action);
	printf(" blocked %d ignored %d leader %d\n", sigismember(&mask, SIGUSR1),
	       action.sa_handler == SIG_IGN, getpgrp() == getpid());
	return argc > 2 ? atoi(argv[2]) : 0;
}

static void run(const char *name, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, char **argv,
		char **envp)
{
	pid_t pid = -1;
	int status = 0;
	int error = posix_spawn(&pid, name, actions, attr, argv, envp);
	if (error) {
		printf("spawn: %s\n", error_name(error));
		return;
	}
	MUST(waitpid(pid, &status, 0) == pid);
	printf("exited %d with %d\n", WIFEXITED(status), WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return child(argc, argv);
	self = argv[0];
	char *plain[] = {"name", "child", NULL}, *status[] = {"name", "child", "42", NULL},
	     *odd[] = {"", "", "a b", "\xff", NULL};
	char *env[] = {"A=spawned", NULL};
	run(self, NULL, NULL, plain, environ);
	run(self, NULL, NULL, status, env);
	run(self, NULL, NULL, odd, (char *[]){NULL});
	run("./none", NULL, NULL, plain, environ);
	run(".", NULL, NULL, plain, environ);
	MUST(close(creat("text", 0644)) == 0);
	run("text", NULL, NULL, plain, environ);
	run("text/x", NULL, NULL, plain, environ);

	posix_spawn_file_actions_t actions;
	MUST(posix_spawn_file_actions_init(&actions) == 0);
	int fd = open("inherited", O_RDWR | O_CREAT, 0644),
	    closed = open("closed", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	run(self, NULL, NULL, plain, env);
	SHOW_ERROR(posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT | O_APPEND, 0640));
	SHOW_ERROR(posix_spawn_file_actions_adddup2(&actions, 1, 2));
	SHOW_ERROR(posix_spawn_file_actions_addclose(&actions, fd));
	SHOW_ERROR(posix_spawn_file_actions_adddup2(&actions, closed, 9));
	SHOW_ERROR(posix_spawn_file_actions_addclose(&actions, -1));
	run(self, &actions, NULL, plain, env);
	posix_spawn_file_actions_destroy(&actions);
	char text[200];
	FILE *f = fopen("out", "r");
	while (fgets(text, sizeof(text), f))
		printf("out: %s", text);
	fclose(f);

	MUST(mkdir("folder", 0755) == 0);
	posix_spawn_file_actions_init(&actions);
	SHOW_ERROR(posix_spawn_file_actions_addchdir_np(&actions, "folder"));
	SHOW_ERROR(
		posix_spawn_file_actions_addopen(&actions, 7, "created-in-folder", O_WRONLY | O_CREAT, 0600));
	char up[1000];
	snprintf(up, sizeof(up), "../%s", self);
	run(up, &actions, NULL, plain, env);
	SHOW(access("folder/created-in-folder", F_OK));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 5, "none/none", O_RDONLY, 0);
	run(self, &actions, NULL, plain, env);
	posix_spawn_file_actions_destroy(&actions);

	posix_spawnattr_t attr;
	sigset_t set;
	MUST(posix_spawnattr_init(&attr) == 0);
	signal(SIGUSR2, SIG_IGN);
	run(self, NULL, NULL, plain, env);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	SHOW_ERROR(posix_spawnattr_setsigmask(&attr, &set));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	SHOW_ERROR(posix_spawnattr_setsigdefault(&attr, &set));
	SHOW_ERROR(posix_spawnattr_setpgroup(&attr, 0));
	SHOW_ERROR(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
							   POSIX_SPAWN_SETPGROUP));
	run(self, NULL, &attr, plain, env);
	SHOW_ERROR(posix_spawnattr_setflags(&attr, 0x4000));
	posix_spawnattr_destroy(&attr);

	pid_t pid;
	int result;
	SHOW_ERROR(posix_spawnp(&pid, "sh-that-is-not-there", NULL, NULL, plain, environ));
	SHOW_ERROR(posix_spawnp(&pid, "true", NULL, NULL, (char *[]){"true", NULL}, environ));
	SHOW(waitpid(pid, &result, 0) == pid);
	SHOW(result);
	return 0;
}
