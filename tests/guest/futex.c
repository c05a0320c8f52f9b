/* The system call itself: waiting, waking, moving waiters, bit sets, time limits, signals, and locks of
 * priority inheritance. */
#include "check.h"

#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

static unsigned first, second;

#define FUTEX(word, operation, value, time, other, third)                                                    \
	syscall(SYS_futex, word, operation, value, time, other, third)
#define SHOW_FUTEX(...) SHOW(FUTEX(__VA_ARGS__))

struct wait {
	pthread_t thread;
	unsigned *word;
	int operation;
	const struct timespec *time;
	unsigned *other;
	unsigned third;
	int result;
};

static void *wait_for(void *p)
{
	struct wait *wait = p;
	long result = FUTEX(wait->word, wait->operation, 0, wait->time, wait->other, wait->third);
	wait->result = result < 0 ? errno : (int)result;
	return NULL;
}

static void start(struct wait *wait)
{
	MUST(pthread_create(&wait->thread, NULL, wait_for, wait) == 0);
}

static const char *outcome(struct wait *wait)
{
	pthread_join(wait->thread, NULL);
	return error_name(wait->result);
}

/* Makes the call until it has found as many sleepers as there are. */
#define UNTIL(count, ...)                                                                                    \
	do {                                                                                                 \
		long found = 0;                                                                              \
		while (found < (count)) {                                                                    \
			long now = FUTEX(__VA_ARGS__);                                                       \
			MUST(now >= 0);                                                                      \
			found += now;                                                                        \
			usleep(100);                                                                         \
		}                                                                                            \
		printf("%s: %ld\n", #__VA_ARGS__, found);                                                    \
	} while (0)

static void waking(int private)
{
	struct wait wait[4];
	for (int i = 0; i < 4; i++) {
		wait[i] = (struct wait){.word = &first, .operation = FUTEX_WAIT | private};
		start(&wait[i]);
	}
	UNTIL(1, &first, FUTEX_WAKE | private, 1, 0, 0, 0);
	UNTIL(3, &first, FUTEX_WAKE | private, 100, 0, 0, 0);
	for (int i = 0; i < 4; i++)
		puts(outcome(&wait[i]));
	/* Bits that meet, and bits that don't. */
	for (int i = 0; i < 2; i++) {
		wait[i] = (struct wait){
			.word = &first, .operation = FUTEX_WAIT_BITSET | private, .third = 1u << i};
		start(&wait[i]);
	}
	UNTIL(1, &first, FUTEX_WAKE_BITSET | private, 100, 0, 0, 2);
	puts(outcome(&wait[1]));
	SHOW_FUTEX(&first, FUTEX_WAKE_BITSET | private, 100, 0, 0, 2);
	UNTIL(1, &first, FUTEX_WAKE | private, 100, 0, 0, 0);
	puts(outcome(&wait[0]));
	SHOW_FUTEX(&first, FUTEX_WAIT_BITSET | private, 0, 0, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAKE_BITSET | private, 1, 0, 0, 0);
	/* From one word to another. */
	for (int i = 0; i < 3; i++) {
		wait[i] = (struct wait){.word = &first, .operation = FUTEX_WAIT | private};
		start(&wait[i]);
	}
	UNTIL(3, &first, FUTEX_CMP_REQUEUE | private, 0, 100, &second, 0);
	SHOW_FUTEX(&first, FUTEX_CMP_REQUEUE | private, 1, 100, &second, 7);
	SHOW_FUTEX(&second, FUTEX_REQUEUE | private, 1, 100, &first, 0);
	SHOW_FUTEX(&second, FUTEX_WAKE | private, 100, 0, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAKE | private, 100, 0, 0, 0);
	for (int i = 0; i < 3; i++)
		puts(outcome(&wait[i]));
	/* Set a word, wake there, and elsewhere if it was so. */
	wait[0] = (struct wait){.word = &first, .operation = FUTEX_WAIT | private};
	start(&wait[0]);
	second = 5;
	UNTIL(1, &first, FUTEX_WAKE_OP | private, 1, 1, &second,
	      FUTEX_OP(FUTEX_OP_ADD, 2, FUTEX_OP_CMP_GT, 1000));
	SHOW(second >= 7 && second % 2 == 1);
	puts(outcome(&wait[0]));
	second = 0;
	SHOW_FUTEX(&first, FUTEX_WAKE_OP | private, 1, 1, (unsigned *)1,
		   FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 0));
}

static void handler(int number)
{
	(void)number;
}

