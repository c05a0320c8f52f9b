/* fork below calls through pointers of other types: these frames are suspended and resumed as any. */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

static void *volatile hidden;
#define AS(type, function) ((type)(hidden = (void *)(function), hidden))

static int branch(int status)
{
	int result = -1;
	pid_t child = fork();
	if (child == 0)
		return status;
	waitpid(child, &result, 0);
	printf("child ended with %d\n", WEXITSTATUS(result));
	return 0;
}

static void branch_plain(int status, const char *text)
{
	if (branch(status))
		_exit(status + 1);
	printf("%s\n", text);
}

static double branch_real(double a, int status, double b)
{
	if (branch(status))
		_exit(status + 2);
	return a * b;
}

static long long nested(long a, int (*next)(int, int, int), long long b)
{
	int status = AS(int (*)(int, double, long), next)((int)a, 1.5, 7);
	if (status)
		_exit(status + (int)b);
	return a + b;
}

static int compared;

static long forking_order(const int *a, const int *b, void *unused)
{
	(void)unused;
	if (compared++ == 2 && branch(5))
		_exit(50);
	return *a - *b;
}

int main(void)
{
	int numbers[] = {4, 1, 3, 2};
	int status = AS(int (*)(int, int, char *), branch)(20, 3, "extra");
	if (status)
		_exit(status);
	AS(int (*)(int, const char *, long), branch_plain)(30, "after", 1);
	printf("%g\n", AS(double (*)(int, double, double, int), branch_real)(40, 1.5, 4, 0));
	SHOW(AS(long long (*)(long, void *, long, int), nested)(60, branch, 7, 0));
	qsort(numbers, 4, sizeof *numbers, (int (*)(const void *, const void *))forking_order);
	for (int i = 0; i < 4; i++)
		printf("%d ", numbers[i]);
	printf("\n");
	return 0;
}
