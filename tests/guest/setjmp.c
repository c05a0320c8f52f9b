/* setjmp and longjmp: out of deep frames, back and forth, values, out of callbacks, with volatile locals. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>

static jmp_buf outer, inner;

__attribute__((noinline)) static int deep(int n)
{
	char frame[64];
	memset(frame, n, sizeof(frame));
	if (n == 0)
		longjmp(outer, 5);
	int r = deep(n - 1);
	return r + frame[3];
}

static int comparator(const void *a, const void *b)
{
	if (*(const int *)a == 3 || *(const int *)b == 3)
		longjmp(outer, 33);
	return *(const int *)a - *(const int *)b;
}

static int nested(void)
{
	volatile int tries = 0;
	int v = setjmp(inner);
	tries++;
	if (v < 3)
		longjmp(inner, v + 1);
	return tries;
}

__attribute__((noinline)) static void loop_once(jmp_buf b, int n)
{
	longjmp(b, n);
}

int main(void)
{
	volatile int count = 0;
	int v = setjmp(outer);
	printf("setjmp %d\n", v);
	if (v == 0)
		deep(1000);
	count++;
	v = setjmp(outer);
	if (v == 0)
		longjmp(outer, 0); /* comes back as 1 */
	printf("zero becomes %d, count %d\n", v, count);
	int numbers[] = {1, 2, 3, 4};
	v = setjmp(outer);
	if (v == 0)
		qsort(numbers, 4, sizeof(int), comparator);
	printf("out of qsort with %d\n", v);
	printf("nested %d\n", nested());
	volatile int i = 0;
	jmp_buf local;
	if (setjmp(local) < 100000) {
		i++;
		loop_once(local, i);
	}
	printf("%d times\n", i);
	switch (setjmp(local)) {
	case 0:
		loop_once(local, 2);
		break;
	case 1:
		puts("one");
		break;
	case 2:
		puts("two");
		loop_once(local, 3);
		break;
	default:
		puts("more");
	}
	double volatile d = 1.5;
	long long volatile l = 1LL << 40;
	if (_setjmp(local) == 0) {
		d = 2.5;
		l++;
		_longjmp(local, 1);
	}
	printf("%g %lld\n", d, l);

	sigjmp_buf with_mask;
	sigset_t set, now;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigsetjmp(with_mask, 1) == 0) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		siglongjmp(with_mask, 1);
	}
	sigprocmask(SIG_BLOCK, NULL, &now);
	SHOW(sigismember(&now, SIGUSR1));
	if (sigsetjmp(with_mask, 0) == 0) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		siglongjmp(with_mask, 1);
	}
	sigprocmask(SIG_BLOCK, NULL, &now);
	SHOW(sigismember(&now, SIGUSR1));
	return 0;
}
