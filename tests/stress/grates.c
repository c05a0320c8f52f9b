/* Grates that are killed, or stopped and continued, while they serve: their clients end by themselves, and
 * nobody is lost. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>

#include "stress.h"

enum { PAIRS = 300, AT_ONCE = 3 };

extern char **environ;
static char *self;
static unsigned seed = 1;

static void *calls(void *null)
{
	/* When the grate has ended, every call fails, and so does the loop. */
	for (;;) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) != 0)
			break;
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			break;
	}
	return null;
}

/* Two threads make calls until they fail. */
static int client(void)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, calls, NULL) == 0) {
		calls(NULL);
		pthread_join(thread, NULL);
	}
	_exit(0);
}

static pid_t start(void)
{
	char *const arguments[] = {"identity-grate", "--", self, "client", NULL};
	pid_t pid;
	MUST(posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environ) == 0);
	return pid;
}

static void trouble(pid_t grate)
{
	siginfo_t info;
	usleep((unsigned)rand_r(&seed) % 20000);
	for (unsigned i = (unsigned)rand_r(&seed) % 3; i; i--) {
		MUST(kill(grate, SIGSTOP) == 0);
		MUST(waitid(P_PID, (id_t)grate, &info, WSTOPPED) == 0 && info.si_pid == grate);
		if (rand_r(&seed) % 2)
			usleep((unsigned)rand_r(&seed) % 2000);
		if (i == 1 && rand_r(&seed) % 2)
			break; /* is killed while it is stopped */
		MUST(kill(grate, SIGCONT) == 0);
	}
	MUST(kill(grate, SIGKILL) == 0);
}

static void round_of_grates(void)
{
	int status;
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	for (int i = 0; i < sized(PAIRS); i += AT_ONCE) {
		pid_t grates[AT_ONCE];
		for (int j = 0; j < AT_ONCE; j++)
			grates[j] = start();
		for (int j = 0; j < AT_ONCE; j++)
			trouble(grates[j]);
		/* The clients are this process's now. */
		while (waitpid(-1, &status, 0) > 0)
			MUST(WIFSIGNALED(status) || WIFEXITED(status));
		MUST(errno == ECHILD);
	}
	no_child_left();
}

int main(int count, char **arguments)
{
	self = arguments[0];
	if (count == 2 && strcmp(arguments[1], "client") == 0)
		return client();
	return stress(count, arguments, round_of_grates);
}
