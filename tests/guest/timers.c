/* timer_create and the three interval timers: signals, threads, overruns, what remains, CPU time, limits. */
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static volatile sig_atomic_t count;
static volatile int code, value;
static sem_t called;

static void handler(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	count++;
	code = info->si_code;
	value = info->si_value.sival_int;
}

static void thread_function(union sigval with)
{
	printf("called with %d, in another thread %d\n", with.sival_int, gettid() != getpid());
	sem_post(&called);
}

static void set(int number)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	MUST(sigaction(number, &action, NULL) == 0);
}

static const struct itimerspec none, soon = {.it_value = {0, 2000000}},
				     often = {.it_value = {0, 1000000}, .it_interval = {0, 1000000}},
				     far = {.it_value = {1000, 5}, .it_interval = {7, 8}};

static void spin(void)
{
	while (!count)
		;
}

static void intervals(void)
{
	static const int which[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
	static const int numbers[] = {SIGALRM, SIGVTALRM, SIGPROF};
	for (int i = 0; i < 3; i++) {
		struct itimerval timer = {{0, 2000}, {0, 2000}}, old;
		set(numbers[i]);
		count = 0;
		SHOW(setitimer(which[i], &timer, NULL));
		while (count < 5)
			;
		timer = (struct itimerval){0};
		SHOW(setitimer(which[i], &timer, &old));
		printf("%s: code %d, interval %d\n", sigabbrev_np(numbers[i]), code == SI_KERNEL,
		       (int)old.it_interval.tv_usec);
		SHOW(getitimer(which[i], &old));
		printf("%d %d\n", (int)old.it_value.tv_sec, (int)old.it_value.tv_usec);
	}
}

int main(int argument_count, char **arguments)
{
	timer_t timer, other;
	struct itimerspec left, absolute = {0};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3};

	if (argument_count > 1) {
		/* exec: timers of timer_create are gone, the interval timer is not. */
		struct itimerval real;
		SHOW(syscall(SYS_timer_getoverrun, 0));
		SHOW(getitimer(ITIMER_REAL, &real));
		printf("%d\n", real.it_value.tv_sec > 900);
		return 0;
	}
	intervals();

	set(SIGRTMIN + 3);
	set(SIGALRM);
	event.sigev_value.sival_int = 4711;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
	SHOW(timer_gettime(timer, &left));
	printf("%d %d\n", (int)left.it_value.tv_sec, (int)left.it_value.tv_nsec);
	count = 0;
	SHOW(timer_settime(timer, 0, &soon, NULL));
	spin();
	printf("code %d value %d\n", code == SI_TIMER, value);
	SHOW(timer_gettime(timer, &left));
	printf("%d %d\n", (int)left.it_value.tv_sec, (int)left.it_value.tv_nsec);
	SHOW(timer_settime(timer, 0, &far, NULL));
	SHOW(timer_settime(timer, 0, &none, &left));
	printf("%d, every %d.%d\n", left.it_value.tv_sec >= 999, (int)left.it_interval.tv_sec,
	       (int)left.it_interval.tv_nsec);

	/* While its signal is blocked, a timer counts; then there is one signal. */
	sigset_t block, old;
	sigemptyset(&block);
	sigaddset(&block, SIGRTMIN + 3);
	struct timespec pause = {0, 30000000};
	count = 0;
	sigprocmask(SIG_BLOCK, &block, &old);
	SHOW(timer_settime(timer, 0, &often, NULL));
	nanosleep(&pause, NULL);
	siginfo_t info;
	SHOW(sigwaitinfo(&block, &info) == SIGRTMIN + 3);
	printf("overrun %d, the same %d\n", info.si_overrun > 5, timer_getoverrun(timer) == info.si_overrun);
	printf("code %d value %d\n", info.si_code == SI_TIMER, info.si_value.sival_int);
	SHOW(timer_settime(timer, 0, &none, NULL));
	struct timespec at_once = {0};
	while (sigtimedwait(&block, NULL, &at_once) > 0)
		;
	sigprocmask(SIG_SETMASK, &old, NULL);

	/* Absolute times, one that is past too. */
	count = 0;
	clock_gettime(CLOCK_MONOTONIC, &absolute.it_value);
	absolute.it_value.tv_sec -= 1;
	SHOW(timer_settime(timer, TIMER_ABSTIME, &absolute, NULL));
	spin();
	count = 0;
	absolute.it_value.tv_sec += 1;
	absolute.it_value.tv_nsec += 2000000;
	if (absolute.it_value.tv_nsec >= 1000000000) {
		absolute.it_value.tv_nsec -= 1000000000;
		absolute.it_value.tv_sec++;
	}
	SHOW(timer_settime(timer, TIMER_ABSTIME, &absolute, NULL));
	spin();

	/* Without an event: SIGALRM, which carries the timer's id. */
	SHOW(timer_create(CLOCK_REALTIME, NULL, &other));
	count = 0;
	SHOW(timer_settime(other, 0, &soon, NULL));
	spin();
	printf("code %d\n", code == SI_TIMER);
	SHOW(timer_delete(other));

	static const clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_BOOTTIME};
	for (int i = 0; i < 3; i++) {
		SHOW(timer_create(clocks[i], &event, &other));
		count = 0;
		SHOW(timer_settime(other, 0, &soon, NULL));
		spin();
		SHOW(timer_delete(other));
	}

	event.sigev_notify = SIGEV_THREAD_ID;
	event._sigev_un._tid = gettid();
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &other));
	count = 0;
	SHOW(timer_settime(other, 0, &soon, NULL));
	spin();
	SHOW(timer_delete(other));

	event.sigev_notify = SIGEV_NONE;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &other));
	SHOW(timer_settime(other, 0, &far, NULL));
	SHOW(timer_gettime(other, &left));
	printf("%d\n", left.it_value.tv_sec >= 999);
	SHOW(timer_delete(other));

	sem_init(&called, 0, 0);
	struct sigevent thread_event = {.sigev_notify = SIGEV_THREAD};
	thread_event.sigev_notify_function = thread_function;
	thread_event.sigev_value.sival_int = 42;
	SHOW(timer_create(CLOCK_MONOTONIC, &thread_event, &other));
	SHOW(timer_settime(other, 0, &soon, NULL));
	while (sem_wait(&called) != 0)
		;
	SHOW(timer_delete(other));

	puts("errors");
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = 65;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &other));
	event.sigev_signo = SIGALRM;
	event.sigev_notify = 77;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &other));
	event.sigev_notify = SIGEV_THREAD_ID;
	event._sigev_un._tid = 99999999;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &other));
	event.sigev_notify = SIGEV_SIGNAL;
	SHOW(timer_create(77, &event, &other));
	SHOW(timer_create(CLOCK_MONOTONIC_COARSE, &event, &other));
	SHOW(timer_settime(timer, 0, &(struct itimerspec){.it_value = {0, 1000000000}}, NULL));
	SHOW(timer_settime(timer, 0, &(struct itimerspec){.it_value = {-1, 0}}, NULL));
	SHOW(syscall(SYS_timer_settime, 12345, 0, &soon, NULL));
	SHOW(syscall(SYS_timer_gettime, 12345, &left));
	SHOW(syscall(SYS_timer_getoverrun, -1));
	SHOW(syscall(SYS_timer_delete, 12345));
	SHOW(timer_delete(timer));

	SHOW(timer_create(CLOCK_MONOTONIC, NULL, &timer));
	struct itimerval real = {.it_value = {1000, 0}};
	SHOW(setitimer(ITIMER_REAL, &real, NULL));
	fflush(stdout);
	execve("/proc/self/exe", (char *[]){"timers", "executed", NULL}, environ);
	return 1;
}
