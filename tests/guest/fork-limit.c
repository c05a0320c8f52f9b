/* RLIMIT_NPROC: who may have no more processes gets EAGAIN, and goes on; root may. */
#include "check.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void *nothing(void *argument)
{
	return argument;
}

int main(void)
{
	struct rlimit limit;
	pthread_t thread;
	int expected = getuid() == 0 ? 0 : EAGAIN;
	MUST(getrlimit(RLIMIT_NPROC, &limit) == 0);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = 1;
	SHOW(setrlimit(RLIMIT_NPROC, &limit));
	pid_t pid = fork();
	int error = errno;
	if (pid == 0)
		_exit(0);
	SHOW(pid > 0 ? expected == 0 : error == expected);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	error = pthread_create(&thread, NULL, nothing, NULL);
	SHOW(error == expected);
	if (error == 0)
		pthread_join(thread, NULL);
	limit.rlim_cur = before;
	SHOW(setrlimit(RLIMIT_NPROC, &limit));
	pid = fork();
	if (pid == 0)
		_exit(pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0);
	int status;
	SHOW(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status));
	SHOW(wait(NULL));
	return 0;
}
