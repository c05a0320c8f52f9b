/* What /proc/self/status tells of signals: pending ones of thread and process, blocked, ignored and caught
 * ones. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static void handler(int number)
{
	(void)number;
}

/* Of the signals below only: whoever started the test may have ignored others. */
static void show(const char *when)
{
	const int of_interest[] = {SIGUSR1, SIGUSR2, SIGTERM, SIGALRM, SIGRTMIN + 3};
	char line[256];
	unsigned long long set;
	FILE *file = fopen("/proc/self/status", "r");
	puts(when);
	while (file && fgets(line, sizeof line, file))
		if ((strncmp(line, "Sig", 3) == 0 || strncmp(line, "Shd", 3) == 0) &&
		    sscanf(line, "%*[^:]: %llx", &set) == 1 && strlen(line) == 8 + 16 + 1) {
			printf("%.7s", line);
			for (int i = 0; i < 5; i++)
				printf(" %d", (int)(set >> (of_interest[i] - 1) & 1));
			puts("");
		}
	fclose(file);
}

int main(void)
{
	sigset_t set;
	show("at first");
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, handler);
	signal(SIGRTMIN + 3, handler);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	show("set");
	kill(getpid(), SIGTERM);
	pthread_kill(pthread_self(), SIGALRM);
	raise(SIGRTMIN + 3);
	show("sent");
	return 0;
}