static void interrupt(const char *name, int flags, struct wait wait, int wakes)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	sigaction(SIGUSR1, &action, NULL);
	start(&wait);
	if (wakes) {
		for (int i = 0; i < 20; i++) {
			pthread_kill(wait.thread, SIGUSR1);
			usleep(200);
		}
		while (__atomic_load_n(&wait.result, __ATOMIC_SEQ_CST) == -1) {
			FUTEX(wait.word, FUTEX_WAKE, 1, 0, 0, 0);
			usleep(100);
		}
		pthread_join(wait.thread, NULL);
	} else {
		while (pthread_tryjoin_np(wait.thread, NULL) == EBUSY) {
			pthread_kill(wait.thread, SIGUSR1);
			usleep(200);
		}
	}
	printf("%s: %s\n", name, error_name(wait.result));
}

static void limits(void)
{
	struct timespec none = {0, 0}, wrong = {0, 1000000000}, negative = {-1, 0}, little = {0, 2000000},
			now;
	struct timespec never = {0x7fffffffffffffff, 999999999};
	SHOW_FUTEX(&first, FUTEX_WAIT, 1, 0, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT, 0, &none, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT, 0, &little, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT, 0, &wrong, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT, 0, &negative, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT, 0, (struct timespec *)8, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT, 1, &never, 0, 0);
	SHOW_FUTEX((char *)&first + 1, FUTEX_WAIT, 0, 0, 0, 0);
	SHOW_FUTEX((unsigned *)8, FUTEX_WAIT, 0, 0, 0, 0);
	SHOW_FUTEX((unsigned *)8, FUTEX_WAKE, 1, 0, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 0, 0, 0, 0);
	SHOW_FUTEX(&first, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 0, 0, 0, 0);
	SHOW_FUTEX(&first, 99, 0, 0, 0, 0);
	SHOW_FUTEX(&first, 2, 0, 0, 0, 0);
	for (int clock = 0; clock < 2; clock++) {
		int flag = clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0;
		SHOW_FUTEX(&first, FUTEX_WAIT_BITSET | flag, 0, &none, 0, ~0u);
		clock_gettime(clock, &now);
		now.tv_nsec += 3000000;
		if (now.tv_nsec >= 1000000000)
			now.tv_sec++, now.tv_nsec -= 1000000000;
		SHOW_FUTEX(&first, FUTEX_WAIT_BITSET | flag, 0, &now, 0, ~0u);
		struct timespec later;
		clock_gettime(clock, &later);
		SHOW(later.tv_sec > now.tv_sec ||
		     (later.tv_sec == now.tv_sec && later.tv_nsec >= now.tv_nsec));
	}
	/* With a limit, a handler ends the wait whatever its flags; without, SA_RESTART goes on. */
	struct timespec hour = {3600, 0}, far = {0x7fffffff, 0};
	interrupt("timed", SA_RESTART, (struct wait){.word = &first, .operation = FUTEX_WAIT, .time = &hour},
		  0);
	interrupt("timed", 0, (struct wait){.word = &first, .operation = FUTEX_WAIT, .time = &hour}, 0);
	interrupt("timed bits", SA_RESTART,
		  (struct wait){.word = &first, .operation = FUTEX_WAIT_BITSET, .time = &far, .third = ~0u},
		  0);
	interrupt("plain", 0, (struct wait){.word = &first, .operation = FUTEX_WAIT}, 0);
	interrupt("restarted", SA_RESTART,
		  (struct wait){.word = &first, .operation = FUTEX_WAIT, .result = -1}, 1);
}

static unsigned pi;

static void *unlock_it(void *p)
{
	long result = FUTEX(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0);
	(void)p;
	return (void *)(size_t)(result < 0 ? errno : 0);
}

static void *lock_it(void *p)
{
	long result = FUTEX(&pi, (int)(size_t)p, 0, 0, 0, 0);
	if (result < 0)
		return (void *)(size_t)errno;
	MUST((pi & FUTEX_TID_MASK) == (unsigned)gettid());
	return (void *)(size_t)(FUTEX(&pi, FUTEX_UNLOCK_PI | ((size_t)p & FUTEX_PRIVATE_FLAG), 0, 0, 0, 0) < 0
					? errno
					: 0);
}

/* Ends with the lock, which is in no list. */
static void *keep_it(void *p)
{
	FUTEX(&pi, FUTEX_LOCK_PI, 0, 0, 0, 0);
	while (!(__atomic_load_n(&pi, __ATOMIC_SEQ_CST) & FUTEX_WAITERS))
		usleep(100);
	usleep(1000);
	return p;
}

static const char *elsewhere(void *(*function)(void *), int operation)
{
	pthread_t t;
	void *result;
	MUST(pthread_create(&t, NULL, function, (void *)(size_t)operation) == 0 &&
	     pthread_join(t, &result) == 0);
	return error_name((int)(size_t)result);
}

