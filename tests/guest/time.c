/* Clocks and sleeping: they advance, they agree, they refuse what they should. */
#include "check.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(clockid_t clock)
{
	struct timespec t;
	MUST(clock_gettime(clock, &t) == 0);
	MUST(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void)
{
	static const clockid_t clocks[] = {
		CLOCK_REALTIME,         CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW,      CLOCK_REALTIME_COARSE,
		CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME,  CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
	struct timespec t;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(*clocks); i++) {
		long long a = now(clocks[i]), b = now(clocks[i]);
		printf("clock %d: %s resolution %d\n", (int)clocks[i], b >= a ? "advances" : "goes back",
		       clock_getres(clocks[i], &t) == 0 && t.tv_sec == 0 && t.tv_nsec > 0);
	}
	SHOW(clock_gettime(999, &t));
	SHOW(clock_getres(999, &t));
	/* Only one clock can be set, and natively the test may have the privilege: no time that it could be
	 * set to. */
	t = (struct timespec){1, 0};
	SHOW(clock_settime(CLOCK_MONOTONIC, &t));
	SHOW(clock_settime(CLOCK_PROCESS_CPUTIME_ID, &t));
	SHOW(clock_settime(999, &t));
	t = (struct timespec){-1, 0};
	SHOW(clock_settime(CLOCK_REALTIME, &t));
	SHOW(syscall(SYS_clock_gettime, CLOCK_REALTIME, 8));
	struct timeval v;
	SHOW(gettimeofday(&v, NULL));
	SHOW(llabs(v.tv_sec - (long long)time(NULL)) <= 1);
	time_t twice;
	SHOW(time(&twice) == twice);
	SHOW(v.tv_usec >= 0 && v.tv_usec < 1000000);
	SHOW(v.tv_sec > 1600000000);

	long long start = now(CLOCK_MONOTONIC);
	t = (struct timespec){0, 20000000};
	SHOW(nanosleep(&t, NULL));
	long long slept = now(CLOCK_MONOTONIC) - start;
	SHOW(slept >= 20000000 && slept < 5000000000);
	start = now(CLOCK_MONOTONIC);
	SHOW(usleep(10000));
	SHOW(now(CLOCK_MONOTONIC) - start >= 10000000);
	SHOW(sleep(0));
	t = (struct timespec){0, 1000000000};
	SHOW(nanosleep(&t, NULL));
	t = (struct timespec){-1, 0};
	SHOW(nanosleep(&t, NULL));
	SHOW(syscall(SYS_nanosleep, 8, NULL));
	MUST(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	long long until = now(CLOCK_MONOTONIC) + 15000000;
	t = (struct timespec){until / 1000000000, until % 1000000000};
	SHOW_ERROR(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
	SHOW(now(CLOCK_MONOTONIC) >= until);
	t = (struct timespec){1, 0};
	SHOW_ERROR(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
	SHOW_ERROR(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
	SHOW_ERROR(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &t, NULL));
	SHOW_ERROR(clock_nanosleep(999, 0, &t, NULL));

	long long cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	clock_t c = clock();
	volatile unsigned long long sum = 0;
	start = now(CLOCK_MONOTONIC);
	while (now(CLOCK_PROCESS_CPUTIME_ID) - cpu < 30000000 && now(CLOCK_MONOTONIC) - start < 10000000000)
		for (int i = 0; i < 10000; i++)
			sum += (unsigned)i;
	SHOW(now(CLOCK_PROCESS_CPUTIME_ID) - cpu >= 30000000);
	SHOW(clock() - c >= 20000);
	SHOW(CLOCKS_PER_SEC);
	struct tms usage;
	SHOW(times(&usage) != (clock_t)-1);
	SHOW(usage.tms_utime >= 1);
	SHOW(sysconf(_SC_CLK_TCK));
	clockid_t own;
	pid_t child;
	SHOW_ERROR(clock_getcpuclockid(0, &own));
	SHOW(clock_gettime(own, &t));
	child = fork();
	MUST(child >= 0);
	if (child == 0)
		for (;;)
			pause();
	SHOW_ERROR(clock_getcpuclockid(child, &own));
	SHOW(clock_getres(own, &t));
	SHOW(clock_gettime(own, &t));
	SHOW(t.tv_sec);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	SHOW_ERROR(clock_getcpuclockid(child, &own));
	SHOW(timespec_get(&t, TIME_UTC));
	return 0;
}
