/* A grate as they are written for 3i itself: main forks, the child registers its parent's handlers for itself
 * and executes the rest of the command line. What it does with its clients' forks is its first argument:
 *   forward   nothing
 *   refuse    they get EPERM
 *   change    they see 77777 where the child's id was
 *   mark      the child, before it runs, is given a handler of getuid that answers 4711
 *   twice     a second one is asked for, which must not be had
 *   kill      the child is killed before it runs
 *   own       the handler itself forks, and waits for that child */
#include <errno.h>
#include <lind_syscall.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *mode;
static int second, own_status;

#define ARGUMENTS                                                                                            \
	uint64_t self, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3, uint64_t c3,         \
		uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6, uint64_t c6

static int getuid_handler(ARGUMENTS)
{
	(void)self, (void)a1, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;
	(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;
	return 4711;
}

static int fork_here(void)
{
	int status = 0;
	pid_t pid = fork();
	if (pid == 0)
		_exit(29);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int clone_handler(ARGUMENTS)
{
	if (strcmp(mode, "refuse") == 0)
		return -EPERM;
	if (strcmp(mode, "own") == 0)
		own_status = fork_here();
	int id = make_threei_call(SYS_clone, 0, self, c1, a1, c1, a2, c2, a3, c3, a4, c4, a5, c5, a6, c6,
				  TRANSLATE_ERRNO_OFF);
	if (id > 0 && strcmp(mode, "change") == 0)
		return 77777;
	if (id > 0 && strcmp(mode, "mark") == 0 &&
	    register_handler((uint64_t)id, SYS_getuid, self, (uintptr_t)getuid_handler) != 0)
		return -EIO;
	if (id > 0 && strcmp(mode, "kill") == 0)
		kill(id, SIGKILL);
	if (strcmp(mode, "twice") == 0)
		second = make_threei_call(SYS_clone, 0, self, c1, a1, c1, a2, c2, a3, c3, a4, c4, a5, c5, a6,
					  c6, TRANSLATE_ERRNO_OFF);
	return id;
}

int main(int argc, char **argv)
{
	int status = 0;
	if (argc < 3)
		return 125;
	mode = argv[1];
	pid_t grate = getpid(), pid = fork();
	if (pid == 0) {
		if (register_handler((uint64_t)getpid(), SYS_clone, (uint64_t)grate,
				     (uintptr_t)clone_handler) != 0)
			_exit(126);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 125;
	if (strcmp(mode, "twice") == 0)
		printf("second: %s\n", strerrorname_np(-second));
	if (strcmp(mode, "own") == 0)
		printf("the handler's child: %d\n", own_status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
