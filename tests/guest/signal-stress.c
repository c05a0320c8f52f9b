/* Signals as fast as they go into code that computes, allocates, jumps and prints: each queued one arrives
 * once and in order, and nothing that the code does comes out wrong. */
/* lind-test: timeout=120 */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SENDERS 2
#define EACH    10000

static volatile int arrived[SENDERS], wrong, ticks;
static volatile int finished;
static jmp_buf inside;

static __attribute__((noinline)) void throws(int n)
{
	if (n == 0)
		longjmp(inside, 1);
	throws(n - 1);
}

static void counts(int number, siginfo_t *info, void *context)
{
	int sender = info->si_value.sival_int / 1000000, value = info->si_value.sival_int % 1000000;
	int error = errno;
	(void)number, (void)context;
	if (info->si_code != SI_QUEUE || value != arrived[sender])
		wrong++;
	arrived[sender]++;
	/* Handlers use exceptions of their own while those of the code that they interrupt are on their way.
	 */
	if (value % 16 == 0 && setjmp(inside) == 0)
		throws(3);
	errno = error;
}

static void tick(int number)
{
	char text[32];
	(void)number;
	if (snprintf(text, sizeof text, "%d", ticks) < 1)
		wrong++;
	ticks++;
}

static int complete(void)
{
	for (int i = 0; i < SENDERS; i++)
		if (arrived[i] < EACH)
			return 0;
	return 1;
}

static void send_all(int sender, pid_t to, int number)
{
	for (int i = 0; i < EACH; i++) {
		union sigval value = {.sival_int = sender * 1000000 + i};
		/* The queue is full now and then. */
		while (sigqueue(to, number, value) != 0) {
			if (errno != EAGAIN)
				_exit(1);
			usleep(100);
		}
	}
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

static int allocating(unsigned seed)
{
	enum { BLOCKS = 40 };
	unsigned char *blocks[BLOCKS];
	int bad = 0;
	for (unsigned i = 0; i < BLOCKS; i++) {
		size_t size = (seed * 37 + i * 101) % 5000 + 1;
		blocks[i] = malloc(size);
		MUST(blocks[i]);
		memset(blocks[i], (int)i, size);
	}
	for (unsigned i = 0; i < BLOCKS; i++) {
		size_t size = (seed * 37 + i * 101) % 5000 + 1;
		bad += blocks[i][0] != i || blocks[i][size - 1] != i;
		free(blocks[i]);
	}
	return bad;
}

static int printing(FILE *file, unsigned seed)
{
	char expected[80], got[80];
	int length =
		snprintf(expected, sizeof expected, "%u %s %.4f %x\n", seed, "words", seed / 7.0, seed * 3);
	rewind(file);
	if (fprintf(file, "%u %s %.4f %x\n", seed, "words", seed / 7.0, seed * 3) != length)
		return 1;
	fflush(file);
	rewind(file);
	return !fgets(got, sizeof got, file) || strcmp(got, expected) != 0;
}

static void *works(void *result)
{
	int bad = 0;
	unsigned long long sums[16];
	unsigned quiet = jumping();
	FILE *file = tmpfile();
	MUST(file);
	for (unsigned i = 0; i < 16; i++)
		sums[i] = mixed(i);
	for (unsigned seed = 0; !finished; seed++) {
		bad += mixed(seed % 16) != sums[seed % 16];
		bad += jumping() != quiet;
		bad += allocating(seed);
		bad += printing(file, seed);
	}
	fclose(file);
	*(int *)result = bad;
	return NULL;
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = counts, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction ticking = {.sa_handler = tick, .sa_flags = SA_RESTART};
	struct itimerval often = {{0, 500}, {0, 500}};
	pid_t self = getpid(), children[SENDERS];
	pthread_t thread;
	int bad[2] = {0}, status;

	/* Each sender has a number of its own; one handler does not interrupt the other, so their order is
	 * seen. */
	sigaddset(&action.sa_mask, SIGRTMIN + 1);
	sigaddset(&action.sa_mask, SIGRTMIN + 2);
	sigaction(SIGRTMIN + 1, &action, NULL);
	sigaction(SIGRTMIN + 2, &action, NULL);
	sigaction(SIGALRM, &ticking, NULL);
	for (int i = 0; i < SENDERS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			send_all(i, self, SIGRTMIN + 1 + i);
			_exit(0);
		}
	}
	setitimer(ITIMER_REAL, &often, NULL);
	/* The second thread takes no signals, but shares what the handlers interrupt. */
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	MUST(pthread_create(&thread, NULL, works, &bad[1]) == 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);

	unsigned long long sums[16];
	unsigned quiet = jumping(), seed = 0;
	FILE *file = tmpfile();
	MUST(file);
	for (unsigned i = 0; i < 16; i++)
		sums[i] = mixed(i);
	for (; !complete() || ticks < 100; seed++) {
		bad[0] += mixed(seed % 16) != sums[seed % 16];
		bad[0] += jumping() != quiet;
		bad[0] += allocating(seed);
		bad[0] += printing(file, seed);
	}
	fclose(file);
	setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
	finished = 1;
	pthread_join(thread, NULL);
	for (int i = 0; i < SENDERS; i++) {
		MUST(waitpid(children[i], &status, 0) == children[i]);
		printf("sender %d ends with %d, %d arrived\n", i, status, arrived[i]);
	}
	printf("wrong %d, bad %d %d\n", wrong, bad[0], bad[1]);
	return 0;
}
