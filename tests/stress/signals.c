/* Signals, ten thousand a second, into code that computes, allocates, jumps and prints, on two threads: each
 * queued one arrives once and in order, and nothing comes out wrong. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#include "stress.h"

enum { SECONDS = 60, SENDERS = 2, RATE = 10000, AHEAD = 400 };

/* Shared with the senders. */
static volatile int *arrived;
static volatile int wrong, ticks;
static atomic_bool finished;
static int each;

static void counts(int number, siginfo_t *info, void *context)
{
	int sender = info->si_value.sival_int & 1, value = info->si_value.sival_int >> 1;
	int error = errno;
	(void)number, (void)context;
	if (info->si_code != SI_QUEUE || value != arrived[sender])
		wrong++;
	arrived[sender]++;
	errno = error;
}

static void tick(int number)
{
	(void)number;
	ticks++;
}

/* Sends at its part of the rate, but never so far ahead that the queue, which natively is all of the user's,
 * fills. */
static void send_all(int sender, pid_t to)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	for (int i = 0; i < each; i++) {
		while (i - arrived[sender] > AHEAD)
			nanosleep(&pause, NULL);
		MUST(sigqueue(to, SIGRTMIN + 1 + sender, (union sigval){.sival_int = i << 1 | sender}) == 0);
		if (i % (RATE / 1000 / SENDERS) == 0)
			nanosleep(&pause, NULL);
	}
	_exit(0);
}

static unsigned long long mixed(unsigned seed)
{
	unsigned long long sum = seed;
	double d = seed;
	for (unsigned i = 0; i < 3000; i++) {
		sum = sum * 6364136223846793005u + i / (seed % 7 + 1);
		d = d * 0.99 + (double)(sum >> 40);
	}
	return sum ^ (unsigned long long)d;
}

static __attribute__((noinline)) unsigned jumps(unsigned n, jmp_buf out)
{
	if (n == 0)
		longjmp(out, 5);
	return jumps(n - 1, out) + n;
}

static unsigned jumping(void)
{
	unsigned sum = 0;
	for (volatile unsigned i = 0; i < 20; i++) {
		jmp_buf here;
		volatile unsigned local = i * 3;
		int got = setjmp(here);
		if (got == 0)
			sum += jumps(i % 5, here);
		else
			sum += (unsigned)got * local;
	}
	return sum;
}

static void allocating(unsigned seed)
{
	enum { BLOCKS = 40 };
	unsigned char *blocks[BLOCKS];
	for (unsigned i = 0; i < BLOCKS; i++) {
		size_t size = (seed * 37 + i * 101) % 5000 + 1;
		blocks[i] = malloc(size);
		MUST(blocks[i]);
		memset(blocks[i], (int)i, size);
	}
	for (unsigned i = 0; i < BLOCKS; i++) {
		size_t size = (seed * 37 + i * 101) % 5000 + 1;
		MUST(blocks[i][0] == i && blocks[i][size - 1] == i);
		free(blocks[i]);
	}
}

static void printing(FILE *file, unsigned seed)
{
	char expected[80], got[80];
	int length =
		snprintf(expected, sizeof expected, "%u %s %.4f %x\n", seed, "words", seed / 7.0, seed * 3);
	rewind(file);
	MUST(fprintf(file, "%u %s %.4f %x\n", seed, "words", seed / 7.0, seed * 3) == length);
	MUST(fflush(file) == 0);
	rewind(file);
	MUST(fgets(got, sizeof got, file) && strcmp(got, expected) == 0);
}

static bool complete(void)
{
	return arrived[0] == each && arrived[1] == each;
}

static void *works(void *first)
{
	unsigned long long sums[16];
	unsigned quiet = jumping();
	FILE *file = tmpfile();
	MUST(file);
	for (unsigned i = 0; i < 16; i++)
		sums[i] = mixed(i);
	for (unsigned seed = 0; first ? !complete() : !atomic_load(&finished); seed++) {
		MUST(mixed(seed % 16) == sums[seed % 16]);
		MUST(jumping() == quiet);
		allocating(seed);
		printing(file, seed);
	}
	fclose(file);
	return NULL;
}

static void round_of_signals(void)
{
	struct sigaction action = {.sa_sigaction = counts, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction ticking = {.sa_handler = tick, .sa_flags = SA_RESTART};
	struct itimerval often = {{0, 500}, {0, 500}};
	pid_t self = getpid(), senders[SENDERS];
	pthread_t thread;
	sigset_t all, old;
	each = sized(SECONDS) * RATE / SENDERS;
	arrived = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(arrived != MAP_FAILED);
	ticks = wrong = 0;
	atomic_store(&finished, false);
	/* Neither handler interrupts the other, so that their order is seen. */
	sigaddset(&action.sa_mask, SIGRTMIN + 1);
	sigaddset(&action.sa_mask, SIGRTMIN + 2);
	MUST(sigaction(SIGRTMIN + 1, &action, NULL) == 0 && sigaction(SIGRTMIN + 2, &action, NULL) == 0);
	MUST(sigaction(SIGALRM, &ticking, NULL) == 0);
	for (int i = 0; i < SENDERS; i++) {
		senders[i] = fork();
		if (senders[i] == 0)
			send_all(i, self);
	}
	MUST(setitimer(ITIMER_REAL, &often, NULL) == 0);
	/* The second thread takes no signals, but shares what the handlers interrupt. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	MUST(pthread_create(&thread, NULL, works, NULL) == 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	works("first");
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL) == 0);
	atomic_store(&finished, true);
	MUST(pthread_join(thread, NULL) == 0);
	for (int i = 0; i < SENDERS; i++)
		collect(senders[i], 0);
	MUST(wrong == 0 && ticks > 0 && munmap((void *)arrived, 4096) == 0);
	no_child_left();
}

int main(int count, char **arguments)
{
	return stress(count, arguments, round_of_signals);
}
