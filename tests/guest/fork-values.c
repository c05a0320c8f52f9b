/* Fork while values of all types are live: in both processes they are what they were, to the last bit. */
#include "check.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int v4 __attribute__((vector_size(16)));
typedef double d2 __attribute__((vector_size(16)));

static int split(void)
{
	int status;
	fflush(stdout);
	pid_t pid = fork();
	MUST(pid >= 0);
	if (pid == 0)
		return 0;
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
	return 1;
}

static void bits(const char *name, const void *value, size_t size)
{
	printf("%s", name);
	for (size_t i = 0; i < size; i++)
		printf(" %02x", ((const unsigned char *)value)[i]);
	putchar('\n');
}
#define BITS(value) bits(#value, &(value), sizeof(value))

static int from; /* so that the compiler knows no value */

static int numbers(void)
{
	int8_t i8 = (int8_t)(from - 100);
	uint16_t u16 = (uint16_t)(from + 65000);
	int i = from * 123456789;
	long long l = from * -1234567890123456789LL;
	unsigned long long u = (unsigned long long)l * 3;
	float f = (float)from / 3;
	double d = from / 7.0, minus_zero = -0.0 * from, infinite = from / 0.0;
	double none = __builtin_nan("0x123");
	long double ld = from / (long double)11;
	_Complex double c = from + 2.5i;
	__int128 wide = (__int128)l * l;
	int parent = split();
	BITS(i8);
	BITS(u16);
	BITS(i);
	BITS(l);
	BITS(u);
	BITS(f);
	BITS(d);
	BITS(minus_zero);
	BITS(infinite);
	BITS(none);
	printf("%.12Lg %g %g\n", ld, __real__ c, __imag__ c);
	BITS(wide);
	return parent;
}

static int vectors(void)
{
	v4 a = {from, from + 1, from + 2, from + 3}, b = a * a, c = a - b;
	d2 d = {from / 3.0, from / 5.0}, e = d * d;
	for (int i = 0; i < 3; i++) {
		v4 old = a;
		a += b + i;
		if (i == 1 && !split()) {
			c ^= old;
			d += e;
		}
		b = old - c;
	}
	BITS(a);
	BITS(b);
	BITS(c);
	BITS(d);
	BITS(e);
	return a[0];
}

static double many(void)
{
	double v[40], sum = 0;
	long long n[40];
	for (int i = 0; i < 40; i++) {
		v[i] = from / (i + 1.0);
		n[i] = (long long)from << i;
	}
	/* All of them in locals, once the loops are unrolled. */
	int parent = split();
#pragma GCC unroll 40
	for (int i = 0; i < 40; i++)
		sum = sum * 0.5 + v[i] + (double)n[39 - i];
	return sum + parent;
}

int main(int argc, char **argv)
{
	(void)argv;
	from = argc + 6; /* 7 */
	int parent = numbers();
	printf("numbers: %d\n", parent);
	if (!parent)
		return 0;
	printf("vectors: %d\n", vectors());
	printf("many: %.17g\n", many());
	return 0;
}
