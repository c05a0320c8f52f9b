/* long double: arithmetic, conversion and text, to the digits that every format of it has. */
#include "check.h"

#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>

static long double sum(int n, ...)
{
	va_list args;
	va_start(args, n);
	long double s = 0;
	for (int i = 0; i < n; i++)
		s += va_arg(args, long double);
	va_end(args);
	return s;
}

struct pair {
	char c;
	long double v;
};

static struct pair twice(struct pair p)
{
	p.v *= 2;
	p.c++;
	return p;
}

int main(int argc, char **argv)
{
	(void)argv;
	long double a = 1.0L / 3 * argc, b = 1e18L * argc + 1;
	printf("%.15Lg %.15Lg %.15Lg %.15Lg\n", a + b, a * b, b / a, a - b);
	printf("%.0Lf\n", b);
	printf("%lld %llu %d\n", (long long)b, (unsigned long long)(b * 10), (int)(a * 10));
	printf("%.15Lg %.15Lg\n", (long double)123456789012345678LL, (long double)-1u);
	printf("%g %g\n", (double)a, (double)(float)b);
	printf("%d%d%d%d\n", a < b, a == a, b <= a, a != b);
	printf("%.15Lg\n", sum(3, 1.5L, 2.5L, a));
	struct pair p = twice((struct pair){'x', 2.25L});
	printf("%c %.3Lf\n", p.c, p.v);
	printf("%.15Lg %.15Lg\n", strtold("3.14159265358979323846", NULL), strtold("-1e-300", NULL));
	long double x = 0.1L * argc, s = 0;
	for (int i = 0; i < 1000; i++)
		s += x;
	printf("%.12Lf\n", s);
	printf("%Lf %.1Lf %Le\n", 0.0L, -0.25L * argc * 3, DBL_MAX * (long double)argc);
	long double whole, part = modfl(-1234.5625L * argc, &whole);
	printf("%Lf %Lf\n", whole, part);
	int e;
	printf("%.5Lf", frexpl(48.0L * argc, &e));
	printf(" %d\n", e);
	printf("%d %d %d\n", isnan((long double)NAN) != 0, isinf(-(long double)INFINITY) != 0,
	       signbit(-0.0L * argc) != 0);
	printf("%d\n", LDBL_MANT_DIG >= 53 && LDBL_MAX_EXP >= 1024);
	long double read = 0;
	SHOW(sscanf("2.718281828459045", "%Lf", &read));
	printf("%.13Lg\n", read);

	double complex z = 3 + 4 * I, w = csqrt(-1 * argc);
	printf("%g %g %g\n", cabs(z), creal(z * z), cimag(z * z));
	printf("%g %g\n", creal(w), cimag(w));
	z = cexp(I * M_PI * argc);
	printf("%.6f %d\n", creal(z), fabs(cimag(z)) < 1e-12);
	z = (1 + 2 * I) / (3 - 4 * I);
	printf("%g %g %g\n", creal(z), cimag(z), carg(I * argc));
	z = cpow(2 * argc, 3 + 0 * I);
	printf("%.6g\n", creal(z));
	__int128 wide = (__int128)1 << 100;
	printf("%llx %llx\n", (unsigned long long)(wide >> 64), (unsigned long long)(wide / 3));
	return 0;
}