static void owned(int private)
{
	struct timespec past = {1, 0}, wrong = {0, -1};
	unsigned tid = (unsigned)gettid();
	pthread_t t;
	void *result;
	pi = 0;
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	SHOW(pi == tid);
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	SHOW_FUTEX(&pi, FUTEX_TRYLOCK_PI | private, 0, 0, 0, 0);
	puts(elsewhere(lock_it, FUTEX_TRYLOCK_PI | private));
	puts(elsewhere(unlock_it, 0));
	MUST(pthread_create(&t, NULL, lock_it, (void *)(size_t)(FUTEX_LOCK_PI | private)) == 0);
	while (!(__atomic_load_n(&pi, __ATOMIC_SEQ_CST) & FUTEX_WAITERS))
		usleep(100);
	SHOW_FUTEX(&pi, FUTEX_UNLOCK_PI | private, 0, 0, 0, 0);
	pthread_join(t, &result);
	puts(error_name((int)(size_t)result));
	SHOW(pi);
	SHOW_FUTEX(&pi, FUTEX_UNLOCK_PI | private, 0, 0, 0, 0);
	pi = 0x3ffffff0;
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	SHOW_FUTEX(&pi, FUTEX_UNLOCK_PI | private, 0, 0, 0, 0);
	pi = FUTEX_OWNER_DIED;
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	SHOW(pi == (tid | FUTEX_OWNER_DIED));
	SHOW_FUTEX(&pi, FUTEX_UNLOCK_PI | private, 0, 0, 0, 0);
	SHOW_FUTEX((char *)&pi + 2, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	SHOW_FUTEX((unsigned *)16, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	SHOW_FUTEX((unsigned *)16, FUTEX_UNLOCK_PI | private, 0, 0, 0, 0);
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI | private, 0, &wrong, 0, 0);
	unsigned *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*page = 0;
	MUST(mprotect(page, 4096, PROT_READ) == 0);
	SHOW_FUTEX(page, FUTEX_LOCK_PI | private, 0, 0, 0, 0);
	MUST(munmap(page, 4096) == 0);
	/* A time limit, by either clock. */
	MUST(pthread_create(&t, NULL, keep_it, NULL) == 0);
	while (!__atomic_load_n(&pi, __ATOMIC_SEQ_CST))
		usleep(100);
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI, 0, &past, 0, 0);
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI2, 0, &past, 0, 0);
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI2 | FUTEX_CLOCK_REALTIME, 0, &past, 0, 0);
	/* Its owner ends, and whoever waits inherits it. */
	SHOW_FUTEX(&pi, FUTEX_LOCK_PI, 0, 0, 0, 0);
	SHOW((pi & FUTEX_TID_MASK) == tid && (pi & FUTEX_OWNER_DIED));
	pthread_join(t, NULL);
	SHOW_FUTEX(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0);
}

static void *wait_requeued(void *p)
{
	long result = FUTEX(&first, FUTEX_WAIT_REQUEUE_PI, 0, 0, &pi, 0);
	(void)p;
	if (result < 0)
		return (void *)(size_t)errno;
	if ((pi & FUTEX_TID_MASK) != (unsigned)gettid())
		return (void *)(size_t)EPERM;
	return (void *)(size_t)(FUTEX(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0) < 0 ? errno : 0);
}

static void requeued(void)
{
	pthread_t t[3];
	void *result;
	struct timespec past = {1, 0};
	first = pi = 0;
	for (int i = 0; i < 3; i++)
		MUST(pthread_create(&t[i], NULL, wait_requeued, NULL) == 0);
	for (long found = 0; found < 3; usleep(100)) {
		long now = FUTEX(&first, FUTEX_CMP_REQUEUE_PI, 1, 100, &pi, 0);
		MUST(now >= 0);
		found += now;
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(t[i], &result);
		puts(error_name((int)(size_t)result));
	}
	SHOW_FUTEX(&first, FUTEX_CMP_REQUEUE_PI, 2, 100, &pi, 0);
	SHOW_FUTEX(&first, FUTEX_CMP_REQUEUE_PI, 1, 100, &first, 0);
	SHOW_FUTEX(&first, FUTEX_CMP_REQUEUE_PI, 1, 100, &pi, 5);
	SHOW_FUTEX(&first, FUTEX_WAIT_REQUEUE_PI, 5, 0, &pi, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT_REQUEUE_PI, 0, 0, &first, 0);
	SHOW_FUTEX(&first, FUTEX_WAIT_REQUEUE_PI, 0, &past, &pi, 0);
}

int main(void)
{
	waking(0);
	waking(FUTEX_PRIVATE_FLAG);
	limits();
	owned(0);
	requeued();
	return 0;
}
