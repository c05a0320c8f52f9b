/* Fork with all kinds of frames above it: both processes go on in them as if nothing had been. */
#include "check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

static int children; /* how many forks lie between the first process and this */

/* Both go on; the parent when the child has ended. 0 in the child. */
static int split(void)
{
	int status;
	fflush(stdout);
	pid_t pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		children++;
		return 0;
	}
	MUST(waitpid(pid, &status, 0) == pid);
	if (status)
		printf("child ended with %d\n", status);
	return 1;
}

static int recurse(int depth)
{
	int before = depth * 3;
	double half = depth / 2.0;
	char text[40];
	snprintf(text, sizeof(text), "depth %d", depth);
	int below = depth ? recurse(depth - 1) : split();
	return below + before + (int)(half * 4) + (int)strlen(text);
}

static int recursion(void)
{
	return recurse(0) + recurse(1) + recurse(50);
}

static int loops(void)
{
	int sum = 0;
	for (int i = 0; i < 3; i++) {
		int j = i;
		while (j-- > 0) {
			do
				sum = sum * 3 + i + (i == 2 && j == 0 ? split() : 1);
			while (sum % 5 == 1);
		}
	}
	return sum;
}

static int cases(int which)
{
	int value = which * 10;
	switch (which) {
	case 0:
		value += split();
		/* fall through */
	case 1:
		value += 2;
		break;
	case 2:
		if (split())
			return value + 5;
		value += 7;
		break;
	case 5:
		for (;;) {
			if (split())
			continue_here:
				value++;
			if (value % 4)
				goto continue_here;
			break;
		}
		break;
	default:
		value -= split();
	}
	return value;
}

static int switches(void)
{
	int sum = 0;
	for (int i = 0; i < 7; i++)
		sum = sum * 7 + cases(i);
	return sum;
}

/* Enters a loop in the middle. */
static int jumps(void)
{
	int n = 0, sum = 0;
	goto middle;
again:
	sum += n * 2;
	n++;
middle:
	sum += n == 3 ? split() * 100 : n;
	if (n < 5)
		goto again;
	return sum;
}

static int expression(void)
{
	int a = 4;
	return (a++ * 3 - split()) * (a + 2 * split()) ^ (split() ? a << 3 : a << 5);
}

static int logic(int a)
{
	return (a && split()) || (!a && !split()) ? a + 10 : a - 10;
}

typedef long long step(int, double);

static long long step_add(int a, double b)
{
	return a + (long long)b + split();
}

static long long step_plain(int a, double b)
{
	return a * (long long)b;
}

static int indirect(void)
{
	step *volatile const steps[] = {step_add, step_plain, step_add};
	long long sum = 1;
	for (int i = 0; i < 3; i++)
		sum = sum * 31 + steps[i](i + 1, i + 2.5) + (i ? steps[i - 1](i, 1) : 0);
	return (int)sum;
}

static double ten(int a, long long b, float c, double d, short e, char f, unsigned g, long h, float i,
		  double j)
{
	int here = split();
	return a + (double)b * 2 + c * 3 + d * 5 + e * 7 + f * 11 + g * 13 + (double)h * 17 + i * 19 +
	       j * 23 + here;
}

static int parameters(void)
{
	return (int)ten(1, 2, 3.5f, 4.25, 5, 6, 7, 8, 9.5f, 10.75);
}

struct big {
	int number;
	double values[5];
	char text[11];
};

static struct big make(int number, struct big from)
{
	from.number += number + split();
	from.values[number] = from.number / 2.0;
	from.text[number] = 'x';
	return from;
}

static int structures(void)
{
	struct big b = {7, {1, 2, 3, 4, 5}, "0123456789"};
	b = make(3, make(1, b));
	printf("%d %g %g %s\n", b.number, b.values[1], b.values[3], b.text);
	return b.number;
}

static int variadic(int count, ...)
{
	va_list list;
	int sum = 0;
	va_start(list, count);
	for (int i = 0; i < count; i++)
		sum = sum * 10 + va_arg(list, int) + (i == 1 ? split() : 0);
	va_end(list);
	return sum;
}

static int compared;

static int compare(const void *a, const void *b)
{
	if (++compared == 5)
		compared += split() * 100;
	return *(const int *)a - *(const int *)b;
}

static int callback(void)
{
	int numbers[] = {9, 3, 7, 1, 8, 2, 6}, sum = 0;
	compared = 0;
	qsort(numbers, 7, sizeof(*numbers), compare);
	for (int i = 0; i < 7; i++)
		sum = sum * 10 + numbers[i];
	return sum + (compared > 100);
}

static jmp_buf outer, inner;

static int leaves(int by)
{
	volatile int kept = by;
	if (setjmp(inner) == 0) {
		kept += split();
		if (by == 1)
			longjmp(inner, 3);
		longjmp(outer, kept + 5);
	}
	return kept + 20;
}

static int jumping(void)
{
	volatile int sum = 0;
	int value = setjmp(outer);
	if (value)
		return sum + value * 1000;
	sum += leaves(1);
	sum += 10 * leaves(2);
	return -1;
}

/* A jump to a frame that was suspended in between. */
static int jump_over_fork(void)
{
	volatile int tries = 0;
	int value = setjmp(outer);
	tries++;
	if (value < 3) {
		int half = split();
		longjmp(outer, value + 1 + half);
	}
	return tries * 10 + value;
}

int main(void)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} tests[] = {
		{"recursion", recursion},
		{"loops", loops},
		{"switches", switches},
		{"jumps", jumps},
		{"expression", expression},
		{"indirect", indirect},
		{"parameters", parameters},
		{"structures", structures},
		{"callback", callback},
		{"jumping", jumping},
		{"jump over fork", jump_over_fork},
	};
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		children = 0;
		int result = tests[i].run();
		printf("%s: %d children down: %d\n", tests[i].name, children, result);
		if (children)
			return 0;
	}
	for (int a = 0; a < 2; a++) {
		int result = logic(a);
		printf("logic %d, %d children down: %d\n", a, children, result);
		if (children)
			return 0;
	}
	int sum = variadic(4, 1, 2, 3, 4);
	printf("variadic, %d children down: %d\n", children, sum);
	return 0;
}
