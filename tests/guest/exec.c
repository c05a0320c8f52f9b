/* exec in all its forms: scripts with #!, environment, what survives and what doesn't, errors. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	MUST(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0 &&
	     chmod(path, mode) == 0);
}

static void handler(int n)
{
	(void)n;
}

/* Each stage is the same program after another exec. */
static int stage(int argc, char **argv)
{
	const char *name = argv[1];
	if (argc > 2 && strcmp(argv[1], "scripted argument") == 0)
		name = "script";
	printf("stage %s, %d arguments, A=%s B=%s\n", name, argc, getenv("A") ? getenv("A") : "none",
	       getenv("B") ? getenv("B") : "none");
	for (int i = 2; i < argc; i++)
		printf("  <%s>\n", argv[i]);
	sigset_t mask, pending;
	struct sigaction usr1, usr2;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	sigpending(&pending);
	sigaction(SIGUSR1, NULL, &usr1);
	sigaction(SIGUSR2, NULL, &usr2);
	printf("  kept fd %d, closed fd %d, blocked %d pending %d, handler gone %d, ignored stays %d\n",
	       fcntl(10, F_GETFD), fcntl(11, F_GETFD), sigismember(&mask, SIGHUP),
	       sigismember(&pending, SIGHUP), usr1.sa_handler == SIG_DFL, usr2.sa_handler == SIG_IGN);
	char up[1000];
	if (strcmp(name, "one") == 0) {
		execl("./exec", "exec", "two", "with execl", NULL);
	} else if (strcmp(name, "two") == 0) {
		execle("./exec", "exec", "three", NULL, (char *[]){"B=execle", NULL});
	} else if (strcmp(name, "three") == 0) {
		MUST(getcwd(up, sizeof(up)));
		setenv("PATH", up, 1);
		execlp("exec", "exec", "four", NULL);
	} else if (strcmp(name, "four") == 0) {
		setenv("PATH", "none:.:/usr/bin", 1);
		execvp("exec", (char *[]){"exec", "five", "with execvp", NULL});
	} else if (strcmp(name, "five") == 0) {
		MUST(mkdir("moved", 0755) == 0 && chdir("moved") == 0);
		execvpe("../exec", (char *[]){"exec", "six", NULL}, (char *[]){"A=execvpe", NULL});
	} else if (strcmp(name, "six") == 0) {
		int fd = open("../exec", O_RDONLY | O_CLOEXEC);
		fexecve(fd, (char *[]){"exec", "seven", NULL}, environ);
	} else if (strcmp(name, "seven") == 0) {
		MUST(chdir("..") == 0);
		write_file("script", "#! ./exec scripted argument\n", 0755);
		execl("./script", "ignored name", "passed on", NULL);
	} else if (strcmp(name, "script") == 0) {
		puts("the end");
		return 0;
	}
	printf("exec failed: %s\n", error_name(errno));
	return 1;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return stage(argc, argv);
	char *args[] = {"x", NULL};
	write_file("text", "no program\n", 0755);
	write_file("empty", "", 0755);
	write_file("closed", "#!/bin/true\n", 0644);
	write_file("lost", "#!./not-there\n", 0755);
	write_file("endless", "#!./endless\n", 0755);
	write_file("bare", "#!\n", 0755);
	MUST(mkdir("folder", 0755) == 0 && symlink("loop", "loop") == 0);
	SHOW(execve("none", args, environ));
	SHOW(execve("", args, environ));
	SHOW(execve("text", args, environ));
	SHOW(execve("empty", args, environ));
	SHOW(execve("closed", args, environ));
	SHOW(execve("lost", args, environ));
	SHOW(execve("endless", args, environ));
	SHOW(execve("bare", args, environ));
	SHOW(execve("folder", args, environ));
	SHOW(execve("text/x", args, environ));
	SHOW(execve("loop", args, environ));
	SHOW(execve((char *)8, args, environ));
	SHOW(execve("./exec", (char **)8, environ));
	SHOW(execve("./exec", (char *[]){"x", (char *)8, NULL}, environ));
	/* A descriptor that is none matters only to a path that begins there. */
	SHOW(execveat(99, "none", args, environ, 0));
	SHOW(execveat(99, "/none", args, environ, 0));
	SHOW(execveat(99, "", args, environ, 0));
	SHOW(execveat(99, "", args, environ, AT_EMPTY_PATH));
	SHOW(execvp("none-such", args));
	SHOW(execvp("folder", args));
	char *big = malloc(3 << 20);
	memset(big, 'b', 3 << 20);
	big[(3 << 20) - 1] = 0;
	SHOW(execve("./exec", (char *[]){"x", big, NULL}, environ));
	free(big);

	MUST(dup2(1, 10) == 10 && dup3(1, 11, O_CLOEXEC) == 11);
	signal(SIGUSR1, handler);
	signal(SIGUSR2, SIG_IGN);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	raise(SIGHUP);
	setenv("A", "kept", 1);
	execv("./exec", (char *[]){"exec", "one", "", "two words", NULL});
	printf("exec failed: %s\n", error_name(errno));
	return 1;
}
